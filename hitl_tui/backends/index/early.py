"""What can be told while an index is still being built: true rows, though not all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from hitl_tui.backends.index.first import first_asking
from hitl_tui.backends.index.indexed import IndexedQueue
from hitl_tui.backends.index.store import Emptied
from hitl_tui.backends.summaries import overlaid
from hitl_tui.backends.times import ticks_of
from hitl_tui.model.threads import Group, Page, Query, Sort, ThreadState, ThreadSummary

if TYPE_CHECKING:
    from hitl_tui.backends.sqlite_file import SqliteFile

T = TypeVar("T")

_MOST = 256
_SECONDS = 0.25


class EarlyQueue:
    """The oldest questions straight from the source; all else from as much as is indexed."""

    def __init__(self, file: SqliteFile, indexed: IndexedQueue) -> None:
        self._file = file
        self._indexed = indexed
        self._seen: tuple[Hashable, Sequence[ThreadSummary]] | None = None

    def page(self, query: Query, offset: int, limit: int) -> Page:
        """Rows of the query, marked as partial."""
        if not _plain(query):
            return self._so_far(lambda: self._indexed.page(query, offset, limit), _nothing(offset))
        rows = self._first(query)
        return Page(tuple(rows[offset : offset + limit]), len(rows), offset, partial=True)

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where among the rows known so far the thread stands."""
        if not _plain(query):
            return self._so_far(lambda: self._indexed.position(query, thread_id), None)
        ids = [row.thread_id for row in self._first(query)]
        return ids.index(thread_id) if thread_id in ids else None

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """At least so many threads are in each state."""
        none: Mapping[ThreadState, int] = {}
        counts = Counter(self._so_far(lambda: self._indexed.counts(query), none))
        if _plain(replace(query, states=frozenset())):
            counts |= Counter(row.state for row in self._first(replace(query, states=frozenset())))
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

    def _first(self, query: Query) -> list[ThreadSummary]:
        version = self._file.version()
        if self._seen is None or self._seen[0] != version:
            work = partial(first_asking, most=_MOST, seconds=_SECONDS)
            self._seen = (version, self._file.read(work))
        shown = [overlaid(summary, query) for summary in self._seen[1]]
        return sorted((row for row in shown if _meant(row, query)), key=_waiting)


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


def _waiting(row: ThreadSummary) -> tuple[int, str]:
    return ticks_of(row.checkpoint_id or ""), row.thread_id
