"""How one line of the log looks: time, thread, sign, text."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from hitl_tui.text import line as safe_line
from hitl_tui.tui.widgets.run_log_lines import Line
from hitl_tui.tui.widgets.run_log_words import SIGNS

NAME = 12
"""Cells of the column with the thread's name."""

HEAD = 8 + 1 + NAME + 1 + 2
"""Cells before the text."""


def plain(line: Line) -> str:
    """The line as it is saved: the thread's id in full, everything safe."""
    name = "" if line.thread_id is None else f" {safe_line(line.thread_id)}"
    return f"{line.stamp}{name} {SIGNS[line.style]} {line}"


def paint(line: Line, base: Style, style: Style, *, named: bool) -> Strip:
    """The line as it is drawn; without the thread's name if only one thread is shown."""
    name = f"{short_name(line.thread_id or '')} " if named else ""
    head = f"{line.stamp} {name}"
    return Strip(
        [
            Segment(head, base + Style(dim=True)),
            Segment(f"{SIGNS[line.style]} {line}", base + style),
        ]
    )


def short_name(thread_id: str) -> str:
    """A thread's id in exactly `NAME` cells: its begin and its end, where ids differ."""
    name = safe_line(thread_id)
    if cell_len(name) > NAME:
        name = safe_line(f"{name[: NAME - 6]}…{name[-5:]}")
    return set_cell_size(name, NAME)
