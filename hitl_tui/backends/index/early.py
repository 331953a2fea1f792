"""What can be told while an index is still being built: true rows, though not all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from hitl_tui.backends.index.indexed import IndexedQueue
from hitl_tui.backends.index.store import Emptied
from hitl_tui.backends.summaries import overlaid
from hitl_tui.backends.tables import stored
from hitl_tui.backends.times import ticks_of
from hitl_tui.model.threads import Group, Page, Query, Sort, ThreadState, ThreadSummary

if TYPE_CHECKING:
    from hitl_tui.backends.index.source import Source

T = TypeVar("T")

_MOST = 256
_SOME = 64  # threads looked at together: what most terminals show


class EarlyQueue:
    """The oldest questions straight from the source; all else from as much as is indexed."""

    def __init__(self, source: Source, indexed: IndexedQueue) -> None:
        self._source = source
        self._indexed = indexed
        self._seen: tuple[Hashable, _Asking] | None = None

    def page(self, query: Query, offset: int, limit: int) -> Page:
        """Rows of the query, marked as partial."""
        if not _plain(query):
            return self._so_far(lambda: self._indexed.page(query, offset, limit), _nothing(offset))
        rows, more = self._first(query, offset + limit)
        return Page(tuple(rows[offset : offset + limit]), len(rows) + more, offset, partial=True)

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where among the rows known so far the thread stands."""
        if not _plain(query):
            return self._so_far(lambda: self._indexed.position(query, thread_id), None)
        ids = [row.thread_id for row in self._first(query)[0]]
        return ids.index(thread_id) if thread_id in ids else None

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """At least so many threads are in each state."""
        none: Mapping[ThreadState, int] = {}
        counts = Counter(self._so_far(lambda: self._indexed.counts(query), none))
        if _plain(replace(query, states=frozenset())):
            rows, _ = self._first(replace(query, states=frozenset()))
            counts |= Counter(row.state for row in rows)
        return counts

    def groups(self, query: Query, by: Group) -> Mapping[str, int]:
        """How many of the threads known so far there are by graph or kind."""
        return self._so_far(lambda: self._indexed.groups(query, by), {})

    @staticmethod
    def _so_far(ask: Callable[[], T], otherwise: T) -> T:
        """What is indexed so far; as long as that is nothing, `otherwise`."""
        try:
            return ask()
        except Emptied:
            return otherwise

    def _first(self, query: Query, most: int = _MOST) -> tuple[list[ThreadSummary], int]:
        """The first rows, at least `most` if there are so many, and how many may follow."""
        version = self._source.version()
        if self._seen is None or self._seen[0] != version:
            self._seen = (version, _Asking(self._source.first()))
        asking = self._seen[1]
        while True:
            shown = [overlaid(summary, query) for summary in asking.known]
            rows = [row for row in shown if _meant(row, query)]
            if len(rows) >= most or not asking.left:
                return rows, len(asking.left)
            asking.look(self._source)


class _Asking:
    """The threads found to ask, oldest first, looked at a few at a time."""

    def __init__(self, found: Sequence[tuple[str, str]]) -> None:
        self.left = [thread for thread, _ in sorted(found, key=_waiting)]
        self.known: list[ThreadSummary] = []

    def look(self, source: Source) -> None:
        """Know some more of them."""
        some, self.left = self.left[:_SOME], self.left[_SOME:]
        self.known += [summary for summary in source.summaries(some) if summary]


def _nothing(offset: int) -> Page:
    return Page((), 0, offset, partial=True)


def _plain(query: Query) -> bool:
    """Whether it asks for what waits, in the queue's own order."""
    by = query.graph is not None or query.kind is not None
    narrowed = query.search or by or query.since or query.until
    in_order = query.sort is Sort.WAITING and not query.backwards
    return in_order and not narrowed and (not query.states or ThreadState.OPEN in query.states)


def _meant(row: ThreadSummary, query: Query) -> bool:
    if not query.holds(row.thread_id):
        return False
    return not query.states or row.state in query.states


def _waiting(found: tuple[str, str]) -> tuple[int, bytes]:
    thread, head = found
    return ticks_of(head), stored(thread)
