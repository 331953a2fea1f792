"""How much there is to read of threads, told by the sizes of their rows without reading them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hitl_tui.backends.encoded import stored
from hitl_tui.backends.heads import HeadRow, heads_of
from hitl_tui.backends.times import time_of
from hitl_tui.model.threads import ThreadState, ThreadSummary
from hitl_tui.text import megabytes

HEAVY = 1_000_000
"""Bytes of a thread's head from which on reading it is felt: a tenth of a second and more."""

SHORT = 100_000  # bytes of metadata that are read at once
_BATCH = 400  # bound variables in one statement


class Weight(NamedTuple):
    """A heavy thread as its keys and sizes tell it; another one whenever the thread changed.

    `size` are bytes; `rows` in a file the count of all its writes and the last one's rowid, see
    `Proof` for a database; `metadata` is as stored, None if it is long.
    """

    size: int
    head: HeadRow
    rows: tuple[int, int]
    metadata: bytes | None


def heavy(connection: sqlite3.Connection, thread_ids: Sequence[str]) -> dict[str, Weight]:
    """The heavy ones among the threads."""
    return heavy_among(connection, sizes(connection, thread_ids))


def sizes(connection: sqlite3.Connection, thread_ids: Sequence[str]) -> dict[str, int]:
    """Bytes of the heads of those of the threads that exist, with the writes on them."""
    keys = [stored(thread_id) for thread_id in thread_ids]
    found: dict[str, int] = {}
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        marks = ", ".join(["(CAST(? AS TEXT))"] * len(batch))
        found.update(connection.execute(_SIZES.format(marks=marks), batch))
    return found


def heavy_among(connection: sqlite3.Connection, sized: Mapping[str, int]) -> dict[str, Weight]:
    """The heavy ones among threads of these sizes."""
    found = {}
    for head in heads_of(connection, [name for name, size in sized.items() if size >= HEAVY]):
        key = [stored(head.thread_id), stored(head.checkpoint_id)]
        rows = connection.execute(_ROWS, key[:1]).fetchone()
        short = connection.execute(_METADATA, key).fetchone()
        metadata = short[0] if short else None
        found[head.thread_id] = Weight(sized[head.thread_id], head, rows, metadata)
    return found


def unread(weight: Weight) -> ThreadSummary:
    """What can be shown of a thread before it is read: not its state, which follows from it."""
    head = weight.head
    written = time_of(head.checkpoint_id)
    return ThreadSummary(
        head.thread_id,
        ThreadState.OPEN if head.asks else ThreadState.DONE,
        reason=f"{megabytes(weight.size)} are being read",
        graph_id=_graph(weight.metadata),
        checkpoint_id=head.checkpoint_id,
        waiting_since=written if head.asks else None,
        updated_at=written,
        unread=True,
    )


def _graph(metadata: bytes | None) -> str | None:
    try:
        found = json.loads(metadata or b"null")
    except (ValueError, RecursionError):
        return None
    graph_id = found.get("graph_id") if isinstance(found, dict) else None
    return graph_id if graph_id and isinstance(graph_id, str) else None


_SIZES = """
WITH wanted (id) AS (VALUES {marks})
SELECT CAST(c.thread_id AS TEXT),
    ifnull(length(c.checkpoint), 0) + ifnull(length(c.metadata), 0) + (
        SELECT ifnull(sum(length(w.value)), 0) FROM writes w
        WHERE w.thread_id = c.thread_id
            AND w.checkpoint_ns = '' AND w.checkpoint_id = c.checkpoint_id
    )
FROM wanted CROSS JOIN checkpoints c
ON c.thread_id = wanted.id AND c.checkpoint_ns = '' AND c.checkpoint_id = (
    SELECT max(k.checkpoint_id) FROM checkpoints k
    WHERE k.thread_id = wanted.id AND k.checkpoint_ns = ''
)
"""
_METADATA = f"""
SELECT CASE WHEN length(metadata) <= {SHORT} THEN CAST(metadata AS BLOB) END FROM checkpoints
WHERE thread_id = CAST(? AS TEXT) AND checkpoint_ns = '' AND checkpoint_id = CAST(? AS TEXT)
"""
_ROWS = "SELECT count(*), ifnull(max(rowid), 0) FROM writes WHERE thread_id = CAST(? AS TEXT)"
