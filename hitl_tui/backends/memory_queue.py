"""The queue of a source held in memory: where it is small, and where there is no index.

The keys alone give the order. A thread's blobs are read when it is shown, or when its state, its
graph or its words decide whether it belongs to a query; what was found out is kept.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from hitl_tui.backends.matching import identity, matching, state_of, unsure
from hitl_tui.backends.queue_row import Row
from hitl_tui.backends.summaries import overlaid
from hitl_tui.backends.words import Describe, undescribed, words
from hitl_tui.model.threads import Group, Page, Query, Sort, ThreadState, ThreadSummary

_SLICE = 64  # threads looked at before others get a turn
_BREATH = 0.001  # seconds of it: a loop that never waits makes keys wait
_KEPT = 1024  # summaries kept for pages to come


class QueueRows(Protocol):
    """Where a queue's rows come from; safe to use from several threads."""

    def rows(self) -> Sequence[Row]:
        """All threads in the queue's order, as of now."""

    def summaries(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        """What is shown of some threads now, in their order; None for one that is not there."""


class MemoryQueue:
    """The threads of one source, always as of now; safe to use from several threads."""

    def __init__(self, source: QueueRows, describe: Describe = undescribed) -> None:
        self._source = source
        self._describe = describe
        self._summaries: dict[Row, ThreadSummary] = {}
        self._learned = object()
        self._found: tuple[Hashable, list[Row], Sequence[Row]] | None = None

    def page(self, query: Query, offset: int, limit: int) -> Page:
        """Rows of the query; those shown are looked at, so their states are certain."""
        rows = self._source.rows()
        while True:
            found = self._matching(rows, query)
            shown = found[offset : offset + limit]
            unseen = [row for row in shown if row.state is None]
            summaries = self._summarised(shown)
            if matching(unseen, query) == unseen:
                told = tuple(overlaid(s, query) for s in summaries)
                return Page(told, len(found), offset, any(s.unread for s in told))

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where in the query's rows the thread stands; None if it is not among them."""
        found = self._matching(self._source.rows(), query)
        return next((i for i, row in enumerate(found) if row.head.thread_id == thread_id), None)

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """How many threads are in each state. Looks at every thread once, then at changed ones."""
        rows = self._source.rows()
        self._look_at([row for row in rows if row.state is None])
        anywhere = replace(query, states=frozenset(), sort=Sort.WAITING)
        known = (row for row in matching(rows, anywhere) if _is_told(row, query))
        return Counter(state_of(row, query) for row in known)

    def groups(self, query: Query, by: Group) -> Mapping[str, int]:
        """How many of the query's threads there are by graph or kind, as they sort; "" for none."""
        query = replace(query, sort=Sort(by.value), backwards=False)
        found = self._matching(self._source.rows(), query)
        if by is Group.GRAPH:
            return Counter(row.graph_id or "" for row in found)
        return Counter(row.kind for row in found)

    def _matching(self, rows: Sequence[Row], query: Query) -> list[Row]:
        """The query's rows; the last ones told are told again while nothing is known better."""
        asked = identity(query)
        found = self._found
        if found and found[0] == (asked, self._learned) and found[2] is rows:
            return found[1]
        doubtful = unsure(rows, query)
        self._look_at(doubtful)
        learned = self._learned
        told = matching(rows, query)
        if all(row.state is not None for row in doubtful):  # else some are still being read
            self._found = (asked, learned), told, rows
        return told

    def _look_at(self, rows: Sequence[Row]) -> None:
        """Find out the rows' states, a few at a time."""
        for start in range(0, len(rows), _SLICE):
            if start:
                time.sleep(_BREATH)
            self._summarised(rows[start : start + _SLICE])

    def _summarised(self, rows: Sequence[Row]) -> list[ThreadSummary]:
        """What the queue shows of the rows, from the file where nobody looked before."""
        known = {row: kept for row in rows if (kept := self._summaries.get(row))}
        fresh = [row for row in rows if row not in known]
        if fresh:
            ids = [row.head.thread_id for row in fresh]
            found = self._source.summaries(ids)
            for row, summary in zip(fresh, found, strict=True):
                known[row] = summary or _deleted(row.head.thread_id)
                if not known[row].unread:
                    self._learn(row, known[row])
            self._keep({row: kept for row, kept in known.items() if not kept.unread})
        return [known[row] for row in rows]

    def _learn(self, row: Row, summary: ThreadSummary) -> None:
        asked = summary.interrupts
        kind, title = self._describe(asked[0]) if asked else ("", "")
        row.learn(summary, kind, words(summary, title))
        self._learned = object()  # unlike any before, whoever learns at the same time

    def _keep(self, summaries: Mapping[Row, ThreadSummary]) -> None:
        kept = {**self._summaries, **summaries}
        while len(kept) > _KEPT:
            del kept[next(iter(kept))]
        self._summaries = kept


def _is_told(row: Row, query: Query) -> bool:
    """Whether its state is known, or all but certain: it asks, and is still being read."""
    asks = row.head.asks and not row.head.doubt
    return bool(row.state or asks or row.head.thread_id in query.overlay)


def _deleted(thread_id: str) -> ThreadSummary:
    """A thread deleted since its row was read; it is gone at the next look."""
    reason = "The thread was deleted a moment ago."
    return ThreadSummary(thread_id, ThreadState.UNREADABLE, reason)
