"""Tells whether rows were written that nobody met, by how many there are."""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import TYPE_CHECKING

from hitl_tui.backends.postgres_index.changes import written

if TYPE_CHECKING:
    from hitl_tui.backends.postgres_index.suspects import Suspects
    from hitl_tui.backends.postgres_reader import PostgresReader

_LATE = 11.0
"""Seconds after which rows are counted: an idle connection tells its last ones after ten."""
_REST = 10.0
"""Seconds from a round's end in which no other one is hurried: rows that were rolled back are
counted too, and are nowhere."""


class Missed:
    """Compares the rows that the server counted with those that were met at the tables' ends.

    Only a hint: the count is late, and not exact. It makes a round come sooner, never leave one
    out. For one thread at a time.
    """

    def __init__(self, reader: PostgresReader, suspects: Suspects) -> None:
        self._reader = reader
        self._suspects = suspects
        self._met: deque[tuple[float, int]] = deque()
        self._known: int | None = None
        self._begun = 0
        self._rested = 0.0

    def any(self) -> bool:
        """Whether a round through the pages is to be hurried. Raises SourceError."""
        beyond = self._beyond()
        if self._known is None:
            self._known = beyond
        return beyond > self._known and monotonic() >= self._rested

    def begin(self) -> None:
        """A round begins: it meets all that was written by now, counted or not."""
        self._begun = self._beyond() + self._uncounted()

    def end(self) -> None:
        """It came to its end."""
        self._known = self._begun
        self._rested = monotonic() + _REST

    def _beyond(self) -> int:
        """How many more rows were counted than met."""
        counted, met = self._reader.glance(written), self._suspects.met
        now = monotonic()
        self._met.append((now, met))
        while self._met[0][0] < now - _LATE:
            self._met.popleft()
        return counted - met

    def _uncounted(self) -> int:
        """How many of those that were met may not be counted yet."""
        return self._met[-1][1] - self._met[0][1]
