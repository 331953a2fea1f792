"""What a server can of what newer ones can: found out by asking, remembered, done without.

Counting came in August 2025, `select` soon after it (langgraph-sdk 0.2.3 and later). Other servers
that speak the same protocol may lack either, and give shorter pages.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

_REFUSED = 422
_ABSENT = frozenset({404, 405, 422, 501})


@dataclass(frozen=True, slots=True)
class Search:
    """A way to ask for rows: these `fields` of each, None for all; so many at once at most."""

    fields: tuple[str, ...] | None
    most: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """A way to look what changed last: so many rows, `whole` or no more than which they are."""

    most: int
    whole: bool


_SIGHTS = (Sighting(32, True), Sighting(32, False), Sighting(4, False), Sighting(1, False))
"""The best first; the others where the latest rows are too much for each second."""

LEAST = ("thread_id", "status", "metadata", "updated_at")
"""The fields of a row that are never long."""

_FIELDS = ("thread_id", "status", "metadata", "interrupts", "updated_at")
_WAYS = tuple(
    Search(fields, most)
    for most in (1000, 100)
    for fields in ((*_FIELDS, "state_updated_at"), _FIELDS, None)
)
"""The best first; every server understands the last one."""


@dataclass(slots=True)
class Abilities:
    """How rows and runs can be asked for, and whether threads can be counted; for any thread.

    Each refusal is told with how was asked: another thread may have learned from one meanwhile.
    """

    search: Search = _WAYS[0]
    sight: Sighting = _SIGHTS[0]
    selects_of_runs: bool = True
    counts: bool = True
    _lock: Lock = field(default_factory=Lock, repr=False)

    def ask_less(self, status: int | None, asked: Search) -> bool:
        """After a refused search: whether there is a plainer one to be tried."""
        if status != _REFUSED:
            return False
        with self._lock:
            if asked != self.search:
                return True
            at = _WAYS.index(asked) + 1
            self.search = _WAYS[at % len(_WAYS)]
            return at < len(_WAYS)

    def see_less(self, asked: Sighting) -> bool:
        """After a sight of too much: whether there is a smaller one to be tried."""
        with self._lock:
            if asked != self.sight:
                return True
            at = _SIGHTS.index(asked) + 1
            self.sight = _SIGHTS[min(at, len(_SIGHTS) - 1)]
            return at < len(_SIGHTS)

    def ask_for_whole_runs(self, status: int | None, *, selected: bool) -> bool:
        """After a refused look at runs: whether a plainer one is to be tried."""
        if status != _REFUSED or not selected:
            return False
        self.selects_of_runs = False
        return True

    def do_not_count(self, status: int | None) -> bool:
        """After a refused count: whether there is no such thing here."""
        if status in _ABSENT:
            self.counts = False
        return status in _ABSENT
