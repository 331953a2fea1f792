"""Threads in a SQLite file that LangGraph's SqliteSaver writes.

The file is only ever read here; a graph that runs, in a worker of the pool, writes it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hitl_tui.backends.queue import Queue
from hitl_tui.backends.sqlite_file import SqliteFile
from hitl_tui.backends.tables import Tables
from hitl_tui.backends.words import undescribed
from hitl_tui.errors import Conflict, GraphError, HitlError, ThreadNotFound, UsageError
from hitl_tui.model.threads import Page, Query, ThreadState

if TYPE_CHECKING:
    import sqlite3

    from hitl_tui.backends.caching import Caching
    from hitl_tui.backends.words import Describe
    from hitl_tui.model.runs import GraphInfo, RunEvent, RunRequest
    from hitl_tui.model.threads import Asked, Group, Thread
    from hitl_tui.runner.pool import Pool


class SqliteBackend:
    """The `Backend` of one SQLite file; safe to use from several threads.

    `pool` runs the graphs, or makes what does when it is first needed; without one, nothing can be
    run. With `create` a missing file counts as
    one without threads, for a run that will create it. `caching` says where an index of a large
    file may be kept, `describe` what its questions are called there.
    """

    def __init__(
        self,
        path: Path,
        pool: Pool | Callable[[], Pool] | None = None,
        *,
        create: bool = False,
        caching: Caching | None = None,
        describe: Describe = undescribed,
    ) -> None:
        self.path = path
        self._file = SqliteFile(path)
        self._make_pool = pool if callable(pool) else None
        self._made_pool = None if callable(pool) else pool
        self._making = threading.Lock()
        self._create = create
        self._queue = Queue(self._file, caching, describe)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def outlives(self) -> bool:
        """Runs end with the workers of this process."""
        return False

    def version(self) -> Hashable:
        """Differs after every commit to the file, and when an index found out more."""
        return self._queue.version()

    def page(self, query: Query, offset: int = 0, limit: int = 128) -> Page:
        """Rows of the query; those shown are looked at, so their states are certain."""
        if self._absent():
            return Page((), 0, offset)
        return self._queue.page(query, offset, limit)

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where in the query's rows the thread stands; None if it is not among them."""
        return None if self._absent() else self._queue.position(query, thread_id)

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """How many threads are in each state; the first call looks at every thread."""
        return {} if self._absent() else self._queue.counts(query)

    def groups(self, query: Query, by: Group) -> Mapping[str, int]:
        """How many of the query's threads there are by graph or kind, "" for those without one."""
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
        from hitl_tui.backends import history

        return self._file.read(partial(history.asked_before, thread_id=thread_id))

    def graphs(self) -> tuple[GraphInfo, ...]:
        """The declared graphs, none without a pool."""
        return self._pool.graphs() if self._pool else ()

    def is_same_graph(self, drift: Mapping[str, Any]) -> bool:
        """Whether a graph's place and files are those of a `Drifted.graph`."""
        return self._pool is None or self._pool.is_same_graph(drift)

    def prepare(self, graph_id: str) -> None:
        """Have the graph loaded, unless all workers are busy."""
        if self._pool is not None:
            self._pool.prepare(graph_id)

    def run(self, request: RunRequest) -> Iterator[RunEvent]:
        """Execute in a worker and tell what happens."""
        if self._pool is None:
            raise UsageError("Nothing can be run: this source was opened for reading only.")
        return self._pool.run(request, self.path)

    def join(self, request: RunRequest) -> Iterator[RunEvent]:
        """A file's runs belong to the process that began them: raises Conflict."""
        raise Conflict("The run belongs to the process that began it: it cannot be joined.")

    def stop(self, thread_id: str) -> bool:
        """False: only the process that began a run on a file can stop it."""
        return False

    def schema(self, place: str) -> Mapping[str, Any]:
        """The JSON Schema of a model in the graphs' interpreter; raises GraphError."""
        if self._pool is None:
            raise GraphError("Models are loaded with the graphs, and none is: this is a mere look.")
        return self._pool.schema(place)

    def cancel(self, run_id: str) -> None:
        """Ask a run to stop."""
        if self._made_pool:
            self._made_pool.cancel(run_id)

    def warm(self) -> None:
        """Start a worker ahead of the first run."""
        if self._pool:
            self._pool.warm()

    def close(self) -> None:
        """Stop the workers and remove a private copy of the file, if one was needed."""
        if self._made_pool:
            self._made_pool.close()
        self._queue.close()
        self._file.close()

    def doctor(self) -> Iterator[tuple[bool | None, str]]:
        """How the file is read and what is in it, then what the pool says."""
        yield from self._checks()
        if self._pool:
            yield from self._pool.doctor()

    def _checks(self) -> Iterator[tuple[bool | None, str]]:
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

    @property
    def _pool(self) -> Pool | None:
        """What runs graphs, made now if it has not been; None if nothing can be run."""
        if self._make_pool is None:
            return self._made_pool
        with self._making:
            if self._made_pool is None:
                self._made_pool = self._make_pool()
            return self._made_pool

    def _absent(self) -> bool:
        return self._create and not self._file.exists()


def _thread(connection: sqlite3.Connection, thread_id: str) -> Thread | None:
    from hitl_tui.backends import derive
    from hitl_tui.backends.rivals import rivals

    tables = Tables(connection)
    head = tables.head(thread_id)
    if head is None:
        return None
    found = derive.thread(head, partial(tables.inner_writes, thread_id))
    return replace(found, rivals=rivals(tables, thread_id))
