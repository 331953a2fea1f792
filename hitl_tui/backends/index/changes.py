"""What changed in a source since an index last looked, read from the source (FACTS §1).

A changed or new row has a number above the last one seen, unless numbers were reused after a
deletion or renumbered by VACUUM: then the last row seen is not where it was, and nothing is known.
Deleted threads leave no row; only counting tells.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass

from hitl_tui.backends import heads as keys
from hitl_tui.backends.heads import HeadRow, Mark
from hitl_tui.backends.index.reading import Read, read_entries
from hitl_tui.backends.tables import Tables, stored
from hitl_tui.backends.words import Describe

_BATCH = 400
Counted = tuple[int, int, float]
"""How many checkpoints and writes there are, and the seconds it took to count them."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What was read: up to which rows, the new entries, the threads that are gone."""

    marks: str
    entries: Sequence[Read] = ()
    gone: Sequence[bytes] = ()
    counted: Counted | None = None


class TooMany(Exception):
    """More threads changed than can be read while somebody waits."""


def written(marks: tuple[Mark, Mark]) -> str:
    """Marks as text, to keep and to compare."""
    return json.dumps([[mark.rowid, [repr(part) for part in mark.key]] for mark in marks])


def marks_now(connection: sqlite3.Connection) -> str:
    """The last rows of the source; refuses a database that is no checkpointer."""
    Tables(connection)
    return written(keys.marks(connection))


def are_there(connection: sqlite3.Connection, marks: str) -> bool:
    """Whether the marked rows are still where they were."""
    return written(keys.marks_at(connection, _rowids(marks))) == marks


def changes_since(
    connection: sqlite3.Connection,
    marks: str,
    describe: Describe,
    most: int,
    count: bool,
) -> Changes | None:
    """What is new since `marks`; None if that cannot be told. Raises TooMany above `most`."""
    now = marks_now(connection)
    if not are_there(connection, marks):
        return None
    first, second = (Mark(rowid, ()) for rowid in _rowids(marks))
    touched = keys.touched(connection, (first, second))
    if len(touched) > most:
        raise TooMany
    entries, gone = read_threads(connection, sorted(touched), describe)
    return Changes(now, entries, gone, counted(connection) if count else None)


def read_threads(
    connection: sqlite3.Connection,
    threads: Sequence[str],
    describe: Describe,
    *,
    whole: bool = False,
) -> tuple[list[Read], list[bytes]]:
    """The entries of these threads as they are now, see `read_entries`, and which are gone."""
    heads = list(keys.heads_of(connection, threads))
    entries = read_entries(connection, heads, _all_writes(connection, heads), describe, whole=whole)
    there = {entry.thread for entry, _ in entries}
    return entries, [key for key in map(stored, threads) if key not in there]


def counted(connection: sqlite3.Connection) -> Counted:
    """All checkpoints of root namespaces and all writes; a pass over the keys of everything."""
    begun = time.perf_counter()
    checkpoints, writes = keys.totals(connection)
    return checkpoints, writes, time.perf_counter() - begun


def _all_writes(connection: sqlite3.Connection, heads: Sequence[HeadRow]) -> dict[str, int]:
    """How many writes each thread has, on all its checkpoints."""
    found: dict[str, int] = {}
    ids = [stored(head.thread_id) for head in heads]
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        marks = ", ".join(["CAST(? AS TEXT)"] * len(batch))
        found |= connection.execute(
            "SELECT CAST(thread_id AS TEXT), count(*) FROM writes"
            f" WHERE thread_id IN ({marks}) GROUP BY thread_id",
            batch,
        )
    return found


def all_writes_between(connection: sqlite3.Connection, after: str, last: str) -> dict[str, int]:
    """The same for the threads after one, up to another."""
    sql = (
        "SELECT CAST(thread_id AS TEXT), count(*) FROM writes"
        f" WHERE thread_id {keys.after(after)} AND thread_id <= CAST(? AS TEXT) GROUP BY thread_id"
    )
    return dict(connection.execute(sql, [stored(after), stored(last)]))


def _rowids(marks: str) -> tuple[int, int]:
    first, second = json.loads(marks)
    return first[0], second[0]
