"""The queue's first rows, on screen before the screen that they belong to."""

from __future__ import annotations

from asyncio import Event
from collections.abc import Callable
from datetime import datetime

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.color import Color, ColorParseError
from textual.strip import Strip
from textual.widget import Widget

from hitl_tui.model.threads import ThreadState
from hitl_tui.text import line
from hitl_tui.tui.arrangement import mode_for
from hitl_tui.tui.look import colour, css_name
from hitl_tui.tui.rows import Rows
from hitl_tui.tui.tabs import TABS
from hitl_tui.tui.widgets.row_strip import RowPainter

_ABOVE = 2  # the lines of the title and of the tabs
_STATES = {css_name(state): colour(state) for state in ThreadState}
_COLOURS = _STATES | {"claimed": "$text-secondary", "draft": "$text-secondary"}


class FirstRows(Widget):
    """Draws title, tabs and queue about where the queue screen will have them.

    It loads little and takes no keys: they wait for that screen.
    """

    DEFAULT_CSS = "FirstRows { height: 1fr; }"

    def __init__(self, source: str, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._source = source
        self._rows: Rows | None = None
        self._paint = RowPainter(self, clock)

    async def show(self, rows: Rows) -> None:
        """Return when these rows are drawn."""
        self._rows = rows
        self.refresh()
        drawn = Event()
        self.call_after_refresh(drawn.set)
        await drawn.wait()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        mode = mode_for(self.size)
        if mode == "small":
            return Strip.blank(self.size.width, self.rich_style)
        if y < _ABOVE:
            return self._title() if y == 0 else self._tabs()
        strip = self._pane(y - _ABOVE, mode)
        return strip.adjust_cell_length(self.size.width, self.rich_style)

    def get_component_rich_style(
        self, *names: str, partial: bool = False, default: Style | None = None
    ) -> Style:
        """The style that the queue gives to a part of its rows, without its style sheet."""
        name = names[0].removeprefix("thread-list--")
        return self._colour(_COLOURS.get(name, "$foreground-muted"))

    def _title(self) -> Strip:
        name = line(f" hitl-tui · {self._source}")
        text = set_cell_size(name, max(0, self.size.width - 10)) + " reading… "
        ground = self._theme("$panel")
        style = self.rich_style + Style(bgcolor=ground and ground.rich_color)
        return Strip([Segment(text, style)]).adjust_cell_length(self.size.width, style)

    def _tabs(self) -> Strip:
        labels = " │ ".join(tab.label for tab in TABS if not tab.snoozed)
        style = self.rich_style + self._colour("$foreground-muted")
        return Strip([Segment(f" {labels}", style)]).adjust_cell_length(
            self.size.width, self.rich_style
        )

    def _pane(self, y: int, mode: str) -> Strip:
        """One line of the queue, with its border where it has one; empty below it."""
        wide = mode == "wide"
        width = min(self.size.width * 2 // 5, 90) if wide else self.size.width
        log = min(max(self.size.height // 4, 5), 14) if wide else 0
        height = self.size.height - _ABOVE - log - 1
        if y >= height:
            return Strip([])
        if mode == "tiny":
            return self._row(y, width, height)
        border = self.rich_style + self._colour("$primary")  # it will have the focus
        if y == 0:
            return Strip([Segment(f"╭─ Queue {'─' * (width - 10)}╮", border)])
        if y == height - 1:
            return Strip([Segment(f"╰{'─' * (width - 2)}╯", border)])
        side = Segment("│", border)
        return Strip([side, *self._row(y - 1, width - 2, height - 2), side])

    def _row(self, y: int, width: int, height: int) -> Strip:
        """One row, with room for a scroll bar where not all rows fit."""
        row = self._rows.get(y) if self._rows is not None else None
        if self._rows is None or row is None:
            return Strip.blank(width, self.rich_style)
        room = width - (self._rows.total > height)
        return self._paint(row, room, cursor=False).adjust_cell_length(width, self.rich_style)

    def _colour(self, name: str) -> Style:
        ground, ink = self.background_colors[1], self._theme(name)
        return Style() if ink is None else Style(color=(ground + ink).rich_color)

    def _theme(self, name: str) -> Color | None:
        """The theme's colour; None where that is a rule of style sheets and no plain colour."""
        try:
            return Color.parse(self.app.theme_variables.get(name.removeprefix("$"), ""))
        except ColorParseError:
            return None
