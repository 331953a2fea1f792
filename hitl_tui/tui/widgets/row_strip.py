"""One row of the queue as a strip: cursor, state, waiting time, graph, what it asks, thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from hitl_tui.text import line
from hitl_tui.tui.look import GLYPHS, ago, css_name
from hitl_tui.tui.rows import Row
from hitl_tui.tui.widgets.row_notes import notes

_WIDE = 64  # columns from which the thread's id has a place
_GRAPH, _THREAD = 13, 18


class RowPainter:
    """Draws rows with the component styles of `owner`."""

    def __init__(self, owner: Widget, clock: Callable[[], datetime]) -> None:
        self._owner = owner
        self._clock = clock

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
        segments = [Segment(text, base + style) for text, style in cells]
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
        yield _cell(row.title, left), Style.null()
        if width >= _WIDE:
            yield _cell(line(thread.thread_id), _THREAD), muted

    def _style(self, name: str) -> Style:
        """Foreground and weight of a component; backgrounds come from the row."""
        style = self._owner.get_component_rich_style(f"thread-list--{name}", partial=True)
        return style


def _cell(text: str, width: int) -> str:
    """`text` in exactly `width` cells and a gap; an ellipsis tells that it was longer."""
    if len(text) > width:
        text = set_cell_size(text, max(0, width - 1)).rstrip() + "…"
    return set_cell_size(text, width) + " "
