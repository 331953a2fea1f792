"""The heads of threads in Postgres, found through the primary keys, and where new rows stand.

Nothing here looks at a table from its start to its end: heads are read by keyset, a slice of
threads at a time in the order of their ids, or by their ids; new rows at the tables' ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from hitl_tui.backends.heads import HeadRow

if TYPE_CHECKING:
    from hitl_tui.database import Connection

_MARGIN = 32
"""Pages before a table's end that are looked at too: programs that write at once each fill one."""
_SLACK = 1_000  # transactions that may begin between two readings of one statement

Blocks = tuple[int, ...]

WRITES = """SELECT count(*) AS writes,
        coalesce(sum(q.xmin::text::bigint), 0)::bigint AS written,
        coalesce(bool_or(q.idx IN (-1, -4)), false) AS doubt,
        coalesce(bool_or(q.idx = -3 AND NOT EXISTS (
            SELECT 1 FROM checkpoint_writes o
            WHERE o.thread_id = q.thread_id AND o.checkpoint_ns = ''
                AND o.checkpoint_id = q.checkpoint_id AND o.task_id = q.task_id
                AND o.idx >= 0 AND o.channel <> '__error_source_node__'
        )), false) AS asks"""
"""What the writes `q` on a head tell of its thread: the columns of a `HeadRow`."""
_ALL_WRITES = """
CROSS JOIN LATERAL (
    SELECT count(*) AS writes FROM checkpoint_writes
    WHERE thread_id = h.thread_id AND checkpoint_ns = ''
) a
"""
_KEYS = f"""
SELECT h.thread_id, h.checkpoint_id, h.checkpoints, a.writes FROM (
    SELECT thread_id, max(checkpoint_id) AS checkpoint_id, count(*) AS checkpoints
    FROM checkpoints WHERE checkpoint_ns = '' AND {{only}} GROUP BY thread_id
    ORDER BY thread_id LIMIT %s
) h {_ALL_WRITES} ORDER BY h.thread_id
"""
_HEADS = f"""
SELECT h.thread_id, h.checkpoint_id, h.checkpoints, w.writes, w.written + c.written,
    w.asks::int, w.doubt::int {{more}}
FROM (
    SELECT thread_id, max(checkpoint_id) AS checkpoint_id, count(*) AS checkpoints
    FROM checkpoints WHERE checkpoint_ns = '' AND {{only}} GROUP BY thread_id {{page}}
) h
CROSS JOIN LATERAL (
    SELECT xmin::text::bigint AS written FROM checkpoints
    WHERE thread_id = h.thread_id AND checkpoint_ns = '' AND checkpoint_id = h.checkpoint_id
) c
CROSS JOIN LATERAL (
    {WRITES}
    FROM checkpoint_writes q WHERE q.thread_id = h.thread_id AND q.checkpoint_ns = ''
        AND q.checkpoint_id = h.checkpoint_id
) w
"""


class Key(NamedTuple):
    """What the primary keys alone tell of a thread; new rows change it, replaced ones do not."""

    thread_id: str
    checkpoint_id: str
    checkpoints: int
    writes: int


class Snapshot(NamedTuple):
    """Which transactions a reading sees: all below `oldest`, none from `next` on."""

    text: str
    oldest: int
    next: int


def snapshot(connection: Connection) -> Snapshot:
    """What the transaction of this connection sees; two equal ones see the same rows."""
    sql = "SELECT s::text, pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text FROM (%s) t"
    row = connection.execute(sql % "SELECT pg_current_snapshot() AS s").fetchone()
    text, oldest, following = row or ("", "0", "0")
    return Snapshot(text, int(oldest), int(following))


def keys_after(connection: Connection, thread: str, limit: int) -> list[Key]:
    """At most `limit` threads' keys in the order of ids, from the first one after `thread`."""
    sql = _KEYS.format(only=_after(thread))
    return [Key(*row) for row in connection.execute(sql, [thread, limit])]


def heads_after(connection: Connection, thread: str, limit: int) -> list[HeadRow]:
    """At most `limit` threads' heads in the order of ids, from the first one after `thread`."""
    return [HeadRow(*row) for row in _slice(connection, thread, limit, "", "")]


def heads_and_keys_after(
    connection: Connection, thread: str, limit: int
) -> list[tuple[HeadRow, Key]]:
    """The same, with what `keys_after` will tell of them later."""
    rows = _slice(connection, thread, limit, ", a.writes", _ALL_WRITES)
    return [(HeadRow(*row[:7]), Key(row[0], row[1], row[2], row[7])) for row in rows]


def _slice(
    connection: Connection, thread: str, limit: int, more: str, source: str
) -> list[tuple[Any, ...]]:
    page = "ORDER BY thread_id LIMIT %s"
    sql = _HEADS.format(only=_after(thread), page=page, more=more)
    return connection.execute(f"{sql} {source} ORDER BY h.thread_id", [thread, limit]).fetchall()


def heads_of(connection: Connection, threads: Sequence[str]) -> list[HeadRow]:
    """The heads of those of the threads that exist."""
    if not threads:
        return []
    sql = _HEADS.format(only="thread_id = ANY(%s)", page="", more="")
    return [HeadRow(*row) for row in connection.execute(sql, [list(threads)])]


def _after(thread: str) -> str:
    """SQL that compares with one bound id: greater than it, or any at all if it is empty."""
    return f"thread_id {'>' if thread else '>='} %s"


def ends(connection: Connection) -> Blocks:
    """How many pages both tables have."""
    sql = "SELECT pg_relation_size(%s) / current_setting('block_size')::int"
    return tuple(int((connection.execute(sql, [table]).fetchone() or [0])[0]) for table in _TABLES)


def touched(connection: Connection, since: Snapshot, blocks: Blocks, now: Snapshot) -> set[str]:
    """The threads with rows at the tables' ends that a reading of `since` did not see.

    `blocks` is where the ends were then. Rows that took the place of deleted ones stand elsewhere,
    and are found when their thread's turn comes.
    """
    age = now.next - since.oldest + _SLACK
    found: set[str] = set()
    for table, before in zip(_TABLES, blocks, strict=True):
        sql = (
            f"SELECT DISTINCT thread_id FROM {table}"
            " WHERE ctid >= %s::text::tid AND age(xmin) <= %s"
        )
        first = f"({max(0, before - _MARGIN)},0)"
        found.update(row[0] for row in connection.execute(sql, [first, age]))
    return found


_TABLES = ("checkpoints", "checkpoint_writes")
