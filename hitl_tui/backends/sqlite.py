"""Threads in a SQLite file that LangGraph's SqliteSaver writes.

The file is only ever read here; a graph that runs, in a worker of the pool, writes it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hitl_tui.backends.local_backend import LocalBackend
from hitl_tui.backends.queue import Queue
from hitl_tui.backends.sqlite_file import SqliteFile
from hitl_tui.backends.words import undescribed
from hitl_tui.errors import ThreadNotFound

if TYPE_CHECKING:
    import sqlite3

    from hitl_tui.backends.caching import Caching
    from hitl_tui.backends.local_runs import AnyPool
    from hitl_tui.backends.told import FirstFound, Told
    from hitl_tui.backends.words import Describe
    from hitl_tui.model.threads import Asked, Query, Thread


class SqliteBackend(LocalBackend):
    """The `Backend` of one SQLite file; safe to use from several threads.

    `pool` runs the graphs, or makes what does when it is first needed; without one, nothing can be
    run. With `create` a missing file counts as
    one without threads, for a run that will create it. `caching` says where an index of a large
    file may be kept, `describe` what its questions are called there. `in_passing` is for a screen:
    rows of heavy threads come `unread` first, so that no others wait for them.
    """

    def __init__(
        self,
        path: Path,
        pool: AnyPool = None,
        *,
        create: bool = False,
        caching: Caching | None = None,
        describe: Describe = undescribed,
        in_passing: bool = False,
    ) -> None:
        super().__init__(pool, str(path.absolute()))
        self.path = path
        self._file = SqliteFile(path)
        self._create = create
        self._queue: Queue = Queue(self._file, caching, describe, in_passing=in_passing)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def version(self) -> Hashable:
        """Differs after every commit to the file, and when an index or a look found out more."""
        return self._queue.version()

    def told(self, query: Query, limit: int | None, *, whole: bool) -> Sequence[Told] | None:
        """What a list tells of the query's rows; None unless that is certain without reading."""
        return None if self._absent() else self._queue.told(query, limit, whole=whole)

    @property
    def finds_first(self) -> bool:
        """Whether the file has an index that was asked for rows before."""
        return self._queue.is_indexed

    def first(self, query: Query, limit: int, looked_for: str | None) -> FirstFound | None:
        """The first rows of a query; None unless an index tells them for certain."""
        return None if self._absent() else self._queue.first(query, limit, looked_for)

    def thread(self, thread_id: str) -> Thread:
        """One thread in full, read afresh; raises ThreadNotFound."""
        found = None if self._absent() else self._thread(thread_id)
        if found is None:
            raise ThreadNotFound(f"{self.name} has no thread {thread_id}.")
        return found

    def size(self, thread_id: str) -> int:
        """How many bytes there are to read of a thread that takes long; 0 for any other."""
        from hitl_tui.backends.looks import size_of

        return 0 if self._absent() else size_of(self._file, thread_id)

    def several(self, thread_ids: Sequence[str]) -> Mapping[str, Thread]:
        """Several in full, all as of one moment; those that are not there are left out."""
        if self._absent():
            return {}
        return self._file.read(partial(_threads, thread_ids=thread_ids))

    def asked_before(self, thread_id: str) -> tuple[Asked, ...]:
        """What the thread asked before its head, and was answered; oldest first."""
        if self._absent():
            return ()
        return self._file.read(partial(_asked, thread_id=thread_id))

    def close(self) -> None:
        """Stop the workers and remove a private copy of the file, if one was needed."""
        self.end_workers()
        self._queue.close()
        self._file.close()

    def _thread(self, thread_id: str) -> Thread | None:
        from hitl_tui.backends.looks import look_at

        return look_at(self._file, thread_id)

    def _way(self) -> str:
        return f"opened {self._file.way().value}"

    def _notes(self) -> Iterator[tuple[bool | None, str]]:
        yield from self._queue.doctor()

    def _absent(self) -> bool:
        return self._create and not self._file.exists()


def _threads(connection: sqlite3.Connection, thread_ids: Sequence[str]) -> dict[str, Thread]:
    from hitl_tui.backends.page_rows import PageRows
    from hitl_tui.backends.summaries import whole
    from hitl_tui.backends.tables import Tables
    from hitl_tui.backends.weight import HEAVY

    rows = PageRows(connection, thread_ids, most=HEAVY)
    alone = Tables(connection) if rows.larger else rows  # not all of them in memory at once
    found = ((key, whole(alone if key in rows.larger else rows, key)) for key in thread_ids)
    return {thread_id: thread for thread_id, thread in found if thread is not None}


def _asked(connection: sqlite3.Connection, thread_id: str) -> tuple[Asked, ...]:
    from hitl_tui.backends.history import asked_before
    from hitl_tui.backends.tables import Tables

    return asked_before(Tables(connection), thread_id)
