"""Pages, positions and counts out of an index, in memory that does not grow with it."""

from __future__ import annotations

import sqlite3
import threading
from array import array
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hitl_tui.backends.index import search, tally
from hitl_tui.backends.index.counting import counts
from hitl_tui.backends.index.meta import Meta, read_meta
from hitl_tui.backends.index.schema import STATES
from hitl_tui.backends.index.search import Matches
from hitl_tui.backends.index.select import ROW, Key, Selection
from hitl_tui.backends.index.statement import Statement
from hitl_tui.backends.index.store import Emptied, Store
from hitl_tui.backends.index.telling import rows_by_id
from hitl_tui.backends.index.unread import unread
from hitl_tui.backends.matching import identity
from hitl_tui.model.queries import Group, Query, ThreadState

_KEPT = 8  # queries whose totals and known places are kept
_IDS = 1_000_000  # rows that are known one by one, in all of them but the last
_PLACES = 256  # known places of one query


class Found(NamedTuple):
    """What the index says of a thread: enough to tell whether the source says the same."""

    thread: str
    checkpoint: str
    state: ThreadState
    graph: str
    unread: bool


class FirstTold(NamedTuple):
    """The first rows of a query, see `telling.rows_by_id`, how many there are, and as of when."""

    rows: list[Any]
    total: int
    meta: Meta


@dataclass(slots=True)
class _Known:
    """What is known of a query's rows as long as the index does not change.

    `places` are keys of rows by their number; `ids` are all rows of a query that has to be sorted,
    `matches` those of a search that does not.
    """

    total: int
    places: dict[int, Key] = field(default_factory=dict)
    ids: array[int] | None = None
    matches: Matches | None = None

    @property
    def size(self) -> int:
        """How many rows are known one by one."""
        return len(self.ids or ()) + (len(self.matches.ids) if self.matches else 0)


class Reader:
    """Reads one index; safe to use from several threads. All methods raise Unavailable.

    One that must be `complete` raises Emptied while it is not.
    """

    def __init__(self, store: Store, *, complete: bool = True) -> None:
        self._store = store
        self._complete = complete
        self._known: OrderedDict[tuple[object, ...], _Known] = OrderedDict()
        self._last: tuple[tuple[object, ...], tuple[list[Found], int]] = (), ([], 0)
        self._guard = threading.Lock()

    def page(self, query: Query, offset: int, limit: int) -> tuple[list[Found], int]:
        """What stands in rows `offset` to `offset + limit`, and how many rows there are."""
        with self._reading() as (connection, meta):
            place = (*identity(query), meta.serial, offset, limit)
            if self._last[0] == place:
                return self._last[1]
            selection = Selection(connection, query)
            known = self._knowledge(connection, selection, query, meta)
            if known.matches is not None:
                rows = _rows_of(connection, known.matches.rows(connection, offset, limit))
            elif known.ids is not None:
                rows = _rows_of(connection, known.ids[offset : offset + limit])
            else:
                rows = _walk(connection, selection, known, query.backwards, offset, limit)
        told = list(map(_found, rows)), known.total
        self._last = place, told
        return told

    def first(self, query: Query, limit: int, looked_for: str | None) -> FirstTold | None:
        """The first rows of a query that nothing narrows but a search, as the index tells them.

        None where it does not tell one of them, or where `looked_for` was found and is not among
        them.
        """
        with self._reading() as (connection, meta):
            if not (meta.complete and search.is_bare(query)) or unread(connection):
                return None  # of one that is unread, the state is a guess
            selection = Selection(connection, query)
            known = self._knowledge(connection, selection, query, meta)
            if known.matches is not None:
                ids = known.matches.rows(connection, 0, limit)
                if looked_for is not None and known.matches.is_beyond(connection, looked_for, ids):
                    return None
            elif looked_for is None:
                ids = search.first(connection, selection, limit, backwards=query.backwards)
            else:
                return None
            rows = rows_by_id(connection, ids)
            return None if rows is None else FirstTold(rows, known.total, meta)

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where in the query's rows the thread stands; None if it is not among them."""
        with self._reading() as (connection, meta):
            selection = Selection(connection, query)
            known = self._knowledge(connection, selection, query, meta)
            if known.matches is not None:
                return known.matches.position(connection, thread_id)
            place = selection.place_of(thread_id)
            row = connection.execute(place.sql, place.values).fetchone()
            if row is None:
                return None
            if known.ids is not None:
                return known.ids.index(row[0])
            before = _count(connection, selection.counted(before=tuple(row[2:])))
            return known.total - 1 - before if query.backwards else before

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """How many of the query's threads are in each state, as far as that is sure."""
        with self._reading() as (connection, meta):
            return counts(connection, query, meta)

    def groups(self, query: Query, by: Group) -> Mapping[str, int]:
        """How many of the query's threads there are by graph or kind, as that sorts."""
        with self._reading() as (connection, _):
            grouped = Selection(connection, query).grouped(by.value)
            sql = f"SELECT {by.value}, sum(rows) FROM ({grouped.sql}) GROUP BY 1 ORDER BY 1"
            return {key or "": count for key, count in connection.execute(sql, grouped.values)}

    @contextmanager
    def _reading(self) -> Iterator[tuple[sqlite3.Connection, Meta]]:
        with self._store.reading() as connection:
            meta = read_meta(connection)
            if meta is None or not meta.is_ours or (self._complete and not meta.complete):
                self._last = (), ([], 0)  # a new one may come to the same serial
                raise Emptied("The index is being built.")
            yield connection, meta

    def _knowledge(
        self, connection: sqlite3.Connection, selection: Selection, query: Query, meta: Meta
    ) -> _Known:
        key = (*identity(query), meta.serial)
        with self._guard:
            if key in self._known:
                return self._known[key]
        known = _learn(connection, selection, query, meta)
        with self._guard:
            self._known[key] = known
            while len(self._known) > 1 and self._is_too_much():
                self._known.popitem(last=False)
        return known

    def _is_too_much(self) -> bool:
        ids = sum(known.size for known in self._known.values())
        return len(self._known) > _KEPT or ids > _IDS


def _learn(
    connection: sqlite3.Connection, selection: Selection, query: Query, meta: Meta
) -> _Known:
    if meta.complete and search.is_free(query):
        matches = search.find(connection, query)
        return _Known(len(matches.ids), matches=matches)
    states = tally.told(connection, meta.serial) if selection.is_whole and meta.complete else None
    if states is not None and selection.is_walked:
        return _Known(sum(states[state] for state in selection.wanted))
    if selection.is_walked:
        return _Known(_count(connection, selection.counted()))
    rows = selection.rows("id", backwards=query.backwards)
    ids = array("q", (row[0] for row in connection.execute(rows.sql, rows.values)))
    return _Known(len(ids), ids=ids)


def _walk(
    connection: sqlite3.Connection,
    selection: Selection,
    known: _Known,
    backwards: bool,
    offset: int,
    limit: int,
) -> list[Any]:
    """The rows from the nearest place known on: the start, the end, or beside a page read before.

    From the end they are read in the opposite order.
    """
    limit = min(limit, known.total - offset)
    if limit <= 0:
        return []
    places = dict(known.places)  # others may learn more meanwhile
    near = max((at for at in places if at <= offset), default=0)
    from_end = known.total - offset - limit
    if from_end < offset - near:
        rows = _read(connection, selection, not backwards, (), from_end, limit)[::-1]
    else:
        after = places.get(near, ())
        rows = _read(connection, selection, backwards, after, offset - near, limit)
    if rows:
        known.places[offset + len(rows)] = tuple(rows[-1][7:])
        for at in list(known.places)[:-_PLACES]:
            known.places.pop(at, None)
    return rows


def _read(
    connection: sqlite3.Connection,
    selection: Selection,
    backwards: bool,
    after: Key,
    skip: int,
    limit: int,
) -> list[Any]:
    rows = selection.rows(ROW, backwards=backwards, after=after)
    rows.add(" LIMIT ? OFFSET ?", limit, skip)
    return connection.execute(rows.sql, rows.values).fetchall()


def _rows_of(connection: sqlite3.Connection, ids: Sequence[int]) -> list[Any]:
    listed = ", ".join(map(str, ids))
    rows = connection.execute(f"SELECT {ROW} FROM threads WHERE id IN ({listed})")
    by_id = {row[0]: row for row in rows}
    return [by_id[at] for at in ids]


def _found(row: Sequence[Any]) -> Found:
    return Found(row[1], row[2], STATES[row[3]], row[4] or "", bool(row[5]))


def _count(connection: sqlite3.Connection, counted: Statement) -> int:
    return sum(row[0] for row in connection.execute(counted.sql, counted.values))
