"""What will be sent, exactly, or why nothing can be: always in sight, never cut."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from hitl_tui.text import clean
from hitl_tui.tui.widgets.answer_words import cannot

TALL = 5
"""Rows up to which it grows; only then it scrolls, and can have the focus."""

_PLENTY = 20_000
"""From so many characters on only ASCII is drawn, so that rows can be counted without looking."""

_STATES = ("ready", "idle", "wrong", "waiting")


class Preview(ScrollView, can_focus=False):
    """Lines wrapped at any character, drawn by the row; scrolls within, also with a megabyte."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._at = 0
        self._rows = Rows((), 1)

    @property
    def text(self) -> str:
        """All that it says."""
        return self._text

    def say(self, text: str, state: str, at: int = 0) -> None:
        """Show lines, however long, the one at `at` in sight; `state` is one of `_STATES`."""
        text = clean(text)
        if len(text) > _PLENTY and not text.isascii():
            text = text.encode("ascii", "backslashreplace").decode()
        for name in _STATES:
            self.set_class(name == state, f"-{name}")
        if (text, at) != (self._text, self._at):
            self._text, self._at = text, at
            self._wrap()
            self.scroll_to(y=self._rows.first(at), animate=False)

    def on_resize(self) -> None:
        """Wrap again."""
        self._wrap()

    def render_line(self, y: int) -> Strip:
        """Draw one row of what is visible."""
        text = self._rows.row(self.scroll_offset.y + y)
        strip = Strip([Segment(text, self.rich_style)], cell_len(text))
        return strip.adjust_cell_length(self.size.width, self.rich_style)

    def _wrap(self) -> None:
        width = max(self.size.width, 1)
        self._rows = Rows(self._text.split("\n"), width)
        count = self._rows.count
        self.virtual_size = Size(width, max(count, 1))
        self.can_focus = self.size.width > 0 and count > TALL
        self.refresh(layout=True)


def _wrapped(line: str, width: int) -> list[str]:
    """A value is cut at any character, so that its blanks show; a sentence between words."""
    if not line.lstrip("▸ 0123456789").startswith(cannot("")):
        return chop_cells(line, width)
    first, *words = line.split(" ")
    rows = [first]
    for word in words:
        if cell_len(longer := f"{rows[-1]} {word}") <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    return [piece for row in rows for piece in chop_cells(row, width)]


class Rows:
    """Lines wrapped to a width in cells; a line of plenty of characters is ASCII and only cut."""

    def __init__(self, lines: Sequence[str], width: int) -> None:
        self._width = width
        self._lines = [it if len(it) > _PLENTY else _wrapped(it, width) or [""] for it in lines]
        self._ends = list(accumulate(map(self._height, self._lines)))

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self._ends[-1] if self._ends else 0

    def first(self, at: int) -> int:
        """The row that a line begins at."""
        return self._ends[at - 1] if 0 < at <= len(self._ends) else 0

    def row(self, number: int) -> str:
        """One of them; empty behind the last."""
        at = bisect_right(self._ends, number)
        if at >= len(self._lines):
            return ""
        line = self._lines[at]
        within = number - (self._ends[at] - self._height(line))
        if isinstance(line, str):
            return line[within * self._width : (within + 1) * self._width]
        return line[within]

    def _height(self, line: str | list[str]) -> int:
        return -(-len(line) // self._width) if isinstance(line, str) else len(line)
