"""Looks at threads of a SQLite file: what is light is read at once, what is heavy not in passing.

A screen shows a heavy thread first as one that is being read. That is done by a thread of our own,
and what it found is kept until the heavy thread changes. Bytes are fetched while the file is held;
they are decoded when it is not, so that others can read meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from threading import Lock
from threading import Thread as Worker
from typing import TYPE_CHECKING, TypeVar

from hitl_tui.backends.summaries import read_summaries, summaries, whole
from hitl_tui.backends.tables import Head, Tables, Write
from hitl_tui.backends.weight import HEAVY, Weight, heavy, unread
from hitl_tui.backends.words import Describe, begun
from hitl_tui.errors import HitlError

if TYPE_CHECKING:
    from hitl_tui.backends.rows import ThreadRows
    from hitl_tui.backends.sqlite_file import SqliteFile
    from hitl_tui.model.threads import Interrupt, Thread, ThreadSummary

T = TypeVar("T")

_KEPT = 64
_TRIES = 3


class Looks:
    """What queues show of one file's threads; safe to use from several threads.

    `in_passing` is for a screen: it never waits for a heavy thread. Without it every row is true.
    """

    def __init__(self, file: SqliteFile, describe: Describe, *, in_passing: bool) -> None:
        self._file = file
        self._describe = describe
        self._in_passing = in_passing
        self._known: dict[str, tuple[Weight, ThreadSummary | None]] = {}
        self._wanted: list[str] = []
        self._guard = Lock()
        self._worker: Worker | None = None
        self._fault: BaseException | None = None
        self.found = 0
        """Differs when a thread that was being read has been."""

    def read(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        """What is shown of the threads now, in their order; None for one that is not there.

        A heavy thread that is still being read is `unread`.
        """
        if not self._in_passing or self._file.size() < HEAVY:
            return self._file.read(partial(read_summaries, thread_ids=thread_ids))
        if self._fault is not None:
            raise self._fault
        light, weights = self._file.read(partial(_lightly, thread_ids=thread_ids))
        return [
            self._heavy(name, weights[name]) if name in weights else light[name]
            for name in thread_ids
        ]

    def _heavy(self, thread_id: str, weight: Weight) -> ThreadSummary | None:
        """What is known of a heavy thread; has it read if that is not all."""
        with self._guard:
            known = self._known.get(thread_id)
            if known is not None and known[0] == weight:
                return known[1]
            if thread_id not in self._wanted:
                self._wanted.append(thread_id)
            if self._worker is None:
                self._worker = Worker(target=self._work, name="hitl-heavy", daemon=True)
                self._worker.start()
        return unread(weight)

    def _work(self) -> None:
        """Read what is wanted, one after the other, until nothing is."""
        while True:
            with self._guard:
                if not self._wanted:
                    self._worker = None
                    return
                thread_id = self._wanted[0]
            try:
                self._look(thread_id)
            except HitlError:
                pass  # whoever reads the file next is told
            except BaseException as fault:  # noqa: BLE001 - raised where the rows are asked for
                self._fault = fault
            with self._guard:
                self._wanted.remove(thread_id)
                self.found += 1

    def _look(self, thread_id: str) -> None:
        weight, found = _apart(self._file, thread_id, lambda rows: summaries(rows, [thread_id])[0])
        if weight is None:
            return
        known = found and self._lightened(found)
        with self._guard:
            self._known.pop(thread_id, None)
            self._known[thread_id] = weight, known
            for name in list(self._known)[:-_KEPT]:
                del self._known[name]

    def _lightened(self, summary: ThreadSummary) -> ThreadSummary:
        return replace(summary, interrupts=tuple(map(self._begun, summary.interrupts)))

    def _begun(self, interrupt: Interrupt) -> Interrupt:
        """With only the beginning of its payload, if that is called the same."""
        cut = replace(interrupt, value=begun(interrupt.value))
        return cut if self._describe(cut) == self._describe(interrupt) else interrupt


def look_at(file: SqliteFile, thread_id: str) -> Thread | None:
    """One thread in full, None if it is not there; a heavy one without holding the file."""
    if file.size() >= HEAVY and _weight(file, thread_id) is not None:
        weight, found = _apart(file, thread_id, lambda rows: whole(rows, thread_id))
        if weight is not None:
            return found
    return file.read(lambda connection: whole(Tables(connection), thread_id))


def size_of(file: SqliteFile, thread_id: str) -> int:
    """How many bytes a heavy thread's head has; 0 for one that is not heavy."""
    weight = _weight(file, thread_id) if file.size() >= HEAVY else None
    return weight.size if weight else 0


def _lightly(
    connection: sqlite3.Connection, thread_ids: Sequence[str]
) -> tuple[dict[str, ThreadSummary | None], dict[str, Weight]]:
    Tables(connection)  # refuses a database that is no checkpointer
    weights = heavy(connection, thread_ids)
    light = [name for name in thread_ids if name not in weights]
    return dict(zip(light, read_summaries(connection, light), strict=True)), weights


def _weight(file: SqliteFile, thread_id: str) -> Weight | None:
    return file.read(lambda connection: heavy(connection, [thread_id])).get(thread_id)


def _apart(
    file: SqliteFile, thread_id: str, work: Callable[[ThreadRows], T]
) -> tuple[Weight | None, T | None]:
    """What `work` makes of one heavy thread's rows while the file is not held, and its weight.

    The weight is None if the thread is not heavy any more, or never holds still.
    """
    for _ in range(_TRIES):
        weight, head = file.read(lambda connection: _fetched(connection, thread_id))
        if weight is None:
            break
        made = work(_Apart(file, head))
        if _weight(file, thread_id) == weight:
            return weight, made
    return None, None


def _fetched(connection: sqlite3.Connection, thread_id: str) -> tuple[Weight | None, Head | None]:
    weight = heavy(connection, [thread_id]).get(thread_id)
    return weight, weight and Tables(connection).head(thread_id)


class _Apart:
    """The `ThreadRows` of one thread: its head is at hand, the rest is read when asked for."""

    def __init__(self, file: SqliteFile, head: Head | None) -> None:
        self._file = file
        self._head = head

    def head(self, thread_id: str, *, full: bool = True) -> Head | None:
        return self._head

    def inner_writes(self, thread_id: str, node: str, task_id: str) -> Sequence[Write]:
        return self._read(lambda tables: tables.inner_writes(thread_id, node, task_id))

    def answered(self, thread_id: str) -> list[tuple[str, list[Write]]]:
        return self._read(lambda tables: tables.answered(thread_id))

    def forked(self, thread_id: str) -> list[Head]:
        return self._read(lambda tables: tables.forked(thread_id))

    def children(self, thread_id: str, checkpoint_id: str) -> list[Head]:
        return self._read(lambda tables: tables.children(thread_id, checkpoint_id))

    def _read(self, work: Callable[[Tables], T]) -> T:
        return self._file.read(lambda connection: work(Tables(connection)))
