"""The checkpointer's two tables, and the rows of one thread.

LangGraph stores a thread as rows of `checkpoints`, and what tasks did since one of them as rows of
`writes`. `idx` is -1 for an error, -3 for interrupts, -4 for answers taken, and counts from 0 for
what a task put out. Files from before `task_path` existed lack that column.
"""

from __future__ import annotations

import sqlite3
from itertools import pairwise
from typing import NamedTuple

from hitl_tui.backends.encoded import stored
from hitl_tui.errors import SourceError

__all__ = ["Channel", "Head", "Tables", "Write", "stored"]

_KEY = {"thread_id", "checkpoint_ns", "checkpoint_id", "type"}
_NEEDED = {
    "checkpoints": {*_KEY, "parent_checkpoint_id", "checkpoint", "metadata"},
    "writes": {*_KEY, "task_id", "idx", "channel", "value"},
}


class Write(NamedTuple):
    """A row of `writes`; greater `rowid`s were written later."""

    namespace: str
    task_id: str
    task_path: str
    idx: int
    channel: str
    kind: str | None
    value: bytes | None
    rowid: int


class Channel(NamedTuple):
    """A channel's value that is stored beside its checkpoint, not in it."""

    name: str
    kind: str
    value: bytes | None


class Head(NamedTuple):
    """A thread's head: its checkpoint and metadata as stored, and the writes on it.

    `channels` are values that stand beside the checkpoint; `sends`, kind and bytes each, are the
    Sends that wait, where an older LangGraph left them with the checkpoint before.
    """

    thread_id: str
    checkpoint_id: str
    kind: str | None
    checkpoint: bytes | None
    metadata: bytes | None
    writes: tuple[Write, ...]
    channels: tuple[Channel, ...] = ()
    sends: tuple[tuple[str, bytes], ...] = ()


class Tables:
    """The `ThreadRows` over one connection; raises SourceError if it is no checkpointer's."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        for table, needed in _NEEDED.items():
            _check(table, needed - self._columns(table))
        self._path = "task_path" if "task_path" in self._columns("writes") else "''"

    def head(self, thread_id: str, *, full: bool = True) -> Head | None:
        """One thread's head with its writes, None if there is no such thread; always `full`."""
        key = stored(thread_id)
        row = self._connection.execute(_HEAD, [key]).fetchone()
        if row is None:
            return None
        checkpoint_id, kind, checkpoint, metadata = row
        writes = self._writes(key, "", checkpoint_id)
        return Head(thread_id, checkpoint_id, kind, checkpoint, metadata, tuple(writes))

    def inner_writes(self, thread_id: str, node: str, task_id: str) -> list[Write]:
        """What a task's subgraphs hold on interrupts, errors and answers, on their own heads.

        A subgraph's namespace is its parent task's, "node:task_id", or the bare "node" when the
        subgraph keeps its state between runs; a subgraph in it adds "|" and its own.
        """
        key = stored(thread_id)
        found: list[Write] = []
        for outer in (f"{node}:{task_id}", node):
            bounds = [key, stored(outer), stored(f"{outer}|"), stored(f"{outer}}}")]
            for namespace, checkpoint_id in self._connection.execute(_INNER, bounds).fetchall():
                found += self._writes(key, namespace, checkpoint_id, "AND idx < 0")
        return found

    def answered(self, thread_id: str) -> list[tuple[str, list[Write]]]:
        """Where tasks took answers among the newest checkpoints before the head, oldest first.

        Each with the id of the checkpoint that follows it, and with the rows of its questions,
        errors and answers.
        """
        key = stored(thread_id)
        newest = [str(row[0]) for row in self._connection.execute(_NEWEST, [key])]
        found = []
        for following, checkpoint_id in pairwise(newest):
            writes = self._writes(key, "", checkpoint_id, "AND idx < 0")
            if any(write.channel == "__resume__" for write in writes):
                found.append((following, writes))
        return found[::-1]

    def forked(self, thread_id: str) -> list[Head]:
        """The checkpoints that several of the newest ones follow, with the answers taken there."""
        key = stored(thread_id)
        parents = [str(row[0]) for row in self._connection.execute(_FORKED, [key])]
        return [
            head._replace(writes=tuple(self._writes(key, "", parent, "AND idx = -4")))
            for parent in parents
            for head in self._heads(thread_id, "checkpoint_id", parent)
        ]

    def children(self, thread_id: str, checkpoint_id: str) -> list[Head]:
        """The checkpoints that follow one, in the order in which they were written, bare."""
        return self._heads(thread_id, "parent_checkpoint_id", checkpoint_id)

    def _heads(self, thread_id: str, column: str, value: str) -> list[Head]:
        rows = self._connection.execute(
            "SELECT CAST(checkpoint_id AS TEXT), CAST(type AS TEXT), checkpoint,"
            " CAST(metadata AS BLOB) FROM checkpoints WHERE thread_id = CAST(? AS TEXT)"
            f" AND checkpoint_ns = '' AND {column} = CAST(? AS TEXT) ORDER BY rowid",
            [stored(thread_id), stored(value)],
        )
        return [
            Head(thread_id, key, kind, body, metadata, ()) for key, kind, body, metadata in rows
        ]

    def _writes(
        self, key: bytes, namespace: str, checkpoint_id: str, only: str = ""
    ) -> list[Write]:
        rows = self._connection.execute(
            f"SELECT checkpoint_ns, CAST(task_id AS TEXT), CAST({self._path} AS TEXT),"
            " CAST(idx AS INTEGER), CAST(channel AS TEXT), CAST(type AS TEXT), value, rowid"
            " FROM writes WHERE thread_id = CAST(? AS TEXT) AND checkpoint_ns = CAST(? AS TEXT)"
            f" AND checkpoint_id = CAST(? AS TEXT) {only}",
            [key, stored(namespace), stored(checkpoint_id)],
        )
        return list(map(Write._make, rows))

    def _columns(self, table: str) -> set[str]:
        return {row[1] for row in self._connection.execute(f"PRAGMA table_info({table})")}


_HEAD = """
SELECT checkpoint_id, CAST(type AS TEXT), checkpoint, CAST(metadata AS BLOB) FROM checkpoints
WHERE thread_id = CAST(? AS TEXT) AND checkpoint_ns = '' ORDER BY checkpoint_id DESC LIMIT 1
"""

_NEWEST = """
SELECT CAST(checkpoint_id AS TEXT) FROM checkpoints
WHERE thread_id = CAST(? AS TEXT) AND checkpoint_ns = '' ORDER BY checkpoint_id DESC LIMIT 200
"""

_FORKED = """
SELECT CAST(parent AS TEXT) FROM (
    SELECT parent_checkpoint_id AS parent FROM checkpoints
    WHERE thread_id = CAST(? AS TEXT) AND checkpoint_ns = '' ORDER BY checkpoint_id DESC LIMIT 200
) WHERE parent IS NOT NULL GROUP BY parent HAVING count(*) > 1 ORDER BY parent
"""

_INNER = """
SELECT checkpoint_ns, max(checkpoint_id) FROM checkpoints
WHERE thread_id = CAST(? AS TEXT) AND (checkpoint_ns = CAST(? AS TEXT)
    OR checkpoint_ns > CAST(? AS TEXT) AND checkpoint_ns < CAST(? AS TEXT))
GROUP BY checkpoint_ns
"""


def _check(table: str, missing: set[str]) -> None:
    if not missing:
        return
    what = "table" if missing == _NEEDED[table] else f"column {min(missing)} in"
    raise SourceError(
        f"The database is no LangGraph checkpointer: it has no {what} {table}.",
        hint="Name the file that LangGraph's SqliteSaver writes.",
    )
