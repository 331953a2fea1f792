"""Every thread of a source in the queue's order, in memory, refreshed by what changed.

A `Catalogue` is one state of the source and never changes its rows; a later state shares the rows
that stayed the same, with what was found out about them. So any thread may read one without a lock.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from hitl_tui.backends import heads as keys
from hitl_tui.backends.heads import HeadRow, Mark
from hitl_tui.model.threads import Query, ThreadState, ThreadSummary

_ASKING = frozenset({ThreadState.OPEN, ThreadState.UNREADABLE})
_SILENT = frozenset(
    {ThreadState.DONE, ThreadState.PAUSED, ThreadState.FAILED, ThreadState.UNREADABLE}
)
_DOUBTFUL = _ASKING | _SILENT | {ThreadState.LOCKED}


@dataclass(slots=True, eq=False)
class Row:
    """A thread in the queue; `state` and the rest are None until somebody looked.

    What is found out never becomes wrong: a changed thread gets a new row.
    """

    head: HeadRow
    state: ThreadState | None = None
    graph_id: str | None = None
    words: str | None = None

    def possible(self) -> frozenset[ThreadState]:
        """The states that it can be in, judged by its keys alone."""
        if self.state is not None:
            return frozenset({self.state})
        if not self.head.asks:
            return _SILENT
        return _DOUBTFUL if self.head.doubt else _ASKING

    def learn(self, summary: ThreadSummary, words: str) -> None:
        """Keep what a look at the thread found out. Doing it twice does no harm."""
        self.graph_id, self.words, self.state = summary.graph_id, words, summary.state


class Seen(NamedTuple):
    """What tells one state of the tables from another: their last rows and how many there are."""

    marks: tuple[Mark, Mark]
    checkpoints: int
    writes: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The rows in order: those that ask, oldest first, then the others, newest first."""

    rows: tuple[Row, ...]
    by_id: Mapping[str, Row]
    seen: Seen

    @classmethod
    def read(cls, connection: sqlite3.Connection, before: Catalogue | None) -> Catalogue:
        """The source's state now, at the cost of what changed since `before` where possible."""
        seen = Seen(keys.marks(connection), *keys.totals(connection))
        if before and keys.is_there(connection, before.seen.marks):
            if seen == before.seen:
                return before
            updated = _updated(connection, before)
            if updated and sum(h.checkpoints for h in updated.values()) == seen.checkpoints:
                return cls._of(updated, before, seen)
        heads = {head.thread_id: head for head in keys.heads(connection)}
        return cls._of(heads, before, seen)

    @classmethod
    def _of(cls, heads: Mapping[str, HeadRow], before: Catalogue | None, seen: Seen) -> Catalogue:
        known = before.by_id if before else {}
        by_id = {key: _row(head, known.get(key)) for key, head in heads.items()}
        return cls(_ordered(by_id.values()), by_id, seen)


def unsure(rows: Iterable[Row], query: Query) -> list[Row]:
    """The rows that must be looked at before the query's rows can be told.

    Not those that surely ask: that they cannot be read shows when their turn comes.
    """
    if query.search or query.graph is not None:
        wanted = [row for row in rows if row.words is None]
    else:
        wanted = [row for row in rows if row.state is None]
    if not query.states:
        return wanted if query.search or query.graph is not None else []
    return [row for row in wanted if _undecided(row, query)]


def matching(rows: Iterable[Row], query: Query) -> list[Row]:
    """The rows of the query, by what is known of them."""
    found = (row for row in rows if _in_states(row, query) and _in_words(row, query))
    return [row for row in found if query.holds(row.head.thread_id)]


def state_of(row: Row, query: Query) -> ThreadState:
    """The row's state as the caller of the query knows it, OPEN where nobody looked yet."""
    return query.overlay.get(row.head.thread_id) or row.state or ThreadState.OPEN


def _undecided(row: Row, query: Query) -> bool:
    """Whether a look at the row could bring it into the query, or put it out."""
    if row.head.thread_id in query.overlay:
        return bool(query.search or query.graph) and _in_states(row, query)
    possible = row.possible()
    if possible.isdisjoint(query.states):
        return False
    if query.search or query.graph is not None:
        return True
    return not (possible <= query.states or (possible == _ASKING and _shows_open(query)))


def _shows_open(query: Query) -> bool:
    return ThreadState.OPEN in query.states


def _in_states(row: Row, query: Query) -> bool:
    if not query.states:
        return True
    known = query.overlay.get(row.head.thread_id) or row.state
    if known is not None:
        return known in query.states
    return not row.possible().isdisjoint(query.states)


def _in_words(row: Row, query: Query) -> bool:
    if query.graph is not None and row.graph_id != query.graph:
        return False
    return not query.search or query.search.casefold() in (row.words or "")


def _updated(connection: sqlite3.Connection, before: Catalogue) -> dict[str, HeadRow]:
    """The heads with those of touched threads read anew; empty if no row is new.

    Deletions leave no row, so the caller counts, and looks at everything when nothing is new.
    """
    touched = keys.touched(connection, before.seen.marks)
    if not touched:
        return {}
    heads = {key: row.head for key, row in before.by_id.items()}
    for thread in touched:
        heads.pop(thread, None)
    heads.update((head.thread_id, head) for head in keys.heads_of(connection, touched))
    return heads


def _row(head: HeadRow, known: Row | None) -> Row:
    return known if known and known.head == head else Row(head)


def _ordered(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Checkpoint ids sort by time. Equal ones (copied threads) go by thread id."""
    asking = [row for row in rows if row.head.asks]
    others = [row for row in rows if not row.head.asks]
    asking.sort(key=_age)
    others.sort(key=_age, reverse=True)
    return (*asking, *others)


def _age(row: Row) -> tuple[str, str]:
    return row.head.checkpoint_id, row.head.thread_id
