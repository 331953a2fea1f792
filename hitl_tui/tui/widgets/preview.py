"""What will be sent, exactly, or why nothing can be: always in sight, never cut."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from hitl_tui.text import line

TALL = 5
"""Rows up to which it grows; only then it scrolls, and can have the focus."""

_PLENTY = 20_000
"""From so many characters on only ASCII is drawn, so that rows can be counted without looking."""


class Preview(ScrollView, can_focus=False):
    """Text wrapped at any character, drawn by the row; scrolls within, also with a megabyte."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._rows: list[str] | None = []
        self._width = 1

    @property
    def text(self) -> str:
        """All that it says."""
        return self._text

    def say(self, text: str, state: str) -> None:
        """Show a text, one line however long; `state` is ready, idle, wrong or waiting."""
        text = line(text)
        if len(text) > _PLENTY and not text.isascii():
            text = text.encode("ascii", "backslashreplace").decode()
        self._text = text
        for name in ("ready", "idle", "wrong", "waiting"):
            self.set_class(name == state, f"-{name}")
        self.scroll_to(y=0, animate=False)
        self._wrap()

    def on_resize(self) -> None:
        """Wrap again."""
        self._wrap()

    def render_line(self, y: int) -> Strip:
        """Draw one row of what is visible."""
        row = self.scroll_offset.y + y
        if self._rows is None:
            text = self._text[row * self._width : (row + 1) * self._width]
        else:
            text = self._rows[row] if row < len(self._rows) else ""
        strip = Strip([Segment(text, self.rich_style)], cell_len(text))
        return strip.adjust_cell_length(self.size.width, self.rich_style)

    def _wrap(self) -> None:
        self._width = max(self.size.width, 1)
        plenty = len(self._text) > _PLENTY
        self._rows = None if plenty else chop_cells(self._text, self._width)
        count = -(-len(self._text) // self._width) if plenty else len(self._rows or ())
        self.virtual_size = Size(self._width, max(count, 1))
        self.can_focus = self.size.width > 0 and count > TALL
        self.refresh(layout=True)
