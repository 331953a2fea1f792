"""The checkpointer's two tables: what they are called, and the SQL that reads them.

LangGraph stores a thread as rows of `checkpoints` (its head is the greatest `checkpoint_id` in the
namespace '') and what tasks did since as rows of `writes`. `idx` is -1 for an error, -3 for
interrupts, -4 for answers taken, and counts from 0 for what a task put out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from hitl_tui.errors import SourceError

_CHECKPOINTS = {"thread_id", "checkpoint_ns", "checkpoint_id", "type", "checkpoint", "metadata"}
_WRITES = {"thread_id", "checkpoint_ns", "checkpoint_id", "task_id", "idx", "channel", "type"}
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


@dataclass(frozen=True, slots=True)
class Write:
    """A row of `writes`; greater `rowid`s were written later."""

    namespace: str
    task_id: str
    task_path: str
    idx: int
    channel: str
    kind: str | None
    value: bytes | None
    rowid: int


@dataclass(frozen=True, slots=True)
class Head:
    """A thread's head: its checkpoint and metadata as stored, and the writes on it."""

    thread_id: str
    checkpoint_id: str
    kind: str | None
    checkpoint: bytes | None
    metadata: bytes | str | None
    writes: tuple[Write, ...]


class Mark(NamedTuple):
    """The last row of a table, to tell whether only rows after it are new."""

    rowid: int
    key: tuple[object, ...]


def check(connection: sqlite3.Connection) -> None:
    """Raise SourceError unless the database is a LangGraph checkpointer's."""
    for table, needed in (("checkpoints", _CHECKPOINTS), ("writes", _WRITES)):
        missing = needed - _columns(connection, table)
        if missing:
            what = "table" if missing == needed else f"column {min(missing)} in"
            raise SourceError(
                f"The database is no LangGraph checkpointer: it has no {what} {table}.",
                hint="Name the file that LangGraph's SqliteSaver writes.",
            )


_HEADS = """
WITH head AS (
    SELECT thread_id, max(checkpoint_id) AS checkpoint_id, count(*) AS checkpoints
    FROM checkpoints WHERE checkpoint_ns = '' {only} GROUP BY thread_id
)
SELECT h.thread_id, h.checkpoint_id, h.checkpoints, count(w.idx), ifnull(max(w.rowid), 0),
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
    return map(HeadRow._make, connection.execute(_HEADS.format(only="")))


def heads_of(connection: sqlite3.Connection, threads: Iterable[str]) -> Iterator[HeadRow]:
    """The heads of those of the threads that exist."""
    keys = [_key(thread) for thread in threads]
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        only = f"AND thread_id IN ({','.join(['CAST(? AS TEXT)'] * len(batch))})"
        yield from map(HeadRow._make, connection.execute(_HEADS.format(only=only), batch))


def head(connection: sqlite3.Connection, thread_id: str) -> Head | None:
    """One thread's head with its writes, None if there is no such thread."""
    key = _key(thread_id)
    row = connection.execute(
        "SELECT checkpoint_id, type, checkpoint, metadata FROM checkpoints"
        " WHERE thread_id = CAST(? AS TEXT) AND checkpoint_ns = ''"
        " ORDER BY checkpoint_id DESC LIMIT 1",
        [key],
    ).fetchone()
    if row is None:
        return None
    checkpoint_id, kind, checkpoint, metadata = row
    writes = _writes(connection, key, "", checkpoint_id)
    return Head(thread_id, checkpoint_id, kind, checkpoint, metadata, writes)


def inner_writes(
    connection: sqlite3.Connection, thread_id: str, node: str, task_id: str
) -> tuple[Write, ...]:
    """What the newest checkpoints of a task's subgraphs hold on interrupts, errors and answers.

    A subgraph's namespace is its parent task's, "node:task_id", or the bare "node" when the
    subgraph keeps its state between runs; a subgraph in it adds "|" and its own.
    """
    key = _key(thread_id)
    found: list[Write] = []
    for outer in (f"{node}:{task_id}", node):
        rows = connection.execute(
            "SELECT checkpoint_ns, max(checkpoint_id) FROM checkpoints"
            " WHERE thread_id = CAST(? AS TEXT) AND (checkpoint_ns = CAST(? AS TEXT)"
            " OR checkpoint_ns > CAST(? AS TEXT) AND checkpoint_ns < CAST(? AS TEXT))"
            " GROUP BY checkpoint_ns",
            [key, _key(outer), _key(f"{outer}|"), _key(f"{outer}}}")],
        ).fetchall()
        for namespace, checkpoint_id in rows:
            found += _writes(connection, key, namespace, checkpoint_id, "AND idx < 0")
    return tuple(found)


def count(connection: sqlite3.Connection) -> int:
    """How many checkpoints all threads have in their root namespace."""
    rows = connection.execute("SELECT count(*) FROM checkpoints WHERE checkpoint_ns = ''")
    return int(rows.fetchone()[0])


def marks(connection: sqlite3.Connection) -> tuple[Mark, Mark]:
    """The last rows of both tables."""
    return _mark(connection, "checkpoints"), _mark(connection, "writes")


def is_there(connection: sqlite3.Connection, at: tuple[Mark, Mark]) -> bool:
    """Whether the marked rows are still where they were, so that only later ones are new.

    SQLite gives the numbers of deleted last rows to new ones, and VACUUM renumbers all.
    """
    return all(
        not mark.rowid or _mark(connection, table, mark.rowid) == mark
        for table, mark in zip(_TABLES, at, strict=True)
    )


def touched(connection: sqlite3.Connection, since: tuple[Mark, Mark]) -> set[str]:
    """The threads that have rows after the marks."""
    found: set[str] = set()
    for table, mark in zip(_TABLES, since, strict=True):
        sql = f"SELECT DISTINCT thread_id FROM {table} WHERE rowid > ?"
        found.update(row[0] for row in connection.execute(sql, [mark.rowid]))
    return found


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


def _writes(
    connection: sqlite3.Connection, key: bytes, namespace: str, checkpoint_id: str, only: str = ""
) -> tuple[Write, ...]:
    path = "task_path" if "task_path" in _columns(connection, "writes") else "''"
    rows = connection.execute(
        f"SELECT checkpoint_ns, task_id, {path}, idx, channel, type, value, rowid FROM writes"
        " WHERE thread_id = CAST(? AS TEXT) AND checkpoint_ns = CAST(? AS TEXT)"
        f" AND checkpoint_id = CAST(? AS TEXT) {only}",
        [key, _key(namespace), _key(checkpoint_id)],
    )
    return tuple(Write(*row) for row in rows)


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def _key(text: str) -> bytes:
    """A text to compare with; as bytes, because a stored one need not be valid UTF-8."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # no stored text reads like this, so it will find nothing
        return text.encode("utf-8", "surrogatepass")
