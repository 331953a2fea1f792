"""Looks at a source's threads: what is light is read at once, what is heavy not in passing.

A screen shows a heavy thread first as one that is being read. That is done by a thread of our own,
and what it found is kept until the heavy thread changes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from hitl_tui.backends.apart import HeavyRow, apart, row_apart, weight_of
from hitl_tui.backends.backlog import Backlog
from hitl_tui.backends.summaries import lightened, read_summaries, whole
from hitl_tui.backends.tables import Tables
from hitl_tui.backends.weight import HEAVY, Weight, heavy, unread
from hitl_tui.backends.words import Describe

if TYPE_CHECKING:
    from hitl_tui.backends.sqlite_file import SqliteFile
    from hitl_tui.model.threads import Thread, ThreadSummary

_KEPT = 256  # more than a screen shows, or none of them would ever be all read


class Weighed(Protocol):
    """A source of which the sizes of its rows are told; safe to use from several threads."""

    @property
    def is_light(self) -> bool:
        """Whether no thread can be heavy."""

    def read(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        """What is shown of the threads, however heavy; None for one that is not there."""

    def lightly(
        self, thread_ids: Sequence[str]
    ) -> tuple[Mapping[str, ThreadSummary | None], Mapping[str, Weight]]:
        """The same of those that are light; the weights of the others."""

    def weights(self, thread_ids: Sequence[str]) -> Mapping[str, Weight]:
        """Those of the heavy ones among the threads."""

    def row(self, thread_id: str) -> HeavyRow | None:
        """A heavy thread's, read apart; None if it is not heavy any more, or never holds still."""


class Looks:
    """What queues show of one source's threads; safe to use from several threads.

    `in_passing` is for a screen: it never waits for a heavy thread. Without it every row is true.
    """

    def __init__(self, threads: Weighed, describe: Describe, *, in_passing: bool) -> None:
        self._threads = threads
        self._describe = describe
        self.in_passing = in_passing
        self._known: dict[str, HeavyRow] = {}
        self._guard = Lock()
        self._backlog = Backlog(self._look, again=True)

    @property
    def found(self) -> int:
        """Differs when a thread that was being read has been."""
        return self._backlog.found

    def read(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        """What is shown of the threads now, in their order; None for one that is not there.

        A heavy thread that is still being read is `unread`.
        """
        if not self.in_passing or self._threads.is_light:
            return self._threads.read(thread_ids)
        light, weights = self._threads.lightly(thread_ids)
        return [
            self.heavy(name, weights[name]) if name in weights else light[name]
            for name in thread_ids
        ]

    def heavy_rows(self, thread_ids: Sequence[str]) -> list[HeavyRow]:
        """What was read of the heavy ones among the threads, if they are still the same."""
        weights = self._threads.weights(thread_ids)
        with self._guard:
            known = [self._known[name] for name in weights if name in self._known]
        return [row for row in known if row.weight == weights[row.weight.head.thread_id]]

    def heavy(self, thread_id: str, weight: Weight) -> ThreadSummary | None:
        """What is known of a heavy thread; has it read if that is not all."""
        with self._guard:
            known = self._known.get(thread_id)
        if known is not None and known.weight == weight:
            return known.summary
        self._backlog.want([thread_id])
        return unread(weight)

    def _look(self, thread_id: str) -> None:
        row = self._threads.row(thread_id)
        if row is None:
            return
        known = row._replace(summary=row.summary and lightened(row.summary, self._describe))
        with self._guard:
            self._known.pop(thread_id, None)
            self._known[thread_id] = known
            for name in list(self._known)[:-_KEPT]:
                del self._known[name]


class WeighedFile:
    """The threads of a SQLite file, as `Weighed`."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file

    @property
    def is_light(self) -> bool:
        """Whether the file is too small for a heavy thread."""
        return self._file.size() < HEAVY

    def read(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        """What is shown of the threads, however heavy."""
        return self._file.read(partial(read_summaries, thread_ids=thread_ids))

    def lightly(
        self, thread_ids: Sequence[str]
    ) -> tuple[dict[str, ThreadSummary | None], dict[str, Weight]]:
        """The same of those that are light, and the weights of the others."""
        return self._file.read(partial(_lightly, thread_ids=thread_ids))

    def weights(self, thread_ids: Sequence[str]) -> dict[str, Weight]:
        """Those of the heavy ones among the threads."""
        return self._file.read(partial(heavy, thread_ids=thread_ids))

    def row(self, thread_id: str) -> HeavyRow | None:
        """A heavy thread's."""
        return row_apart(self._file, thread_id)


def look_at(file: SqliteFile, thread_id: str) -> Thread | None:
    """One thread in full, None if it is not there; a heavy one without holding the file."""
    if file.size() >= HEAVY and weight_of(file, thread_id) is not None:
        weight, found = apart(file, thread_id, lambda rows: whole(rows, thread_id))
        if weight is not None:
            return found
    return file.read(lambda connection: whole(Tables(connection), thread_id))


def size_of(file: SqliteFile, thread_id: str) -> int:
    """How many bytes a heavy thread's head has; 0 for one that is not heavy."""
    weight = weight_of(file, thread_id) if file.size() >= HEAVY else None
    return weight.size if weight else 0


def _lightly(
    connection: sqlite3.Connection, thread_ids: Sequence[str]
) -> tuple[dict[str, ThreadSummary | None], dict[str, Weight]]:
    Tables(connection)  # refuses a database that is no checkpointer
    weights = heavy(connection, thread_ids)
    light = [name for name in thread_ids if name not in weights]
    return dict(zip(light, read_summaries(connection, light), strict=True)), weights
