"""What a search finds, and its first rows, without a look at all that was found.

A thread's row id tells its state (`schema.SPAN`), so full text alone finds those of the states
asked for, and how many they are. Of many, the first ones soon come by in the queue's order; a few
are looked up and sorted.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import filterfalse, islice

from hitl_tui.backends.index.named import listed, rows_of
from hitl_tui.backends.index.schema import SPAN, STATES, span
from hitl_tui.backends.index.select import Selection
from hitl_tui.backends.index.statement import Statement, is_full_text, looked_for, these
from hitl_tui.backends.index.texts import texts_as
from hitl_tui.model.queries import Query, Sort, ThreadState

_FEW = 1000  # rows that are sooner named one by one than looked for again
_AT_ONCE = 65_536  # characters of ids that are read in one go
_PATIENCE = 2  # rows of the queue that are passed in the time in which one is looked up and sorted


def is_free(query: Query) -> bool:
    """Whether nothing but the states narrows the search, and no rule of the caller's ranks it."""
    return bool(query.search) and is_bare(query)


def is_bare(query: Query) -> bool:
    """The same of a query that may search nothing."""
    narrowed = query.graph is not None or query.kind is not None or query.since or query.until
    named = query.among is not None or query.snoozed is True
    by_rule = query.sort is Sort.PRIORITY and bool(query.priorities)
    return not (narrowed or named or by_rule)


@dataclass(slots=True)
class Matches:
    """The rows of one search by their ids, ascending; `first` are some in the query's order."""

    query: Query
    ids: array[int]
    first: array[int] = field(default_factory=lambda: array("q"))

    def rows(self, connection: sqlite3.Connection, offset: int, limit: int) -> Sequence[int]:
        """The ids of some rows in the query's order."""
        end, first = min(offset + limit, len(self.ids)), self.first
        if len(first) < end:
            most = 2 * end if first else end
            passed = self._passed(connection, most) if self._is_near(connection, most) else None
            first = self.first = passed or self._sorted(connection, most)
        return first[offset:end]  # not `self.first`: another thread may need fewer

    def position(self, connection: sqlite3.Connection, thread_id: str) -> int | None:
        """Where the thread stands among them; None if it was not found."""
        base = Selection(connection, replace(self.query, search=""))
        place = base.place_of(thread_id)
        row = connection.execute(place.sql, place.values).fetchone()
        if row is None or row[0] not in _Sorted(self.ids):
            return None
        if len(self.ids) <= _FEW:
            return self.rows(connection, 0, _FEW).index(row[0])
        those = base.those("id", before=tuple(row[2:]))
        ids = _Sorted(self.ids)
        before = sum(at in ids for at, _ in connection.execute(those.sql, those.values))
        return len(self.ids) - 1 - before if self.query.backwards else before

    def is_beyond(self, connection: sqlite3.Connection, thread_id: str, ids: Sequence[int]) -> bool:
        """Whether a thread was found, and is none of some of them."""
        row = next(rows_of(connection, "id", [thread_id]), None)
        return row is not None and row[0] not in ids and row[0] in _Sorted(self.ids)

    def _is_near(self, connection: sqlite3.Connection, most: int) -> bool:
        """Whether so many of them come by soon, if they stand about evenly in the queue."""
        states = [n for n, state in enumerate(STATES) if state in (self.query.states or STATES)]
        threads = sum(_about(connection, n) for n in states)
        return most * threads <= _PATIENCE * len(self.ids) ** 2

    def _passed(self, connection: sqlite3.Connection, most: int) -> array[int] | None:
        """The first of them, met in the order of the queue; None if that takes too long."""
        base = Selection(connection, replace(self.query, search=""))
        rows = _in_order(base, backwards=self.query.backwards)
        ids, found = self.ids, array("q")
        count, most = len(ids), min(most, len(ids))
        with texts_as(connection, bytes):
            passed = islice(connection.execute(rows.sql, rows.values), _PATIENCE * count)
            for row in passed:
                at = row[0]
                place = bisect_left(ids, at)
                if place < count and ids[place] == at:
                    found.append(at)
                    if len(found) == most:
                        return found
        return None

    def _sorted(self, connection: sqlite3.Connection, most: int) -> array[int]:
        """All of them, looked up; of a few the first ones, which are soon found once more."""
        is_few = len(self.ids) <= _FEW
        ids = self.ids if is_few and not is_full_text(self.query.search) else None
        selection = Selection(connection, self.query, ids=ids)
        rows = selection.rows("id", backwards=self.query.backwards)
        rows.add(" LIMIT ?", most if is_few else -1)
        return array("q", (row[0] for row in connection.execute(rows.sql, rows.values)))


def find(connection: sqlite3.Connection, query: Query) -> Matches:
    """Look for all that a free query means."""
    named = Selection(connection, query).named
    ids = _found(connection, query)
    if named:
        ids = array("q", filterfalse(named.__contains__, ids))
        those = Selection(connection, query, these(named, query.search)).those("id")
        more = [row[0] for row in connection.execute(those.sql, those.values)]
        ids = array("q", sorted([*ids, *more])) if more else ids
    return Matches(query, ids)


def first(
    connection: sqlite3.Connection, selection: Selection, limit: int, *, backwards: bool
) -> Sequence[int]:
    """The ids of the first rows of a query that searches nothing."""
    rows = _in_order(selection, backwards=backwards)
    with texts_as(connection, bytes):
        return [row[0] for row in islice(connection.execute(rows.sql, rows.values), limit)]


def _in_order(selection: Selection, *, backwards: bool) -> Statement:
    """The ids of the rows in the order; nothing else where they come from one place."""
    rows = selection.rows("id", backwards=backwards)
    if " UNION ALL " not in rows.sql:
        arm, order = rows.sql.rsplit(" ORDER BY ", 1)
        rows.sql = f"SELECT id FROM ({arm}) ORDER BY {order}"
    return rows


def counts(connection: sqlite3.Connection, query: Query) -> Mapping[ThreadState, int]:
    """How many of the threads that a free query means are in each state."""
    ids = find(connection, query).ids
    found = {state: _between(ids, *span(n)) for n, state in enumerate(STATES)}
    among = _Sorted(ids)
    for at, shown in Selection(connection, query).corrected.items():
        if at in among:
            found[STATES[at // SPAN]] -= 1
            found[STATES[shown]] += 1
    return {state: count for state, count in found.items() if count}


def _about(connection: sqlite3.Connection, state: int) -> int:
    """About how many threads there are in a state: deleted ones may leave gaps in their numbers."""
    first, last = span(state)
    sql = "SELECT max(id) - ? + 1 FROM threads WHERE id BETWEEN ? AND ?"
    return connection.execute(sql, [first, first, last]).fetchone()[0] or 0


def _between(ids: array[int], first: int, last: int) -> int:
    return bisect_right(ids, last) - bisect_left(ids, first)


def _found(connection: sqlite3.Connection, query: Query) -> array[int]:
    """The ids of the query's states that the text is in, ascending, whatever else is known."""
    found = Statement("SELECT group_concat(rowid) FROM (SELECT rowid FROM words WHERE ")
    condition = looked_for(query.search)
    found.add(condition.sql, *condition.values)
    if query.states:
        wanted = sorted(map(STATES.index, query.states))
        first, last = span(wanted[0])[0], span(wanted[-1])[1]
        found.add(f" AND rowid BETWEEN {first} AND {last}")
        if len(wanted) <= wanted[-1] - wanted[0]:
            found.add(f" AND rowid / {SPAN} IN ({listed(wanted)})")
    found.add(" ORDER BY rowid)")
    return _numbers(connection.execute(found.sql, found.values).fetchone()[0] or "")


def _numbers(text: str) -> array[int]:
    """The numbers in a text: a row each would take Python half as long again.

    A part at a time, so that no key waits for very many.
    """
    numbers, start = array("q"), 0
    while start < len(text):
        end = text.find(",", start + _AT_ONCE)
        end = len(text) if end < 0 else end
        numbers.fromlist(json.loads(f"[{text[start:end]}]"))
        start = end + 1
    return numbers


class _Sorted:
    """Ids in ascending order, to ask whether one is among them."""

    __slots__ = ("_ids",)

    def __init__(self, ids: array[int]) -> None:
        self._ids = ids

    def __contains__(self, at: int) -> bool:
        place = bisect_left(self._ids, at)
        return place < len(self._ids) and self._ids[place] == at
