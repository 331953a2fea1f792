"""Reads one heavy thread of a SQLite file without holding the file while it is decoded.

Bytes are fetched while the file is held; they are decoded when it is not, so that others can read
meanwhile. What comes of it is good only if the thread is still the same afterwards.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from hitl_tui.backends.page_rows import PageRows
from hitl_tui.backends.summaries import summaries
from hitl_tui.backends.tables import Head, Tables, Write
from hitl_tui.backends.weight import Weight, heavy

if TYPE_CHECKING:
    from hitl_tui.backends.sqlite_file import SqliteFile
    from hitl_tui.model.threads import ThreadSummary

T = TypeVar("T")

_TRIES = 3


class HeavyRow(NamedTuple):
    """What the queue shows of a heavy thread of this weight, None if it is not there; its proof."""

    weight: Weight
    summary: ThreadSummary | None
    proof: bytes


def row_apart(file: SqliteFile, thread_id: str) -> HeavyRow | None:
    """One heavy thread's row; None if it is not heavy any more, or never holds still."""
    weight, found = apart(
        file, thread_id, lambda rows: (summaries(rows, [thread_id])[0], rows.proof)
    )
    return HeavyRow(weight, *found) if weight is not None and found is not None else None


def apart(
    file: SqliteFile, thread_id: str, work: Callable[[Apart], T]
) -> tuple[Weight | None, T | None]:
    """What `work` makes of one heavy thread's rows while the file is not held, and its weight.

    The weight is None if the thread is not heavy any more, or never holds still.
    """
    for _ in range(_TRIES):
        fetched = file.read(partial(_fetched, file=file, thread_id=thread_id))
        if fetched is None:
            break
        weight, rows = fetched
        made = work(rows)
        if weight_of(file, thread_id) == weight:
            return weight, made
    return None, None


def weight_of(file: SqliteFile, thread_id: str) -> Weight | None:
    """How heavy a thread is; None for one that is not."""
    return file.read(lambda connection: heavy(connection, [thread_id])).get(thread_id)


def _fetched(
    connection: sqlite3.Connection, file: SqliteFile, thread_id: str
) -> tuple[Weight, Apart] | None:
    weight = heavy(connection, [thread_id]).get(thread_id)
    if weight is None:
        return None
    rows = PageRows(connection, [thread_id])
    return weight, Apart(file, rows.head(thread_id), rows.proof(thread_id))


class Apart:
    """The `ThreadRows` of one thread: its head is at hand, the rest is read when asked for.

    `proof` is the thread's, see `PageRows`.
    """

    def __init__(self, file: SqliteFile, head: Head | None, proof: bytes) -> None:
        self._file = file
        self._head = head
        self.proof = proof

    def head(self, thread_id: str, *, full: bool = True) -> Head | None:
        """Its head, with all of it."""
        return self._head

    def inner_writes(self, thread_id: str, node: str, task_id: str) -> Sequence[Write]:
        """What a task's subgraphs hold."""
        return self._read(lambda tables: tables.inner_writes(thread_id, node, task_id))

    def answered(self, thread_id: str) -> list[tuple[str, list[Write]]]:
        """Where its tasks took answers."""
        return self._read(lambda tables: tables.answered(thread_id))

    def forked(self, thread_id: str) -> list[Head]:
        """The checkpoints that several others follow."""
        return self._read(lambda tables: tables.forked(thread_id))

    def children(self, thread_id: str, checkpoint_id: str) -> list[Head]:
        """The checkpoints that follow one."""
        return self._read(lambda tables: tables.children(thread_id, checkpoint_id))

    def _read(self, work: Callable[[Tables], T]) -> T:
        return self._file.read(lambda connection: work(Tables(connection)))
