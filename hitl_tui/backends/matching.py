"""Which rows a query means and in which order, told in memory; the index says the same in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hitl_tui.backends.queue_row import ASKING, Row, waiting
from hitl_tui.backends.tables import stored
from hitl_tui.backends.times import ticks_at, ticks_of
from hitl_tui.backends.words import fold
from hitl_tui.model.threads import Query, Sort, ThreadState

_STATES = tuple(ThreadState)


def identity(query: Query) -> tuple[object, ...]:
    """What tells a query from others: equal ones mean the same rows of one source."""
    names = (
        name for name in Query.__dataclass_fields__ if name != "asleep" or query.snoozed is not None
    )
    values = (getattr(query, name) for name in names)
    return tuple(v if type(v) in _PLAIN else _told(v) for v in values)


def _told(value: object) -> object:
    return tuple(sorted(value.items())) if isinstance(value, Mapping) else value


_PLAIN = frozenset({str, bool, type(None), frozenset, Sort})  # most of what queries hold


def unsure(rows: Iterable[Row], query: Query) -> list[Row]:
    """The rows that must be looked at before the query's rows can be told.

    Not those that surely ask: that they cannot be read shows when their turn comes.
    """
    wanted = [row for row in rows if row.state is None and _in_place(row, query)]
    if not query.states:
        return wanted if _needs_words(query) else []
    return [row for row in wanted if _undecided(row, query)]


def matching(rows: Iterable[Row], query: Query) -> list[Row]:
    """The rows of the query, by what is known of them."""
    found = [
        row
        for row in rows
        if _in_states(row, query) and _in_words(row, query) and _in_place(row, query)
    ]
    if query.sort is not Sort.WAITING:
        found.sort(key=lambda row: (*_sorted_by(row, query), *waiting(row)))
    return found[::-1] if query.backwards else found


def priority_of(row: Row, query: Query) -> float:
    """The thread's own priority, else its graph's."""
    if row.priority is not None:
        return row.priority
    return query.priorities.get(row.graph_id or "", 0.0)


def state_of(row: Row, query: Query) -> ThreadState:
    """The row's state as the caller of the query knows it, OPEN where nobody looked yet."""
    return query.overlay.get(row.head.thread_id) or row.state or ThreadState.OPEN


def _undecided(row: Row, query: Query) -> bool:
    """Whether a look at the row could bring it into the query, or put it out."""
    if row.head.thread_id in query.overlay:
        return _needs_words(query) and _in_states(row, query)
    possible = row.possible()
    if possible.isdisjoint(query.states):
        return False
    if _needs_words(query):
        return True
    return not (possible <= query.states or (possible == ASKING and _shows_open(query)))


def _needs_words(query: Query) -> bool:
    """Whether only a look at a thread tells if or where it belongs in the query."""
    by_look = query.sort in {Sort.GRAPH, Sort.STATE, Sort.PRIORITY, Sort.KIND}
    narrowed = query.graph is not None or query.kind is not None
    return bool(query.search) or narrowed or by_look


def _sorted_by(row: Row, query: Query) -> tuple[object, ...]:
    match query.sort:
        case Sort.AGE:
            return (ticks_of(row.head.checkpoint_id), stored(row.head.thread_id))
        case Sort.GRAPH:
            return (row.graph_id is None, stored(row.graph_id or ""))
        case Sort.KIND:
            return (not row.kind, stored(row.kind))
        case Sort.STATE:
            return (_STATES.index(state_of(row, query)),)
        case _:
            return (-priority_of(row, query),)


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
    if query.graph is not None and (row.graph_id or "") != query.graph:
        return False
    if query.kind is not None and row.kind != query.kind:
        return False
    return not query.search or fold(query.search) in (row.words or "")


def _in_place(row: Row, query: Query) -> bool:
    """What needs no look at the thread: whether it sleeps, and when it was written."""
    if not query.holds(row.head.thread_id):
        return False
    if query.since is None and query.until is None:
        return True
    ticks = ticks_of(row.head.checkpoint_id)
    if query.since is not None and ticks < ticks_at(query.since):
        return False
    return query.until is None or ticks <= ticks_at(query.until)
