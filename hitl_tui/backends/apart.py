"""Reads one heavy thread without holding its source while it is decoded.

Bytes are fetched while the source is held; they are decoded when it is not, so that others can read
meanwhile. What comes of it is good only if the thread is still the same afterwards.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from hitl_tui.backends.page_rows import PageRows
from hitl_tui.backends.summaries import summaries
from hitl_tui.backends.tables import Head, Tables, Write
from hitl_tui.backends.weight import Weight, heavy
from hitl_tui.giving_way import reading_much

if TYPE_CHECKING:
    from hitl_tui.backends.rows import ThreadRows
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
    fetch = partial(file.read, partial(_fetched, file=file, thread_id=thread_id))
    return held_still(fetch, partial(weight_of, file, thread_id), work)


def held_still(
    fetch: Callable[[], tuple[Weight, Apart] | None],
    weigh: Callable[[], Weight | None],
    work: Callable[[Apart], T],
) -> tuple[Weight | None, T | None]:
    """What `work` makes of what is fetched, if it weighs the same afterwards."""
    for _ in range(_TRIES):
        fetched = fetch()
        if fetched is None:
            break
        weight, rows = fetched
        with reading_much():
            made = work(rows)
        if weigh() == weight:
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
    lend = partial(_lend, file)
    return weight, Apart(lend, rows.head(thread_id), rows.proof(thread_id))


def _lend(file: SqliteFile, work: Callable[[ThreadRows], T]) -> T:
    return file.read(lambda connection: work(Tables(connection)))


class Lends(Protocol):
    """Has some work done on the rows of a source as they are then."""

    def __call__(self, work: Callable[[ThreadRows], T]) -> T:
        """What the work makes of them."""


class Apart:
    """The `ThreadRows` of one thread: its head is at hand, the rest is read when asked for.

    `lend` gives the rows of the source; `proof` is the thread's, see `PageRows`.
    """

    def __init__(self, lend: Lends, head: Head | None, proof: bytes = b"") -> None:
        self._lend = lend
        self._head = head
        self.proof = proof

    def head(self, thread_id: str, *, full: bool = True) -> Head | None:
        """Its head, with all of it."""
        return self._head

    def inner_writes(self, thread_id: str, node: str, task_id: str) -> Sequence[Write]:
        """What a task's subgraphs hold."""
        return self._lend(lambda rows: rows.inner_writes(thread_id, node, task_id))

    def answered(self, thread_id: str) -> list[tuple[str, list[Write]]]:
        """Where its tasks took answers."""
        return self._lend(lambda rows: rows.answered(thread_id))

    def forked(self, thread_id: str) -> list[Head]:
        """The checkpoints that several others follow."""
        return self._lend(lambda rows: rows.forked(thread_id))

    def children(self, thread_id: str, checkpoint_id: str) -> list[Head]:
        """The checkpoints that follow one."""
        return self._lend(lambda rows: rows.children(thread_id, checkpoint_id))
