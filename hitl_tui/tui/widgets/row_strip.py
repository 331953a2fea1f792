"""One row of the queue as a strip: cursor, state, waiting time, graph, what it asks, thread."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from hitl_tui.model.threads import ThreadState
from hitl_tui.text import identity, line
from hitl_tui.tui.look import GLYPHS, ago, css_name
from hitl_tui.tui.rows import Row
from hitl_tui.tui.sections import Head
from hitl_tui.tui.widgets.row_notes import notes

_WIDE = 64  # columns from which the thread's id has a place
_GRAPH, _THREAD = 13, 18


class RowPainter:
    """Draws rows with the component styles of `owner`."""

    def __init__(self, owner: Widget, clock: Callable[[], datetime]) -> None:
        self._owner = owner
        self._clock = clock
        self.sought: re.Pattern[str] | None = None  # what is marked where it stands

    def __call__(
        self,
        row: Row | None,
        width: int,
        *,
        cursor: bool,
        left: int | None = None,
        marked: bool = False,
    ) -> Strip:
        """The strip of a row, None if it is not read yet, `width` cells wide.

        `left` are the seconds until its answer goes, if one is on its way.
        """
        base = self._style("cursor") if cursor else self._owner.rich_style
        if row is None:
            return Strip([Segment(set_cell_size("   …", width), base)], width)
        cells = self._cells(row, width, cursor, left, marked)
        found = base + self._style("match")
        segments = [
            Segment(part, found if hit else base + style)
            for text, style in cells
            for part, hit in _parts(text, self.sought)
        ]
        return Strip(segments).adjust_cell_length(width, base)

    def head(self, head: Head, width: int) -> Strip:
        """The line above a group: its name, and how many rows it has."""
        base = self._owner.rich_style
        name, count = line(head.name) or "none", f" {head.count:,} "
        room = max(0, width - cell_len(count) - 3)
        name = name if cell_len(name) <= room else f"{set_cell_size(name, room - 1).rstrip()}…"
        rule = "─" * max(0, width - cell_len(name) - cell_len(count) - 2)
        parts = ((f" {name}", "head"), (count, "muted"), (rule, "muted"))
        segments = [Segment(text, base + self._style(style)) for text, style in parts]
        return Strip(segments).adjust_cell_length(width, base)

    def words(self, text: str, width: int) -> Strip:
        """A line that is no row, `width` cells wide."""
        base = self._owner.rich_style
        return Strip([Segment(set_cell_size(f"  {text}", width), base + self._style("muted"))])

    def _cells(
        self, row: Row, width: int, cursor: bool, left_s: int | None, marked: bool
    ) -> Iterator[tuple[str, Style]]:
        thread = row.thread
        muted = self._style("muted")
        yield "▌" if cursor else " ", self._style("open")
        if thread.unread and thread.state is not ThreadState.RUNNING:
            yield "… ", muted  # its state is not known yet
        else:
            yield f"{GLYPHS[thread.state]} ", self._style(css_name(thread.state))
        since = thread.waiting_since or thread.updated_at
        yield f"{ago(since, self._clock()):>3} ", self._style("waiting")
        left = width - 8
        if left >= 24:
            graph = _GRAPH if left >= 36 else _GRAPH - 3
            yield _cell(line(thread.graph_id or "-"), graph), muted
            left -= graph + 1
        if width >= _WIDE:
            left -= _THREAD + 2
        for text, name in notes(row, self._clock(), left_s, marked):
            fitting = text[: max(0, left - 1)]
            left -= cell_len(fitting)
            yield fitting, self._style(name)
        yield _cell(self._title(row, left), left), Style.null()
        if width >= _WIDE:
            yield _cell(identity(thread.thread_id), _THREAD), muted

    def _title(self, row: Row, width: int) -> str:
        """What a row says; where that does not show what is searched, where else it stands."""
        said = (row.title[:width], row.thread.graph_id or "", row.thread.thread_id)
        if not row.found or any(map(self.sought.search, said) if self.sought else ()):
            return row.title
        title: str = row.title
        if len(title) > width // 2:
            title = f"{title[: width // 2 - 1]}…"
        return f"{title} › {row.found}"

    def _style(self, name: str) -> Style:
        """Foreground and weight of a component; backgrounds come from the row."""
        style = self._owner.get_component_rich_style(f"thread-list--{name}", partial=True)
        return style


def _parts(text: str, sought: re.Pattern[str] | None) -> Iterator[tuple[str, bool]]:
    """A text in parts, each with whether it is what is searched."""
    at = 0
    for match in sought.finditer(text) if sought else ():
        yield text[at : match.start()], False
        yield match[0], True
        at = match.end()
    yield text[at:], False


def _cell(text: str, width: int) -> str:
    """`text` in exactly `width` cells and a gap; an ellipsis tells that it was longer."""
    if len(text) > width:
        text = set_cell_size(text, max(0, width - 1)).rstrip() + "…"
    return set_cell_size(text, width) + " "
