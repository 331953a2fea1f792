"""What rows showed, kept in an index, so that the next program need only prove them.

Few rows, none longer than what an index holds of any thread, and each with the keys that it was
read by. It counts for nothing unless the database tells the very same keys.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hitl_tui.backends.heads import HeadRow
from hitl_tui.backends.postgres_index.entries import Proof
from hitl_tui.backends.words import MOST as LONGEST
from hitl_tui.model.threads import Interrupt, ThreadState, ThreadSummary

if TYPE_CHECKING:
    import sqlite3

    from hitl_tui.backends.index.store import Store

Shown = Mapping[str, tuple[Proof, ThreadSummary]]
"""Rows by thread, with the proofs that they were read by."""

MOST = 512
_TABLE = """
CREATE TABLE IF NOT EXISTS shown (
    thread TEXT PRIMARY KEY, made_by TEXT NOT NULL, file TEXT NOT NULL, row TEXT NOT NULL
)
"""
_THERE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'shown'"
_KEEP = "INSERT OR REPLACE INTO shown SELECT ?, made_by, file, ? FROM meta"
_NEWEST = f"SELECT rowid FROM shown ORDER BY rowid DESC LIMIT {MOST}"
_FORGET = f"DELETE FROM shown WHERE rowid NOT IN ({_NEWEST})"
_KNOWN = """
SELECT s.row FROM json_each(?) j CROSS JOIN shown s ON s.thread = j.value
JOIN meta m ON m.made_by = s.made_by AND m.file = s.file
"""


def keep(store: Store, rows: Shown) -> None:
    """Keep the rows, and of older ones those that there is room for; raises Unavailable."""
    texts = {name: _written(*row) for name, row in rows.items() if not row[1].rivals}
    with store.writing() as connection:
        connection.execute(_TABLE)
        connection.executemany(_KEEP, [each for each in texts.items() if len(each[1]) <= LONGEST])
        connection.execute(_FORGET)


def kept(store: Store, threads: Sequence[str]) -> dict[str, tuple[Proof, ThreadSummary]]:
    """What this version of ours kept of the threads; raises Unavailable."""
    with store.reading() as connection:
        return dict(map(_read, _rows(connection, threads)))


def _rows(connection: sqlite3.Connection, threads: Sequence[str]) -> list[str]:
    if connection.execute(_THERE).fetchone() is None:
        return []
    return [row for (row,) in connection.execute(_KNOWN, [json.dumps(threads)])]


def _written(proof: Proof, row: ThreadSummary) -> str:
    asked = [
        [i.id, i.value, i.node, i.task_id, i.asked_by, i.response_schema, i.before]
        for i in row.interrupts
    ]
    times = [time and time.isoformat() for time in (row.waiting_since, row.updated_at)]
    told = [row.thread_id, row.state.value, row.reason, row.graph_id, row.checkpoint_id, *times]
    return json.dumps(
        [[*proof.head], proof.inner, proof.is_forked, told, asked, row.next, row.priority]
    )


def _read(text: str) -> tuple[str, tuple[Proof, ThreadSummary]]:
    head, inner, is_forked, told, asked, following, priority = json.loads(text)
    thread, state, reason, graph, checkpoint, *times = told
    waiting, updated = (time and datetime.fromisoformat(time) for time in times)
    row = ThreadSummary(
        thread_id=thread,
        state=ThreadState(state),
        reason=reason,
        graph_id=graph,
        checkpoint_id=checkpoint,
        waiting_since=waiting,
        updated_at=updated,
        interrupts=tuple(map(_interrupt, asked)),
        next=tuple(following),
        priority=priority,
    )
    return thread, (Proof(HeadRow(*head), inner, is_forked), row)


def _interrupt(parts: Sequence[Any]) -> Interrupt:
    name, value, node, task, asked_by, schema, before = parts
    return Interrupt(name, value, node, task, tuple(asked_by), schema, tuple(before))
