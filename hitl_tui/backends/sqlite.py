"""Threads in a SQLite file that LangGraph's SqliteSaver writes.

The file is only ever read here; a graph that runs, in a worker of the pool, writes it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hitl_tui.backends.local_runs import LocalRuns
from hitl_tui.backends.queue import Queue
from hitl_tui.backends.sqlite_file import SqliteFile
from hitl_tui.backends.words import undescribed
from hitl_tui.errors import HitlError, ThreadNotFound
from hitl_tui.model.threads import Page, Query, ThreadState

if TYPE_CHECKING:
    import sqlite3

    from hitl_tui.backends.caching import Caching
    from hitl_tui.backends.local_runs import AnyPool
    from hitl_tui.backends.told import Told
    from hitl_tui.backends.words import Describe
    from hitl_tui.model.threads import Asked, Group, Thread


class SqliteBackend(LocalRuns):
    """The `Backend` of one SQLite file; safe to use from several threads.

    `pool` runs the graphs, or makes what does when it is first needed; without one, nothing can be
    run. With `create` a missing file counts as
    one without threads, for a run that will create it. `caching` says where an index of a large
    file may be kept, `describe` what its questions are called there.
    """

    def __init__(
        self,
        path: Path,
        pool: AnyPool = None,
        *,
        create: bool = False,
        caching: Caching | None = None,
        describe: Describe = undescribed,
    ) -> None:
        super().__init__(pool, str(path.absolute()))
        self.path = path
        self._file = SqliteFile(path)
        self._create = create
        self._queue = Queue(self._file, caching, describe)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def version(self) -> Hashable:
        """Differs after every commit to the file, and when an index found out more."""
        return self._queue.version()

    def page(self, query: Query, offset: int = 0, limit: int = 128) -> Page:
        """Rows of the query; those shown are looked at, so their states are certain."""
        if self._absent():
            return Page((), 0, offset)
        return self._queue.page(query, offset, limit)

    def told(self, query: Query, limit: int | None, *, whole: bool) -> Sequence[Told] | None:
        """What a list tells of the query's rows; None unless that is certain without reading."""
        return None if self._absent() else self._queue.told(query, limit, whole=whole)

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where in the query's rows the thread stands; None if it is not among them."""
        return None if self._absent() else self._queue.position(query, thread_id)

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """How many threads are in each state; the first call looks at every thread."""
        return {} if self._absent() else self._queue.counts(query)

    def groups(self, query: Query, by: Group) -> Mapping[str, int]:
        """How many of the query's threads there are by graph or kind, as they sort; "" for none."""
        return {} if self._absent() else self._queue.groups(query, by)

    def thread(self, thread_id: str) -> Thread:
        """One thread in full, read afresh; raises ThreadNotFound."""
        found = None if self._absent() else self._file.read(partial(_thread, thread_id=thread_id))
        if found is None:
            raise ThreadNotFound(f"{self.name} has no thread {thread_id}.")
        return found

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

    def doctor(self) -> Iterator[tuple[bool | None, str]]:
        """How the file is read and what is in it, then what the pool says."""
        yield from self._readings()
        yield from self.checks()

    def _readings(self) -> Iterator[tuple[bool | None, str]]:
        try:
            yield True, f"{self.name}: opened {self._file.way().value}"
            counts = self.counts(Query())
        except HitlError as error:
            yield False, str(error)
            return
        total = sum(counts.values())
        yield True, f"{self.name}: {total} thread{'' if total == 1 else 's'}"
        for well, text in self._queue.doctor():
            yield well, f"{self.name}: {text}"
        if unreadable := counts.get(ThreadState.UNREADABLE):
            yield None, f"{self.name}: {unreadable} of them cannot be read"

    def _absent(self) -> bool:
        return self._create and not self._file.exists()


def _thread(connection: sqlite3.Connection, thread_id: str) -> Thread | None:
    from hitl_tui.backends.summaries import whole
    from hitl_tui.backends.tables import Tables

    return whole(Tables(connection), thread_id)


def _asked(connection: sqlite3.Connection, thread_id: str) -> tuple[Asked, ...]:
    from hitl_tui.backends.history import asked_before
    from hitl_tui.backends.tables import Tables

    return asked_before(Tables(connection), thread_id)
