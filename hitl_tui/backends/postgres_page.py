"""Many threads in a few statements: a page of the queue must not ask the database row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING

from hitl_tui.backends.postgres_tables import (
    PostgresTables,
    by_key,
    heads_sql,
    storable,
    writes_sql,
)
from hitl_tui.backends.tables import Head, Write

if TYPE_CHECKING:
    from hitl_tui.database import Connection


class PostgresPage(PostgresTables):
    """The `ThreadRows` of these threads, read ahead; what few of them have is read when asked for.

    Heads are not `full`: the queue shows no values. Which threads have subgraphs and which are
    forked is asked for where it is not known already, as of the same moment; nothing that was read
    `ahead`, by anybody else, is read again.
    """

    def __init__(
        self,
        connection: Connection,
        thread_ids: Sequence[str],
        *,
        path: str,
        nested: Set[str] | None = None,
        forked: Set[str] | None = None,
        ahead: Mapping[str, Head] | None = None,
    ) -> None:
        super().__init__(connection, path=path)
        ids = [thread_id for thread_id in thread_ids if storable(thread_id)]
        self._nested = self._names(_NESTED, ids) if nested is None else nested
        self._forked = self._names(_FORKED, ids) if forked is None else forked
        self._ahead = self._read_ahead(ids) if ahead is None else ahead

    def head(self, thread_id: str, *, full: bool = True) -> Head | None:
        """One thread's head with its writes; None if there is no such thread."""
        return self._ahead.get(thread_id)

    def inner_writes(self, thread_id: str, node: str, task_id: str) -> Sequence[Write]:
        """What a task's subgraphs hold, where the thread has any."""
        return super().inner_writes(thread_id, node, task_id) if thread_id in self._nested else ()

    def forked(self, thread_id: str) -> list[Head]:
        """The checkpoints that several others follow, where the thread has any."""
        return super().forked(thread_id) if thread_id in self._forked else []

    def _names(self, sql: str, ids: list[str]) -> Set[str]:
        return {row[0] for row in self._query(sql, [ids])}

    def _read_ahead(self, ids: list[str]) -> dict[str, Head]:
        heads = [self._bare(row) for row in self._query(heads_sql(_NEWEST, "TRUE", False), [ids])]
        keys = [head.thread_id for head in heads], [head.checkpoint_id for head in heads]
        rows = self._query(writes_sql(self.path, "w.thread_id", "TRUE", _ON_HEADS), keys)
        writes = by_key(rows)
        return {
            head.thread_id: head._replace(writes=tuple(writes.get(head.thread_id, ())))
            for head in heads
        }


_NEWEST = """
unnest(%s::text[]) AS wanted (id) CROSS JOIN LATERAL (
    SELECT * FROM checkpoints k WHERE k.thread_id = wanted.id AND k.checkpoint_ns = ''
    ORDER BY k.checkpoint_id DESC LIMIT 1
) c
"""
_ON_HEADS = """
unnest(%s::text[], %s::text[]) AS h (thread_id, checkpoint_id)
JOIN checkpoint_writes w ON w.thread_id = h.thread_id AND w.checkpoint_ns = ''
    AND w.checkpoint_id = h.checkpoint_id
"""
_NESTED = """
SELECT wanted.id FROM unnest(%s::text[]) AS wanted (id) WHERE EXISTS (
    SELECT 1 FROM checkpoints k WHERE k.thread_id = wanted.id AND k.checkpoint_ns > ''
)
"""
_FORKED = """
SELECT DISTINCT wanted.id FROM unnest(%s::text[]) AS wanted (id) CROSS JOIN LATERAL (
    SELECT parent_checkpoint_id AS parent FROM checkpoints k
    WHERE k.thread_id = wanted.id AND k.checkpoint_ns = ''
    ORDER BY k.checkpoint_id DESC LIMIT 200
) n WHERE n.parent IS NOT NULL GROUP BY wanted.id, n.parent HAVING count(*) > 1
"""
