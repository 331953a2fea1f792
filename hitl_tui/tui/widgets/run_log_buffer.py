"""The lines the log keeps, and which of them it shows."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator

from hitl_tui.tui.widgets.run_log_lines import Line

LONG = 400
"""Characters of a line on average from which on fewer lines are kept: a bound for memory."""


class LineBuffer:
    """The newest `max_lines` lines, and those of them that one thread's filter lets through.

    All together hold at most `LONG` characters for each of so many, so fewer are kept if they are
    very long. `gone` is how many older ones are no longer kept, `shifted` how many of these were
    shown.
    """

    def __init__(self, max_lines: int) -> None:
        self._max_lines = max_lines
        self._all: deque[Line] = deque()
        self._shown = self._all
        self._thread_id: str | None = None
        self._count = 0
        self._room = max_lines * LONG
        self.shifted = 0

    @property
    def gone(self) -> int:
        """How many lines were let go because newer ones came."""
        return self._count - len(self._all)

    def __len__(self) -> int:
        return len(self._shown)

    def __getitem__(self, row: int) -> Line:
        return self._shown[row]

    def __iter__(self) -> Iterator[Line]:
        return iter(self._all)

    def add(self, line: Line) -> None:
        """Keep a line, at the end; the oldest one makes room."""
        line.number = self._count
        self._count += 1
        if len(self._all) == self._max_lines:
            self._let_go()
        self._all.append(line)
        if self._shown is not self._all and self._lets_through(line):
            self._shown.append(line)
        self.measure(line)

    def measure(self, line: Line) -> None:
        """A kept line has grown: older ones may have to make room."""
        self._room -= len(line.text) - line.counted
        line.counted = len(line.text)
        while self._room < 0 and len(self._all) > 1:
            self._let_go()

    def has(self, line: Line) -> bool:
        """Whether the line is still kept."""
        return line.number >= self.gone

    def row(self, line: Line) -> int | None:
        """In which row the line is shown, if it is."""
        row = bisect_left(self._shown, line.number, key=lambda other: other.number)
        return row if row < len(self._shown) and self._shown[row] is line else None

    def show_only(self, thread_id: str | None) -> None:
        """Show one thread's lines, or all of them with None."""
        self._thread_id = thread_id
        self.shifted = 0
        self._shown = self._all
        if thread_id is not None:
            self._shown = deque(filter(self._lets_through, self._all))

    def _lets_through(self, line: Line) -> bool:
        return line.thread_id is None or line.thread_id == self._thread_id

    def _let_go(self) -> None:
        oldest = self._all.popleft()
        self._room += oldest.counted
        if self._shown is self._all:
            self.shifted += 1
        elif self._shown and self._shown[0] is oldest:
            self._shown.popleft()
            self.shifted += 1
