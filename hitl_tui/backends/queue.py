"""The queue of a SQLite file: pages, positions and counts, read as late as possible.

The keys alone give the order. A thread's blobs are read when it is shown, or when its state, its
graph or its words decide whether it belongs to a query; what was found out is kept.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from hitl_tui.backends import derive
from hitl_tui.backends.catalogue import Catalogue, Row, matching, state_of, unsure
from hitl_tui.backends.rivals import rivals
from hitl_tui.backends.tables import Tables
from hitl_tui.model.threads import Page, Query, ThreadState, ThreadSummary

if TYPE_CHECKING:
    import sqlite3

    from hitl_tui.backends.sqlite_file import SqliteFile

_SLICE = 64  # threads looked at before others get a turn
_BREATH = 0.001  # seconds of it: a loop that never waits makes keys wait
_KEPT = 1024  # summaries kept for pages to come


class Queue:
    """The threads of one file, always as of now; safe to use from several threads."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        self._catalogue: tuple[Hashable, Catalogue] | None = None
        self._refreshing = Lock()
        self._summaries: dict[Row, ThreadSummary] = {}

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
        anywhere = replace(query, states=frozenset())
        return Counter(state_of(row, query) for row in matching(rows, anywhere))

    def _rows(self) -> Sequence[Row]:
        """All threads in the queue's order, as of now."""
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


def _summaries(connection: sqlite3.Connection, thread_ids: Sequence[str]) -> list[ThreadSummary]:
    tables = Tables(connection)
    return [_summary(tables, thread_id) for thread_id in thread_ids]


def _summary(tables: Tables, thread_id: str) -> ThreadSummary:
    """What the queue shows; a thread deleted since its row was read is gone at the next look."""
    head = tables.head(thread_id)
    if head is None:
        reason = "The thread was deleted a moment ago."
        return ThreadSummary(thread_id, ThreadState.UNREADABLE, reason)
    found = derive.summary(head, partial(tables.inner_writes, thread_id))
    return replace(found, rivals=rivals(tables, thread_id))


def _overlaid(summary: ThreadSummary, query: Query) -> ThreadSummary:
    state = query.overlay.get(summary.thread_id)
    return replace(summary, state=state) if state else summary


def _words(summary: ThreadSummary) -> str:
    """What a search looks at: the thread, its graph, and what is asked."""
    asked = [json.dumps(i.value, ensure_ascii=False) for i in summary.interrupts]
    return "\n".join((summary.thread_id, summary.graph_id or "", *asked)).casefold()
