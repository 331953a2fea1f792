"""Compares an index with all of its source, thread by thread: builds it, and finds what is gone.

A batch at a time, so that neither the source nor the index is held for long. What changes behind
the sweep's back has newer rows than it began with, and is found by the next update.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from hitl_tui.backends import heads as keys
from hitl_tui.backends.index.batch import KNOWN, TOGETHER, Batch, Known, joined, read_batch
from hitl_tui.backends.index.entry import SIGNATURE
from hitl_tui.backends.index.meta import Meta
from hitl_tui.backends.index.store import News, Store
from hitl_tui.backends.tables import stored
from hitl_tui.backends.words import Describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hitl_tui.backends.index.second import Second
    from hitl_tui.backends.sqlite_file import SqliteFile

_UNKNOWN = -1


class Sweep:
    """Goes through all threads in the order of their ids.

    A build goes on after its `cursor`, and keeps it in the index. `changed` tells whether anything
    differed, `broken` that the index was emptied meanwhile. Of an index that is empty, a `second`
    process may read the later threads.
    """

    def __init__(
        self,
        file: SqliteFile,
        store: Store,
        describe: Describe,
        meta: Meta,
        second: Second | None = None,
    ) -> None:
        self._file = file
        self._store = store
        self._describe = describe
        self._born = meta.born
        self._is_build = not meta.complete
        self._reached: str = meta.cursor if self._is_build else ""
        self._second = second
        self._own_done = self._other_done = False
        self._serial = meta.serial if second else _UNKNOWN
        self._together = 1  # batches that are written at once: the first ones are soon seen
        self.changed = False
        self.broken = False

    @property
    def done(self) -> bool:
        """Whether all threads were seen, or it makes no sense to go on."""
        return self.broken or (self._own_done and (self._second is None or self._other_done))

    def step(self) -> None:
        """Compare the next threads; raises Unavailable, or SourceError."""
        batch = self._sent() if self._second is not None and not self._other_done else None
        if batch is not None:
            self._add(batch)
        elif not self._own_done:
            self._compare()

    def _compare(self) -> None:
        """Read the next ones, and write what of them is new."""
        until = self._second.after if self._second else None
        while (meta := self._meta()) is not None:
            batch = joined(list(islice(self._read(until), self._together)))
            gone = self._gone(batch, until)
            if self._write(News(batch.entries, gone, added=batch.added), batch.last, meta):
                self._own_done = batch.last is None or batch.last == self._reached
                self._reached = batch.last or self._reached
                self._together = min(2 * self._together, TOGETHER)
                return

    def _read(self, until: str | None) -> Iterator[Batch]:
        """The next batches, without the one after the last thread, unless there is no other."""
        reached = self._reached
        while True:
            with self._store.reading() as connection:
                known = _known(connection, reached, until)
            work = partial(read_batch, after=reached, known=known, describe=self._describe)
            batch = self._file.read(partial(work, until=until))
            is_end = batch.last in {None, reached}
            if not is_end or reached == self._reached:
                yield batch
            if is_end or batch.last is None:
                return
            reached = batch.last

    def _sent(self) -> Batch | None:
        """What the second process read so far; waited for when all else is done."""
        assert self._second is not None
        batches = self._second.batches(TOGETHER, wait=self._own_done)
        self._other_done = bool(batches) and batches[-1].last is None
        if self._second.has_failed:
            self._second, self._own_done = None, False
        return joined(batches) if batches else None

    def _add(self, batch: Batch) -> None:
        """Write what it read, which the index has not, unless another program wrote meanwhile."""
        while batch.last is not None and (meta := self._meta()) is not None:
            is_ours = meta.serial == self._serial
            news = News(added=batch.added) if is_ours else News(batch.added)
            if self._write(news, batch.last if self._own_done else None, meta):
                return

    def _write(self, news: News, cursor: str | None, meta: Meta) -> bool:
        """Write it, and how far this came; False if another program wrote meanwhile."""
        keep: dict[str, object] = (
            {"cursor": cursor} if self._is_build and cursor is not None else {}
        )
        if not self._store.write(replace(news, meta=keep), meta.serial):
            return False
        self.changed |= bool(news.entries or news.added or news.gone)
        is_sure = self._serial == meta.serial and not (news.entries or news.gone)
        self._serial = meta.serial + bool(news.added) if is_sure else _UNKNOWN
        return True

    def _meta(self) -> Meta | None:
        """What the index says of itself; None if it was emptied meanwhile."""
        meta = self._store.meta()
        self.broken = meta is None or meta.born != self._born
        return None if self.broken else meta

    def _gone(self, batch: Batch, until: str | None) -> list[bytes]:
        """The threads of the index in the batch's range that the source has no more."""
        where, bounds = _between(self._reached, until if batch.last is None else batch.last)
        with self._store.reading() as connection:
            rows = connection.execute(f"SELECT thread FROM threads WHERE {where}", bounds)
            return [stored(thread) for (thread,) in rows if thread not in batch.there]


def _known(connection: sqlite3.Connection, after: str, until: str | None) -> Known:
    """The next threads of the index; those that it lacks shift the range, so twice as many."""
    where, bounds = _between(after, until)
    rows = connection.execute(
        f"SELECT thread, {SIGNATURE} FROM threads WHERE {where} ORDER BY thread LIMIT {KNOWN}",
        bounds,
    )
    return {thread: (stored(head), *rest) for thread, head, *rest in rows}


def _between(after: str, last: str | None) -> tuple[str, list[bytes]]:
    """SQL for the threads after one, up to another, and what it binds."""
    first = f"thread {keys.after(after)}"
    if last is None:
        return first, [stored(after)]
    return f"{first} AND thread <= CAST(? AS TEXT)", [stored(after), stored(last)]
