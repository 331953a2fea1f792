"""A query as SQL over the index: which threads, and in which order.

The threads of one state, in one order, stand side by side in an index of SQLite's. So a query is
made of arms, one a state, which SQLite merges as it goes and leaves when a page is full. Threads
whose state the caller corrects are taken out of the arms and make arms of their own.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from hitl_tui.backends.encoded import stored
from hitl_tui.backends.index import meta
from hitl_tui.backends.index.named import among, corrected, inside, listed
from hitl_tui.backends.index.schema import STATES, span
from hitl_tui.backends.index.statement import FOUND, Statement, looked_for
from hitl_tui.backends.times import ticks_at
from hitl_tui.model.queries import Query, Sort, ThreadState

ROW = "id, thread, checkpoint, state, graph, unread"
"""What is read of each row, before its place in the order."""

Key = tuple[Any, ...]
"""A row's place in the order: the values that it is sorted by."""

_WAITING = ("quiet", "place", "thread")
_ORDERS: Mapping[Sort, tuple[str, ...]] = {
    Sort.WAITING: _WAITING,
    Sort.AGE: ("ticks", "thread"),
    Sort.GRAPH: ("graph", *_WAITING),
    Sort.STATE: ("shown", *_WAITING),
    Sort.PRIORITY: ("hurry", *_WAITING),
    Sort.KIND: ("kind", *_WAITING),
}


class Selection:
    """One query over one state of the index.

    `found` is how to find what its search finds, see `these`; `ids`, ascending, what it found, if
    that is known and free of what the caller knows besides. `corrected` are states that the
    caller knows better, by row id; `named` the rows of all threads that it knows something of.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        query: Query,
        found: Statement | None = None,
        ids: Sequence[int] | None = None,
    ) -> None:
        self._query = query
        self._found = found
        self._ids = ids
        self.corrected = corrected(connection, query)
        limits = among(connection, query)
        self.named = self.corrected.keys() | {at for _, ids in limits for at in ids}
        self._among = "".join(inside(*each) for each in limits)
        self._order = _ORDERS[query.sort]

    @property
    def is_walked(self) -> bool:
        """Whether SQLite can go through the rows in order, rather than find all and sort them."""
        by_rule = self._query.sort is Sort.PRIORITY and bool(self._query.priorities)
        return not self._query.search and not by_rule

    @property
    def is_whole(self) -> bool:
        """Whether it means all threads of its states, and corrects none."""
        query = self._query
        narrowed = query.search or query.since is not None or query.until is not None
        by = query.graph is not None or query.kind is not None
        return not (narrowed or by or self.corrected or self._among)

    @property
    def wanted(self) -> list[int]:
        """Its states, by their numbers."""
        return [n for n, state in enumerate(STATES) if self._wants(state)]

    def rows(self, columns: str, *, backwards: bool = False, after: Key = ()) -> Statement:
        """The rows in the order, or in the opposite one, with their keys; those after a key."""
        compared = "<" if backwards else ">"
        statement = self._arms(columns, keys=True, compared=compared, bound=after)
        direction = " DESC" if backwards else ""
        order = ", ".join(f"key{at}{direction}" for at in range(len(self._order)))
        return statement.add(f" ORDER BY {order}")

    def those(self, columns: str, *, before: Key = ()) -> Statement:
        """The rows as they come, with the state `shown`; those before a key."""
        return self._arms(columns, compared="<", bound=before)

    def counted(self, *, before: Key = ()) -> Statement:
        """How many rows there are, with the state `shown`; a state may come twice."""
        return self._arms("count(*)", compared="<", bound=before)

    def counted_of(self, ids: Iterable[int]) -> Statement:
        """The same of some rows, by their ids, whose state is not corrected."""
        some = [at for at in ids if at not in self.corrected]
        return self._arms("count(*)", only=Statement(f" AND id IN ({listed(some)})"))

    def grouped(self, column: str) -> Statement:
        """The values of a column, and how many rows have them; a value may come several times.

        SQLite adds up each arm as it comes: sorting a million rows would take as much memory.
        """
        return self._arms(f"{column}, count(*) AS rows", end=f" GROUP BY {column}")

    def place_of(self, thread_id: str) -> Statement:
        """The key of one thread, nothing if the query does not mean it."""
        only = Statement(" AND thread = CAST(? AS TEXT)", [stored(thread_id)])
        return self._arms("id", keys=True, only=only)

    def _arms(
        self,
        columns: str,
        *,
        keys: bool = False,
        compared: str = "",
        bound: Key = (),
        only: Statement | None = None,
        end: str = "",
    ) -> Statement:
        """The arms, one after the other; where there is none, one that is empty."""
        arms: list[Statement] = []
        for state, where in chain(self._parts(), [(0, "0")]):
            if arms and where == "0":
                break
            beyond = self._beyond(state, compared, bound)
            if beyond is not None:
                names = self._keys(state) if keys else Statement()
                arm = Statement(f"SELECT {columns}, {state} AS shown").add(names.sql, *names.values)
                arm.add(f" FROM {self._source} WHERE {where}")
                for part in (self._filters(), beyond, only or Statement()):
                    arm.add(part.sql, *part.values)
                arm.add(end)
                arms.append(arm)
        sql = " UNION ALL ".join(arm.sql for arm in arms)
        sought = self._sought()
        return Statement(sought.sql, [*sought.values]).add(
            sql, *[value for arm in arms for value in arm.values]
        )

    def _parts(self) -> Iterator[tuple[int, str]]:
        """The states of the query, each with the condition for its threads."""
        if self._ids is not None:
            yield from self._parts_of(self._ids)
            return
        wanted = self.wanted
        others = f" AND id NOT IN ({listed(self.corrected)})" if self.corrected else ""
        for state in wanted:
            first, last = span(state)
            found = "words.rowid" if self._is_direct else "found.id"
            near = f"{found} BETWEEN {first} AND {last} AND " if self._query.search else ""
            yield state, f"{near}state = {state}{others}"
        for state in wanted:
            ids = [at for at, shown in self.corrected.items() if shown == state]
            if ids:
                yield state, f"id IN ({listed(ids)})"

    def _parts_of(self, ids: Sequence[int]) -> Iterator[tuple[int, str]]:
        """The same of rows that are known by their ids."""
        for state in self.wanted:
            first, last = span(state)
            own = ids[bisect_left(ids, first) : bisect_right(ids, last)]
            shown = [at for at in own if at not in self.corrected]
            shown += [at for at in ids if self.corrected.get(at) == state]
            if shown:
                yield state, f"id IN ({listed(shown)})"

    def _wants(self, state: ThreadState) -> bool:
        return not self._query.states or state in self._query.states

    @property
    def _source(self) -> str:
        if self._ids is not None:
            return "threads NOT INDEXED"  # they are looked up, whatever the order
        if self._is_direct:
            return "words CROSS JOIN threads ON threads.id = words.rowid"
        return "found CROSS JOIN threads USING (id)" if self._query.search else "threads"

    @property
    def _is_direct(self) -> bool:
        """Whether one arm is all, so that what it finds need not be kept for others."""
        known = self._found is not None or self._ids is not None or self.corrected
        return bool(self._query.search and len(self._query.states) == 1 and not known)

    def _sought(self) -> Statement:
        """What the search finds, as a table of its own, so that it is looked for once."""
        if self._ids is not None or self._is_direct:
            return Statement()
        if self._found is not None or not self._query.search:
            return self._found or Statement()
        condition = looked_for(self._query.search)
        return Statement(FOUND.format(condition.sql), condition.values)

    def _filters(self) -> Statement:
        query, statement = self._query, Statement()
        if self._is_direct:
            condition = looked_for(query.search)
            statement.add(f" AND {condition.sql}", *condition.values)
        statement.add(self._among)
        for name, value in (("graph", query.graph), ("kind", query.kind)):
            if value is not None:
                statement.add(f" AND {name} = {'CAST(? AS TEXT)' if value else '?'}", stored(value))
        if query.since is not None:
            statement.add(" AND ticks >= ?", ticks_at(query.since))
        if query.until is not None:
            statement.add(" AND ticks <= ?", ticks_at(query.until))
        return statement

    def _keys(self, state: int) -> Statement:
        statement = Statement()
        for at, name in enumerate(self._order):
            part = self._expression(name, state)
            statement.add(f", {part.sql} AS key{at}", *part.values)
        return statement

    def _beyond(self, state: int, compared: str, bound: Key) -> Statement | None:
        """The condition that a row stands on one side of a key; None if none of the arm does."""
        names = self._order
        if not bound:
            return Statement()
        if names[0] == "shown":
            if state != bound[0]:
                return Statement() if (state < bound[0]) == (compared == "<") else None
            names, bound = names[1:], bound[1:]
        parts = [self._expression(name, state) for name in names]
        left = Statement(f" AND ({', '.join(part.sql for part in parts)})")
        left.values += [value for part in parts for value in part.values]
        right = ", ".join(meta.bound(value) for value in bound)
        return left.add(f" {compared} ({right})", *map(meta.bindable, bound))

    def _expression(self, name: str, state: int) -> Statement:
        """A value that rows are sorted by."""
        if name == "shown":
            return Statement(str(state))
        if name != "hurry":
            return Statement(name)
        rules = Statement()
        for graph, priority in sorted(self._query.priorities.items()):
            rules.add(" WHEN CAST(? AS TEXT) THEN ?", stored(graph), -float(priority))
        if not rules.sql:
            return Statement("ifnull(urgency, 0)")
        return Statement(f"ifnull(urgency, CASE graph{rules.sql} ELSE 0 END)", rules.values)
