"""The rows of a Postgres database's queue, kept up at a cost that does not grow with it.

The first reading passes over the keys of all threads, some thousands at a time. After that each
reading looks at the ends of the tables, where new rows stand unless there is room from deleted ones
elsewhere, and compares the next few thousand keys with what is known; so whatever was written
where, or deleted, is found when its turn comes. Few threads are all compared at every reading, to
the last detail. A thread that is shown is always read anew.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable, Sequence
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from hitl_tui.backends import postgres_heads as keys
from hitl_tui.backends.heads import HeadRow
from hitl_tui.backends.queue_row import Row, waiting

if TYPE_CHECKING:
    from hitl_tui.backends.looks import Looks
    from hitl_tui.backends.postgres_listener import Listener
    from hitl_tui.backends.postgres_reader import PostgresReader
    from hitl_tui.database import Connection
    from hitl_tui.model.threads import ThreadSummary

SMALL = 2_000
"""Up to so many threads are all compared at each reading: some hundredths of a second."""
_SLICE = 5_000  # threads whose keys are compared at each reading where there are more: as long
_PASS = 20_000  # threads that the first pass reads at a time
_FEW = 1_000  # changes that are put into their places one by one


class _News(NamedTuple):
    """What a reading found: heads that may be new, and the threads that the sweep met."""

    now: keys.Snapshot
    blocks: keys.Blocks
    heads: list[HeadRow]
    met: list[str]
    is_last: bool


class PostgresRows:
    """The `QueueRows` of one database; safe to use from several threads."""

    def __init__(self, reader: PostgresReader, listener: Listener, looks: Looks) -> None:
        self._reader = reader
        self._looks = looks
        self._listener = listener
        self._lock = Lock()
        self._rows: tuple[Row, ...] | None = None
        self._by_id: dict[str, Row] = {}
        self._keys: dict[str, keys.Key] = {}
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
        return self._looks.read(thread_ids)

    def confirm(self, thread_ids: Sequence[str]) -> bool:
        """Read these threads' heads again; whether they are as `rows` had them."""
        with self._lock:
            if self._rows is None or len(self._by_id) < SMALL:
                return True
            heads = self._reader.read(partial(keys.heads_of, threads=thread_ids))
            return not self._take(heads, gone=set(thread_ids) - {head.thread_id for head in heads})

    def close(self) -> None:
        """Listen no more."""
        with self._lock:
            self._listener.close()

    def _read_all(self) -> Sequence[Row]:
        self._listener.heard()  # from now on: what was told before is read anyway
        self._began, self._blocks = self._reader.read(self._now)
        heads: list[HeadRow] = []
        last = ""
        while True:
            work = partial(keys.heads_and_keys_after, thread=last, limit=_PASS)
            part = self._reader.read(work)
            heads += (head for head, _ in part)
            self._keys.update((key.thread_id, key) for _, key in part)
            if len(part) < _PASS:
                break
            last = part[-1][1].thread_id
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
        heard = self._listener.heard()
        found = self._reader.read(partial(self._news, heard=heard))
        if found is None:
            return
        self._snapshot, self._blocks = found.now, found.blocks
        if not self._cursor:
            self._sweep += 1
            self._began = found.now
        self._take(found.heads, self._swept(found))

    def _news(self, connection: Connection, heard: set[str]) -> _News | None:
        """What a reading of this moment finds; None if nothing was written since all was seen."""
        now, blocks = self._now(connection)
        if now.text == self._settled and not heard:
            return None
        touched = heard | keys.touched(connection, self._snapshot, self._blocks, now)
        if len(self._by_id) < SMALL:
            heads = keys.heads_after(connection, self._cursor, SMALL)
            met = [head.thread_id for head in heads]
            heads += keys.heads_of(connection, sorted(touched - set(met)))
            return _News(now, blocks, heads, met, is_last=len(met) < SMALL)
        part = keys.keys_after(connection, self._cursor, _SLICE)
        touched |= {key.thread_id for key in part if self._keys.get(key.thread_id) != key}
        self._keys.update((key.thread_id, key) for key in part)
        heads = keys.heads_of(connection, sorted(touched))
        return _News(now, blocks, heads, [key.thread_id for key in part], len(part) < _SLICE)

    def _swept(self, found: _News) -> set[str]:
        """Go on with the sweep; at its end, the threads that it did not meet."""
        self._seen_in.update(dict.fromkeys(found.met, self._sweep))
        if not found.is_last:
            self._cursor = found.met[-1]
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
            self._seen_in.pop(key, None)
            self._keys.pop(key, None)
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
