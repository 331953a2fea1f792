"""Many threads of a SQLite file in a few statements: reading each by itself takes several."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from hitl_tui.backends.proof import proof
from hitl_tui.backends.tables import Head, Tables, Write, stored

_BATCH = 400  # bound variables in one statement


class PageRows(Tables):
    """The `ThreadRows` of these threads, read ahead; what few of them have is read when asked for.

    Raises SourceError if the database is no checkpointer's.
    """

    def __init__(self, connection: sqlite3.Connection, thread_ids: Sequence[str]) -> None:
        super().__init__(connection)
        self._ahead: dict[str, Head] = {}
        self._nested: set[str] = set()
        self._forks: set[str] = set()
        keys = [stored(thread_id) for thread_id in thread_ids]
        for start in range(0, len(keys), _BATCH):
            self._read_ahead(keys[start : start + _BATCH])

    def head(self, thread_id: str, *, full: bool = True) -> Head | None:
        """One thread's head with its writes, None if there is no such thread."""
        return self._ahead.get(thread_id)

    def inner_writes(self, thread_id: str, node: str, task_id: str) -> list[Write]:
        """What a task's subgraphs hold, where the thread has any."""
        return super().inner_writes(thread_id, node, task_id) if thread_id in self._nested else []

    def forked(self, thread_id: str) -> list[Head]:
        """The checkpoints that several others follow, where the thread has any."""
        return super().forked(thread_id) if thread_id in self._forks else []

    def proof(self, thread_id: str) -> bytes:
        """The proof of a thread; empty where its summary was read from more than its head."""
        head = self._ahead.get(thread_id)
        has_more = thread_id in self._nested or thread_id in self._forks
        return b"" if head is None or has_more else proof(head)

    def _read_ahead(self, keys: Sequence[bytes]) -> None:
        execute, marks = self._connection.execute, ", ".join(["(CAST(? AS TEXT))"] * len(keys))
        wanted = f"WITH wanted (id) AS (VALUES {marks}) "
        self._nested |= {row[0] for row in execute(wanted + _NESTED, keys)}
        self._forks |= {row[0] for row in execute(wanted + _FORKED, keys)}
        writes: dict[str, list[Write]] = defaultdict(list)
        for name, *row in execute(wanted + _WRITES.format(path=self._path), keys):
            writes[name].append(Write._make(row))
        for name, head, kind, body, metadata in execute(wanted + _HEADS, keys):
            found = Head(name, head, kind, body, metadata, tuple(writes[name]))
            self._ahead[name] = found


_HEAD = """(
    SELECT max(k.checkpoint_id) FROM checkpoints k
    WHERE k.thread_id = wanted.id AND k.checkpoint_ns = ''
)"""
_HEADS = f"""
SELECT CAST(c.thread_id AS TEXT), c.checkpoint_id, CAST(c.type AS TEXT), c.checkpoint,
    CAST(c.metadata AS BLOB)
FROM wanted CROSS JOIN checkpoints c
ON c.thread_id = wanted.id AND c.checkpoint_ns = '' AND c.checkpoint_id = {_HEAD}
"""
_WRITES = f"""
SELECT CAST(w.thread_id AS TEXT), w.checkpoint_ns, CAST(w.task_id AS TEXT),
    CAST({{path}} AS TEXT), CAST(w.idx AS INTEGER), CAST(w.channel AS TEXT), CAST(w.type AS TEXT),
    w.value, w.rowid
FROM wanted CROSS JOIN writes w
ON w.thread_id = wanted.id AND w.checkpoint_ns = '' AND w.checkpoint_id = {_HEAD}
"""
_NESTED = """
SELECT CAST(id AS TEXT) FROM wanted WHERE EXISTS (
    SELECT 1 FROM checkpoints k WHERE k.thread_id = wanted.id AND k.checkpoint_ns > ''
)
"""
_FORKED = """
SELECT CAST(id AS TEXT) FROM wanted WHERE EXISTS (
    SELECT 1 FROM (
        SELECT k.parent_checkpoint_id AS parent FROM checkpoints k
        WHERE k.thread_id = wanted.id AND k.checkpoint_ns = ''
        ORDER BY k.checkpoint_id DESC LIMIT 200
    ) WHERE parent IS NOT NULL GROUP BY parent HAVING count(*) > 1
)
"""
