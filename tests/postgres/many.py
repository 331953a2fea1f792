"""Many threads at once, as copies of one real thread that the demo left in a database."""

from __future__ import annotations

import psycopg

_ID = "'many-' || lpad(to_hex(n::bigint * 7919 %% 16777216), 6, '0') || '-' || n"
_MOVED = "overlay({} placing lpad(to_hex(n), 8, '0') from 1 for 8)"
_NUMBERS = "generate_series(%(first)s::int, %(last)s::int) n"
_COPIES = (
    f"""
    INSERT INTO checkpoints
    SELECT {_ID}, c.checkpoint_ns, {_MOVED.format("c.checkpoint_id")},
        {_MOVED.format("c.parent_checkpoint_id")}, c.type,
        c.checkpoint || jsonb_build_object('id', {_MOVED.format("c.checkpoint_id")}), c.metadata
    FROM {_NUMBERS}, checkpoints c WHERE c.thread_id = %(thread)s
    """,
    f"""
    INSERT INTO checkpoint_blobs
    SELECT {_ID}, b.checkpoint_ns, b.channel, b.version, b.type, b.blob
    FROM {_NUMBERS}, checkpoint_blobs b WHERE b.thread_id = %(thread)s
    """,
    f"""
    INSERT INTO checkpoint_writes
    SELECT {_ID}, w.checkpoint_ns, {_MOVED.format("w.checkpoint_id")}, w.task_id, w.idx,
        w.channel, w.type, w.blob, w.task_path
    FROM {_NUMBERS}, checkpoint_writes w WHERE w.thread_id = %(thread)s
    """,
)
_AT_ONCE = 50_000


def fill(address: str, count: int, thread: str = "refund-1") -> None:
    """Add `count` threads that ask what `thread` asks, each at a time and an id of its own."""
    with psycopg.connect(address, autocommit=True) as connection:
        for first in range(1, count + 1, _AT_ONCE):
            last = min(count, first + _AT_ONCE - 1)
            for statement in _COPIES:
                connection.execute(statement, {"first": first, "last": last, "thread": thread})
        connection.execute("VACUUM ANALYZE")
