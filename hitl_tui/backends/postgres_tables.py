"""The tables of LangGraph's Postgres checkpointer, and the rows of one thread.

What SqliteSaver keeps in one blob stands here in two places: the checkpoint in `checkpoints` as
JSON, with texts, numbers, booleans and nulls in it, and every other channel's value in
`checkpoint_blobs`, under the version that the checkpoint names. Tables have no row numbers: the
transaction that wrote a row (`xmin`) tells which of two is the later one, and after a dump was
restored, the rows' place (`ctid`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hitl_tui.backends.tables import Channel, Head, Write
from hitl_tui.errors import SourceError

if TYPE_CHECKING:
    from hitl_tui.database import Connection

WHERE = "Name the database, and if need be the search_path, of LangGraph's PostgresSaver."
"""What to do where its tables are not."""

OWN_SENDS = 4
"""The version of checkpoints that hold their Sends themselves."""
_NEEDED = {
    "checkpoints": {
        *("thread_id", "checkpoint_ns", "checkpoint_id"),
        *("parent_checkpoint_id", "checkpoint", "metadata"),
    },
    "checkpoint_blobs": {"thread_id", "checkpoint_ns", "channel", "version", "type", "blob"},
    "checkpoint_writes": {
        *("thread_id", "checkpoint_ns", "checkpoint_id"),
        *("task_id", "idx", "channel", "type", "blob"),
    },
}
_COLUMNS = """
SELECT t.name, a.attname FROM unnest(%s::text[]) AS t (name) JOIN pg_catalog.pg_attribute a
ON a.attrelid = to_regclass(t.name) WHERE a.attnum > 0 AND NOT a.attisdropped
"""


class PostgresTables:
    """The `ThreadRows` over one connection; raises SourceError if it is no checkpointer's."""

    def __init__(self, connection: Connection, *, path: str | None = None) -> None:
        self._connection = connection
        self.path = checked(connection) if path is None else path

    def head(self, thread_id: str, *, full: bool = True) -> Head | None:
        """One thread's head with its writes; None if there is no such thread."""
        newest = "TRUE ORDER BY c.checkpoint_id DESC LIMIT 1"
        for head in self._heads(newest, [thread_id], full):
            return head._replace(writes=self._writes_on(thread_id, "", head.checkpoint_id))
        return None

    def inner_writes(self, thread_id: str, node: str, task_id: str) -> Sequence[Write]:
        """What a task's subgraphs hold on interrupts, errors and answers, on their own heads."""
        found: list[Write] = []
        for outer in (f"{node}:{task_id}", node):
            rows = self._query(_INNER, [thread_id, outer, f"{outer}|"])
            for namespace, checkpoint_id in rows:
                found += self._writes_on(thread_id, namespace, checkpoint_id, "AND idx < 0")
        return found

    def answered(self, thread_id: str) -> list[tuple[str, list[Write]]]:
        """Where tasks took answers among the newest checkpoints before the head, oldest first."""
        newest = [str(row[0]) for row in self._query(_NEWEST, [thread_id])]
        writes = self._writes(thread_id, "", newest[1:], "AND idx < 0")
        found = [(following, writes[key]) for following, key in pairwise(newest) if key in writes]
        return [
            each for each in found[::-1] if any(write.channel == "__resume__" for write in each[1])
        ]

    def forked(self, thread_id: str) -> list[Head]:
        """The checkpoints that several of the newest ones follow, with the answers taken there."""
        parents = [str(row[0]) for row in self._query(_FORKED, [thread_id])]
        return [
            head._replace(writes=self._writes_on(thread_id, "", parent, "AND idx = -4"))
            for parent in parents
            for head in self._heads("checkpoint_id = %s", [thread_id, parent])
        ]

    def children(self, thread_id: str, checkpoint_id: str) -> list[Head]:
        """The checkpoints that follow one, in the order in which they were written, bare."""
        where = "parent_checkpoint_id = %s ORDER BY age(c.xmin) DESC, c.ctid"
        return self._heads(where, [thread_id, checkpoint_id])

    def _heads(self, where: str, values: Sequence[str], full: bool = True) -> list[Head]:
        sql = heads_sql(
            "checkpoints c", f"c.thread_id = %s AND c.checkpoint_ns = '' AND {where}", full
        )
        return [self._bare(row) for row in self._query(sql, values)]

    def _bare(self, row: Sequence[Any]) -> Head:
        """A checkpoint without its writes, from a row of `heads_sql`."""
        thread_id, parent, version = row[0], row[2], row[3]
        before = parent and (version or 0) < OWN_SENDS
        return bare_head(row, self._sends(thread_id, parent) if before else ())

    def _sends(self, thread_id: str, parent: str) -> tuple[tuple[str, bytes], ...]:
        """What older versions left with the checkpoint before: the Sends that wait, in order."""
        rows = self._query(_SENDS.format(path=self.path), [thread_id, parent])
        return tuple((str(kind), bytes(value)) for kind, value in rows)

    def _writes_on(
        self, thread_id: str, namespace: str, checkpoint_id: str, only: str = ""
    ) -> tuple[Write, ...]:
        return tuple(
            self._writes(thread_id, namespace, [checkpoint_id], only).get(checkpoint_id, ())
        )

    def _writes(
        self, thread_id: str, namespace: str, checkpoints: Sequence[str], only: str = ""
    ) -> dict[str, list[Write]]:
        """The writes on some checkpoints, by checkpoint, those that were written first first."""
        where = f"w.thread_id = %s AND w.checkpoint_ns = %s AND w.checkpoint_id = ANY(%s) {only}"
        sql = writes_sql(self.path, "w.checkpoint_id", where)
        return by_key(self._query(sql, [thread_id, namespace, list(checkpoints)]))

    def _query(self, sql: str, values: Sequence[str | list[str]]) -> list[tuple[Any, ...]]:
        if not all(storable(each) for each in values if isinstance(each, str)):
            return []
        return self._connection.execute(sql, values, binary=True).fetchall()


def bare_head(row: Sequence[Any], sends: tuple[tuple[str, bytes], ...]) -> Head:
    """A checkpoint without its writes, from a row of `heads_sql`."""
    thread_id, key, _, _, checkpoint, metadata, channels = row
    return Head(
        thread_id,
        key,
        "json",
        checkpoint.encode(),
        metadata.encode(),
        (),
        tuple(_channel(*each) for each in channels or ()),
        sends,
    )


def heads_sql(source: str, where: str, full: bool, more: str = "") -> str:
    """Checkpoints with the channels beside them; without `full`, only those that schedule.

    `more` are columns behind these.
    """
    only = "" if full else SCHEDULING
    packed = "array_agg(ARRAY[convert_to(b.channel, 'UTF8'), convert_to(b.type, 'UTF8'), b.blob])"
    blobs = f"SELECT {packed} FROM {BLOBS} {only}"
    return (
        "SELECT c.thread_id, c.checkpoint_id, c.parent_checkpoint_id,"
        " (c.checkpoint ->> 'v')::int, c.checkpoint::text, c.metadata::text,"
        f" ({blobs}){more} FROM {source} WHERE {where}"
    )


def writes_sql(path: str, key: str, where: str, source: str = "checkpoint_writes w") -> str:
    """Writes after the key of what they belong to, in the order in which they were written."""
    return (
        f"SELECT {key}, w.checkpoint_ns, w.task_id, {path}, w.idx, w.channel, w.type, w.blob"
        f" FROM {source} WHERE {where} ORDER BY age(w.xmin) DESC, w.ctid"
    )


def by_key(rows: Sequence[Sequence[Any]]) -> dict[str, list[Write]]:
    """Rows of `writes_sql` as writes, by their key."""
    found: dict[str, list[Write]] = {}
    for at, (key, *row) in enumerate(rows, start=1):
        found.setdefault(key, []).append(Write(*(*row, at)))
    return found


def checked(connection: Connection) -> str:
    """SQL for a write's task path, which older tables lack; SourceError if a column is missing."""
    found = set(connection.execute(_COLUMNS, [list(_NEEDED)]).fetchall())
    for table, needed in _NEEDED.items():
        _check(table, {column for column in needed if (table, column) not in found})
    return "w.task_path" if ("checkpoint_writes", "task_path") in found else "''"


def storable(text: str) -> bool:
    """Whether a text can stand in the database at all."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def _channel(name: bytes, kind: bytes, value: bytes | None) -> Channel:
    return Channel(name.decode(), kind.decode(), value)


def _check(table: str, missing: set[str]) -> None:
    if not missing:
        return
    what = "table" if missing == _NEEDED[table] else f"column {min(missing)} in"
    hint = WHERE
    if missing == {"checkpoint_id", "parent_checkpoint_id"}:
        hint = "Its ShallowPostgresSaver keeps no history to resume from; use PostgresSaver."
    raise SourceError(
        f"The database is no LangGraph checkpointer: it has no {what} {table}.", hint=hint
    )


BLOBS = """
    jsonb_each_text(c.checkpoint -> 'channel_versions') v CROSS JOIN LATERAL (
        SELECT k.channel, k.type, k.blob FROM checkpoint_blobs k
        WHERE k.thread_id = c.thread_id AND k.checkpoint_ns = c.checkpoint_ns
            AND k.channel = v.key AND k.version = v.value
        LIMIT 1
    ) b WHERE b.type <> 'empty'
"""
"""The values `b` that stand beside the checkpoint `c`, for what follows FROM."""
SCHEDULING = """
    AND (v.key IN ('__start__', '__pregel_tasks') OR v.key LIKE 'branch:%%'
        OR v.key LIKE 'join:%%' OR v.key LIKE 'start:%%')
"""
"""Those of them that schedule, for what follows."""
_SENDS = """
SELECT w.type, w.blob FROM checkpoint_writes w
WHERE w.thread_id = %s AND w.checkpoint_ns = '' AND w.checkpoint_id = %s
    AND w.channel = '__pregel_tasks' ORDER BY {path}, w.task_id, w.idx
"""
_NEWEST = """
SELECT checkpoint_id FROM checkpoints
WHERE thread_id = %s AND checkpoint_ns = '' ORDER BY checkpoint_id DESC LIMIT 200
"""
_FORKED = """
SELECT parent FROM (
    SELECT parent_checkpoint_id AS parent FROM checkpoints
    WHERE thread_id = %s AND checkpoint_ns = '' ORDER BY checkpoint_id DESC LIMIT 200
) newest WHERE parent IS NOT NULL GROUP BY parent HAVING count(*) > 1 ORDER BY parent
"""
_INNER = """
SELECT checkpoint_ns, max(checkpoint_id) FROM checkpoints
WHERE thread_id = %s AND (checkpoint_ns = %s OR starts_with(checkpoint_ns, %s))
GROUP BY checkpoint_ns
"""
