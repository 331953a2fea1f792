"""The rows of a Postgres database's queue, kept up at a cost that does not grow with it.

The first reading passes over the keys of all threads, a slice at a time. After that each reading
looks at the ends of the tables, where new rows stand, and compares the next slice of threads; so
what was written into the room of deleted rows, or deleted, is found when its slice comes. Where
all threads fit into one slice every reading is exact. A thread that is shown is always read anew.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable, Sequence
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from hitl_tui.backends import postgres_heads as keys
from hitl_tui.backends.heads import HeadRow
from hitl_tui.backends.postgres_page import PostgresPage
from hitl_tui.backends.queue_row import Row, waiting
from hitl_tui.backends.summaries import summaries

if TYPE_CHECKING:
    from hitl_tui.backends.postgres_reader import PostgresReader
    from hitl_tui.database import Connection
    from hitl_tui.model.threads import ThreadSummary

SLICE = 2_000
"""Threads that are compared at each reading: some hundredths of a second."""
_PASS = 20_000  # threads that the first pass reads at a time
_FEW = 1_000  # changes that are put into their places one by one


class PostgresRows:
    """The `QueueRows` of one database; safe to use from several threads."""

    def __init__(self, reader: PostgresReader, *, slice_: int = SLICE) -> None:
        self._reader = reader
        self._slice = slice_
        self._lock = Lock()
        self._rows: tuple[Row, ...] | None = None
        self._by_id: dict[str, Row] = {}
        self._seen_in: dict[str, int] = {}
        self._serial = 0
        self._sweep = 0
        self._cursor = ""
        self._snapshot = self._began = keys.Snapshot("", 0, 0)
        self._settled = ""
        self._blocks: keys.Blocks = (0, 0)

    def version(self) -> Hashable:
        """Differs when a row may have changed; reads what `rows` would, once that was called."""
        if self._rows is None:
            return self._reader.read(keys.snapshot).text
        self.rows()
        return self._serial

    def rows(self) -> Sequence[Row]:
        """All threads in the queue's order, as of now."""
        with self._lock:
            if self._rows is None:
                return self._read_all()
            self._follow()
            return self._rows

    def summaries(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        """What is shown of some threads now, in their order."""
        return self._reader.read(partial(self._summaries, thread_ids=thread_ids))

    def confirm(self, thread_ids: Sequence[str]) -> bool:
        """Read these threads' heads again; whether they are as `rows` had them."""
        with self._lock:
            if self._rows is None or len(self._by_id) <= self._slice:
                return True
            heads = self._reader.read(partial(keys.heads_of, threads=thread_ids))
            return not self._take(heads, gone=set(thread_ids) - {head.thread_id for head in heads})

    def _summaries(
        self, connection: Connection, thread_ids: Sequence[str]
    ) -> list[ThreadSummary | None]:
        path = self._reader.path(connection)
        return summaries(PostgresPage(connection, thread_ids, path=path), thread_ids)

    def _read_all(self) -> Sequence[Row]:
        self._began, self._blocks = self._reader.read(self._now)
        heads: list[HeadRow] = []
        last = ""
        while part := self._reader.read(partial(keys.heads_after, thread=last, limit=_PASS)):
            heads += part
            last = part[-1].thread_id
            if len(part) < _PASS:
                break
        self._by_id = {head.thread_id: Row(head) for head in heads}
        self._seen_in = dict.fromkeys(self._by_id, 0)
        self._snapshot, self._settled = self._began, self._began.text
        self._rows = tuple(sorted(self._by_id.values(), key=waiting))
        self._serial += 1
        return self._rows

    def _now(self, connection: Connection) -> tuple[keys.Snapshot, keys.Blocks]:
        self._reader.path(connection)  # refuses a database that is no checkpointer
        return keys.snapshot(connection), keys.ends(connection)

    def _follow(self) -> None:
        found = self._reader.read(self._news)
        if found is None:
            return
        now, blocks, new, part = found
        self._snapshot, self._blocks = now, blocks
        if not self._cursor:
            self._sweep += 1
            self._began = now
        gone = self._swept(part)
        touched = {head.thread_id for head in new}
        self._take([*new, *(head for head in part if head.thread_id not in touched)], gone)

    def _news(
        self, connection: Connection
    ) -> tuple[keys.Snapshot, keys.Blocks, list[HeadRow], list[HeadRow]] | None:
        """What a reading of this moment finds; None if nothing was written since all was seen."""
        now, blocks = self._now(connection)
        if now.text == self._settled:
            return None
        new = keys.touched(connection, self._snapshot, self._blocks, now)
        part = keys.heads_after(connection, self._cursor, self._slice)
        there = {head.thread_id for head in part}
        return now, blocks, keys.heads_of(connection, sorted(new - there)), part

    def _swept(self, part: Sequence[HeadRow]) -> set[str]:
        """Go on with the sweep; at its end, the threads that it did not meet."""
        for head in part:
            self._seen_in[head.thread_id] = self._sweep
        if len(part) == self._slice:
            self._cursor = part[-1].thread_id
            return set()
        self._cursor, self._settled = "", self._began.text
        return {key for key, sweep in self._seen_in.items() if sweep < self._sweep}

    def _take(self, heads: Iterable[HeadRow], gone: set[str]) -> bool:
        """Put changed rows into their places; whether there was any."""
        fresh = [head for head in heads if not self._has(head)]
        gone = {key for key in gone if key in self._by_id}
        if not fresh and not gone:
            return False
        old = [self._by_id.pop(key) for key in gone]
        old += [self._by_id[head.thread_id] for head in fresh if head.thread_id in self._by_id]
        for key in gone:
            del self._seen_in[key]
        rows = [Row(head) for head in fresh]
        self._by_id.update((row.head.thread_id, row) for row in rows)
        self._seen_in.update((row.head.thread_id, self._sweep) for row in rows)
        self._rows = self._placed(old, rows)
        self._serial += 1
        return True

    def _has(self, head: HeadRow) -> bool:
        row = self._by_id.get(head.thread_id)
        return row is not None and row.head == head

    def _placed(self, old: Sequence[Row], new: Sequence[Row]) -> tuple[Row, ...]:
        """The rows in order, without the old ones and with the new ones."""
        if len(old) + len(new) > _FEW:
            return tuple(sorted(self._by_id.values(), key=waiting))
        rows = list(self._rows or ())
        for row in old:
            at = bisect_left(rows, waiting(row), key=waiting)
            while rows[at] is not row:
                at += 1
            del rows[at]
        for row in new:
            insort(rows, row, key=waiting)
        return tuple(rows)
