"""The heads of all threads, found from keys alone, and what changed since the last look.

LangGraph's head of a thread is its greatest `checkpoint_id` in the namespace ''. Everything here
is answered from the tables' primary keys, so no blob is read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hitl_tui.backends.tables import stored

_BATCH = 400  # bound variables in one statement


class HeadRow(NamedTuple):
    """What one pass over the keys tells of a thread, without reading a single blob.

    `checkpoints`, `writes` and `last_write` change with every change of the thread. `asks` says
    whether an interrupt of an unfinished task stands on the head, `doubt` whether an error or an
    answer stands there too.
    """

    thread_id: str
    checkpoint_id: str
    checkpoints: int
    writes: int
    last_write: int
    asks: int
    doubt: int


class Mark(NamedTuple):
    """The last row of a table, to tell whether only rows after it are new."""

    rowid: int
    key: tuple[object, ...]


_HEADS = """
WITH head AS (
    SELECT thread_id, max(checkpoint_id) AS checkpoint_id, count(*) AS checkpoints
    FROM checkpoints WHERE checkpoint_ns = '' {only} GROUP BY thread_id {limit}
)
SELECT CAST(h.thread_id AS TEXT), CAST(h.checkpoint_id AS TEXT), h.checkpoints,
    count(w.idx), ifnull(max(w.rowid), 0),
    CASE
        WHEN ifnull(sum(w.idx = -3), 0) = 0 THEN 0
        WHEN max(w.idx) < 0 THEN 1
        ELSE EXISTS (
            SELECT 1 FROM writes q
            WHERE q.thread_id = h.thread_id AND q.checkpoint_ns = ''
                AND q.checkpoint_id = h.checkpoint_id AND q.idx = -3
                AND NOT EXISTS (
                    SELECT 1 FROM writes o
                    WHERE o.thread_id = q.thread_id AND o.checkpoint_ns = ''
                        AND o.checkpoint_id = q.checkpoint_id AND o.task_id = q.task_id
                        AND o.idx >= 0 AND o.channel <> '__error_source_node__'
                )
        )
    END,
    ifnull(sum(w.idx IN (-1, -4)), 0) > 0
FROM head h LEFT JOIN writes w ON w.thread_id = h.thread_id AND w.checkpoint_ns = ''
    AND w.checkpoint_id = h.checkpoint_id
GROUP BY h.thread_id
"""


def heads(connection: sqlite3.Connection) -> Iterator[HeadRow]:
    """Every thread's head, in no particular order."""
    return map(HeadRow._make, connection.execute(_HEADS.format(only="", limit="")))


def heads_after(connection: sqlite3.Connection, thread: str, limit: int) -> Iterator[HeadRow]:
    """At most `limit` threads' heads, by thread id as bytes, from the first one after `thread`."""
    only = f"AND thread_id {after(thread)} AND typeof(thread_id) = 'text'"
    sql = _HEADS.format(only=only, limit=f"ORDER BY thread_id LIMIT {limit:d}")
    return map(HeadRow._make, connection.execute(sql, [stored(thread)]))


def heads_of(connection: sqlite3.Connection, threads: Iterable[str]) -> Iterator[HeadRow]:
    """The heads of those of the threads that exist."""
    keys = [stored(thread) for thread in threads]
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        only = f"AND thread_id IN ({','.join(['CAST(? AS TEXT)'] * len(batch))})"
        yield from map(HeadRow._make, connection.execute(_HEADS.format(only=only, limit=""), batch))


def after(thread: str) -> str:
    """SQL that compares with one bound id: greater than it, or any at all if it is empty."""
    return f"{'>' if thread else '>='} CAST(? AS TEXT)"


def totals(connection: sqlite3.Connection) -> tuple[int, int]:
    """How many checkpoints all threads have in their root namespace, and how many writes at all."""
    (checkpoints,) = connection.execute(
        "SELECT count(*) FROM checkpoints WHERE checkpoint_ns = ''"
    ).fetchone()
    (writes,) = connection.execute("SELECT count(*) FROM writes").fetchone()
    return checkpoints, writes


def marks(connection: sqlite3.Connection) -> tuple[Mark, Mark]:
    """The last rows of both tables."""
    return _mark(connection, "checkpoints"), _mark(connection, "writes")


def is_there(connection: sqlite3.Connection, at: tuple[Mark, Mark]) -> bool:
    """Whether the marked rows are still where they were, so that only later ones are new.

    SQLite gives the numbers of deleted last rows to new ones, and VACUUM renumbers all.
    """
    return marks_at(connection, (at[0].rowid, at[1].rowid)) == at


def marks_at(connection: sqlite3.Connection, rowids: tuple[int, int]) -> tuple[Mark, Mark]:
    """What stands in those rows of both tables now."""
    first, second = (
        _mark(connection, table, rowid) if rowid else Mark(0, ())
        for table, rowid in zip(_TABLES, rowids, strict=True)
    )
    return first, second


def touched(connection: sqlite3.Connection, since: tuple[Mark, Mark]) -> set[str]:
    """The threads that have rows after the marks: a row that is replaced gets a new number too."""
    found: set[str] = set()
    for table, mark in zip(_TABLES, since, strict=True):
        # by rowid, not by key: going through all keys in their order would find them distinct too
        sql = f"SELECT DISTINCT thread_id FROM {table} NOT INDEXED WHERE rowid > ?"
        found.update(row[0] for row in connection.execute(sql, [mark.rowid]))
    return found


def added(connection: sqlite3.Connection, since: tuple[Mark, Mark]) -> int:
    """How many writes there are after the marks, replaced ones among them."""
    sql = "SELECT count(*) FROM writes NOT INDEXED WHERE rowid > ?"
    return int(connection.execute(sql, [since[1].rowid]).fetchone()[0])


_TABLES = ("checkpoints", "writes")
_KEYS = {
    "checkpoints": "thread_id, checkpoint_ns, checkpoint_id",
    "writes": "thread_id, checkpoint_ns, checkpoint_id, task_id, idx",
}


def _mark(connection: sqlite3.Connection, table: str, rowid: int | None = None) -> Mark:
    where = "WHERE rowid = ?" if rowid else "ORDER BY rowid DESC LIMIT 1"
    sql = f"SELECT rowid, {_KEYS[table]} FROM {table} {where}"
    row = connection.execute(sql, [rowid] if rowid else []).fetchone()
    return Mark(row[0], row[1:]) if row else Mark(0, ())
