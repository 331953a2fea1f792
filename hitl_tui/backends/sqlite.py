"""Threads in a SQLite file that LangGraph's SqliteSaver writes.

The file is only ever read here; a graph that runs, in a worker of the pool, writes it.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from hitl_tui.backends import derive
from hitl_tui.backends.catalogue import Catalogue, Row, matching, state_of, unsure
from hitl_tui.backends.sqlite_file import SqliteFile
from hitl_tui.backends.tables import Tables
from hitl_tui.errors import HitlError, ThreadNotFound, UsageError
from hitl_tui.model.threads import Page, Query, Thread, ThreadState, ThreadSummary

if TYPE_CHECKING:
    import sqlite3

    from hitl_tui.model.runs import GraphInfo, RunEvent, RunRequest
    from hitl_tui.runner.pool import Pool

_SLICE = 64  # threads looked at before others get a turn
_BREATH = 0.001  # seconds of it: a loop that never waits makes keys wait
_KEPT = 1024  # summaries kept for pages to come


class SqliteBackend:
    """The `Backend` of one SQLite file; safe to use from several threads.

    `pool` runs the graphs; without one, nothing can be run. With `create` a missing file counts as
    one without threads, for a run that will create it.
    """

    def __init__(self, path: Path, pool: Pool | None = None, *, create: bool = False) -> None:
        self.path = path
        self._file = SqliteFile(path)
        self._pool = pool
        self._create = create
        self._catalogue: tuple[Hashable, Catalogue] | None = None
        self._refreshing = Lock()
        self._summaries: dict[Row, ThreadSummary] = {}

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def version(self) -> Hashable:
        """Differs after every commit to the file; a few microseconds, and it opens no database."""
        return self._file.version()

    def page(self, query: Query, offset: int = 0, limit: int = 128) -> Page:
        """Rows of the query; those shown are looked at, so their states are certain."""
        rows = self._rows()
        while True:
            found = self._matching(rows, query)
            shown = found[offset : offset + limit]
            unseen = [row for row in shown if row.state is None]
            summaries = self._summarised(shown)
            if matching(unseen, query) == unseen:
                return Page(tuple(_overlaid(s, query) for s in summaries), len(found), offset)

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where in the query's rows the thread stands; None if it is not among them."""
        found = self._matching(self._rows(), query)
        return next((i for i, row in enumerate(found) if row.head.thread_id == thread_id), None)

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """How many threads are in each state. Looks at every thread once, then at changed ones."""
        rows = self._rows()
        self._look_at([row for row in rows if row.state is None])
        anywhere = Query(graph=query.graph, search=query.search, overlay=query.overlay)
        return Counter(state_of(row, query) for row in matching(rows, anywhere))

    def thread(self, thread_id: str) -> Thread:
        """One thread in full, read afresh; raises ThreadNotFound."""
        found = None if self._absent() else self._file.read(partial(_thread, thread_id=thread_id))
        if found is None:
            raise ThreadNotFound(f"{self.name} has no thread {thread_id}.")
        return found

    def graphs(self) -> tuple[GraphInfo, ...]:
        """The declared graphs, none without a pool."""
        return self._pool.graphs() if self._pool else ()

    def prepare(self, graph_id: str) -> None:
        """Have the graph loaded, unless all workers are busy."""
        if self._pool is not None:
            self._pool.prepare(graph_id)

    def run(self, request: RunRequest) -> Iterator[RunEvent]:
        """Execute in a worker and tell what happens."""
        if self._pool is None:
            raise UsageError("Nothing can be run: this source was opened for reading only.")
        return self._pool.run(request, self.path)

    def cancel(self, run_id: str) -> None:
        """Ask a run to stop."""
        if self._pool:
            self._pool.cancel(run_id)

    def warm(self) -> None:
        """Start a worker ahead of the first run."""
        if self._pool:
            self._pool.warm()

    def close(self) -> None:
        """Stop the workers and remove a private copy of the file, if one was needed."""
        if self._pool:
            self._pool.close()
        self._file.close()

    def doctor(self) -> Iterator[tuple[bool, str]]:
        """How the file is read and what is in it, then what the pool says."""
        yield from self._checks()
        if self._pool:
            yield from self._pool.doctor()

    def _checks(self) -> Iterator[tuple[bool, str]]:
        try:
            yield True, f"{self.name}: read {self._file.way().value}"
            counts = self.counts(Query())
        except HitlError as error:
            yield False, str(error)
            return
        total = sum(counts.values())
        yield True, f"{self.name}: {total} thread{'' if total == 1 else 's'}"
        if unreadable := counts.get(ThreadState.UNREADABLE):
            yield False, f"{self.name}: {unreadable} of them cannot be read"

    def _absent(self) -> bool:
        return self._create and not self._file.exists()

    def _rows(self) -> Sequence[Row]:
        """All threads in the queue's order, as of now."""
        if self._absent():
            return ()
        version = self._file.version()
        current = self._catalogue
        if current and current[0] == version:
            return current[1].rows
        with self._refreshing:
            before = self._catalogue[1] if self._catalogue else None
            catalogue = self._file.read(lambda c: _catalogue(c, before))
            self._catalogue = (version, catalogue)
        return catalogue.rows

    def _matching(self, rows: Sequence[Row], query: Query) -> list[Row]:
        self._look_at(unsure(rows, query))
        return matching(rows, query)

    def _look_at(self, rows: Sequence[Row]) -> None:
        """Find out the rows' states, a few at a time."""
        for start in range(0, len(rows), _SLICE):
            if start:
                time.sleep(_BREATH)
            self._summarised(rows[start : start + _SLICE])

    def _summarised(self, rows: Sequence[Row]) -> list[ThreadSummary]:
        """What the queue shows of the rows, from the file where nobody looked before."""
        known = {row: kept for row in rows if (kept := self._summaries.get(row))}
        fresh = [row for row in rows if row not in known]
        if fresh:
            ids = [row.head.thread_id for row in fresh]
            found = self._file.read(partial(_summaries, thread_ids=ids))
            for row, summary in zip(fresh, found, strict=True):
                known[row] = summary
                row.learn(summary, _words(summary))
            self._keep(known)
        return [known[row] for row in rows]

    def _keep(self, summaries: Mapping[Row, ThreadSummary]) -> None:
        kept = {**self._summaries, **summaries}
        while len(kept) > _KEPT:
            del kept[next(iter(kept))]
        self._summaries = kept


def _catalogue(connection: sqlite3.Connection, before: Catalogue | None) -> Catalogue:
    Tables(connection)  # refuses a database that is no checkpointer
    return Catalogue.read(connection, before)


def _thread(connection: sqlite3.Connection, thread_id: str) -> Thread | None:
    tables = Tables(connection)
    head = tables.head(thread_id)
    return derive.thread(head, partial(tables.inner_writes, thread_id)) if head else None


def _summaries(connection: sqlite3.Connection, thread_ids: Sequence[str]) -> list[ThreadSummary]:
    tables = Tables(connection)
    return [_summary(tables, thread_id) for thread_id in thread_ids]


def _summary(tables: Tables, thread_id: str) -> ThreadSummary:
    """What the queue shows; a thread deleted since its row was read is gone at the next look."""
    head = tables.head(thread_id)
    if head is None:
        reason = "The thread was deleted a moment ago."
        return ThreadSummary(thread_id, ThreadState.UNREADABLE, reason)
    return derive.summary(head, partial(tables.inner_writes, thread_id))


def _overlaid(summary: ThreadSummary, query: Query) -> ThreadSummary:
    from dataclasses import replace

    state = query.overlay.get(summary.thread_id)
    return replace(summary, state=state) if state else summary


def _words(summary: ThreadSummary) -> str:
    """What a search looks at: the thread, its graph, and what is asked."""
    asked = [json.dumps(i.value, ensure_ascii=False) for i in summary.interrupts]
    return "\n".join((summary.thread_id, summary.graph_id or "", *asked)).casefold()
