"""Many threads of a SQLite file in a few statements: reading each by itself takes several."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from hitl_tui.backends.proof import proof
from hitl_tui.backends.tables import Head, Tables, Write, stored

if TYPE_CHECKING:
    from hitl_tui.backends.heads import HeadRow

_BATCH = 400  # bound variables in one statement
_ANY = 1 << 62  # bytes that no value has


class PageRows(Tables):
    """The `ThreadRows` of these threads, read ahead; what few of them have is read when asked for.

    Values of more than `most` bytes are left where they are: `larger` are the threads that have
    any. Of threads whose `heads` are known, as of the same state of the file, nothing is looked for
    in vain. Raises SourceError if the database is no checkpointer's.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        thread_ids: Sequence[str],
        *,
        most: int = _ANY,
        heads: Sequence[HeadRow] = (),
    ) -> None:
        super().__init__(connection)
        self.larger: set[str] = set()
        self._most = most
        self._ahead: dict[str, Head] = {}
        self._nested: set[str] = set()
        self._forks: set[str] = set()
        for start in range(0, len(heads), _BATCH):
            self._read_known(heads[start : start + _BATCH])
        keys = [stored(thread_id) for thread_id in thread_ids if thread_id not in self._ahead]
        for start in range(0, len(keys), _BATCH):
            self._read_ahead(_Wanted.threads(keys[start : start + _BATCH]))

    def head(self, thread_id: str, *, full: bool = True) -> Head | None:
        """One thread's head with its writes, None if there is no such thread."""
        return self._ahead.get(thread_id)

    def inner_writes(self, thread_id: str, node: str, task_id: str) -> list[Write]:
        """What a task's subgraphs hold, where the thread has any."""
        return super().inner_writes(thread_id, node, task_id) if thread_id in self._nested else []

    def forked(self, thread_id: str) -> list[Head]:
        """The checkpoints that several others follow, where the thread has any."""
        return super().forked(thread_id) if thread_id in self._forks else []

    def writes(self, thread_id: str) -> int:
        """How many writes stand on a thread's head."""
        head = self._ahead.get(thread_id)
        return len(head.writes) if head else 0

    def proof(self, thread_id: str) -> bytes:
        """The proof of a thread; empty where its summary was read from more than its head."""
        head = self._ahead.get(thread_id)
        has_more = thread_id in self._nested or thread_id in self._forks
        return b"" if head is None or has_more else proof(head)

    def _read_ahead(self, wanted: _Wanted) -> None:
        self._look_beyond(wanted, wanted)
        self._read(wanted, wanted)

    def _read_known(self, heads: Sequence[HeadRow]) -> None:
        branching = [head for head in heads if head.checkpoints >= _BRANCHING]
        self._look_beyond(_Wanted.threads_of(heads), _Wanted.threads_of(branching))
        written = [head for head in heads if head.last_write]
        self._read(_Wanted.heads(heads), _Wanted.heads(written))

    def _look_beyond(self, threads: _Wanted, branching: _Wanted) -> None:
        """Which of them have more than their heads."""
        self._nested |= {row[0] for row in threads.asked(self._connection, _NESTED)}
        self._forks |= {row[0] for row in branching.asked(self._connection, _FORKED)}

    def _read(self, wanted: _Wanted, written: _Wanted) -> None:
        """Read heads, and the writes on those that have any."""
        writes: dict[str, list[Write]] = defaultdict(list)
        sql = _WRITES.format(path=self._path, most=self._most, head=written.head)
        for name, is_large, *row in written.asked(self._connection, sql):
            writes[name].append(Write._make(row))
            if is_large:
                self.larger.add(name)
        sql = _HEADS.format(most=self._most, head=wanted.head)
        for name, is_large, head, kind, body, metadata in wanted.asked(self._connection, sql):
            self._ahead[name] = Head(name, head, kind, body, metadata, tuple(writes[name]))
            if is_large:
                self.larger.add(name)


class _Wanted(NamedTuple):
    """Threads that a statement is about: the table `wanted`, what it binds, SQL for their heads."""

    table: str
    values: Sequence[bytes]
    head: str

    @classmethod
    def threads(cls, keys: Sequence[bytes]) -> _Wanted:
        """Threads by their stored ids, whose heads SQLite finds."""
        return cls(f"WITH wanted (id) AS (VALUES {_marks(_ID, keys)}) ", keys, _HEAD)

    @classmethod
    def threads_of(cls, heads: Sequence[HeadRow]) -> _Wanted:
        """The same of threads whose heads were found, but do not matter."""
        return cls.threads([stored(head.thread_id) for head in heads])

    @classmethod
    def heads(cls, heads: Sequence[HeadRow]) -> _Wanted:
        """Threads whose heads were found."""
        keys = [stored(key) for head in heads for key in head[:2]]
        table = f"WITH wanted (id, head) AS (VALUES {_marks(_ID_AND_HEAD, heads)}) "
        return cls(table, keys, "wanted.head")

    def asked(self, connection: sqlite3.Connection, sql: str) -> Iterable[tuple[Any, ...]]:
        """What a statement about them finds."""
        return connection.execute(self.table + sql, self.values) if self.values else ()


def _marks(mark: str, values: Sequence[object]) -> str:
    return ", ".join([mark] * len(values))


_ID = "(CAST(? AS TEXT))"
_ID_AND_HEAD = "(CAST(? AS TEXT), CAST(? AS TEXT))"
_BRANCHING = 3
"""Checkpoints of a thread in which one can be followed by two."""

_HEAD = """(
    SELECT max(k.checkpoint_id) FROM checkpoints k
    WHERE k.thread_id = wanted.id AND k.checkpoint_ns = ''
)"""
_HEADS = """
SELECT CAST(c.thread_id AS TEXT),
    max(ifnull(length(c.checkpoint), 0), ifnull(length(c.metadata), 0)) > {most},
    c.checkpoint_id, CAST(c.type AS TEXT),
    CASE WHEN length(c.checkpoint) <= {most} THEN c.checkpoint END,
    CASE WHEN length(c.metadata) <= {most} THEN CAST(c.metadata AS BLOB) END
FROM wanted CROSS JOIN checkpoints c
ON c.thread_id = wanted.id AND c.checkpoint_ns = '' AND c.checkpoint_id = {head}
"""
_WRITES = """
SELECT CAST(w.thread_id AS TEXT), length(w.value) > {most}, w.checkpoint_ns,
    CAST(w.task_id AS TEXT), CAST({path} AS TEXT), CAST(w.idx AS INTEGER),
    CAST(w.channel AS TEXT), CAST(w.type AS TEXT),
    CASE WHEN length(w.value) <= {most} THEN w.value END, w.rowid
FROM wanted CROSS JOIN writes w
ON w.thread_id = wanted.id AND w.checkpoint_ns = '' AND w.checkpoint_id = {head}
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
