"""Compares an index with all of its source, thread by thread: builds it, and finds what is gone.

A batch at a time, so that neither the source nor the index is held for long. What changes behind
the sweep's back has newer rows than it began with, and is found by the next update.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from hitl_tui.backends import heads as keys
from hitl_tui.backends.heads import HeadRow
from hitl_tui.backends.index.changes import all_writes_between
from hitl_tui.backends.index.entry import SIGNATURE, signature
from hitl_tui.backends.index.meta import Meta
from hitl_tui.backends.index.reading import Read, read_entries
from hitl_tui.backends.index.store import News, Store
from hitl_tui.backends.tables import stored
from hitl_tui.backends.words import Describe

if TYPE_CHECKING:
    from hitl_tui.backends.sqlite_file import SqliteFile

BATCH = 256
_KNOWN = 2 * BATCH
Known = Mapping[str, tuple[object, ...]]
"""The signatures of the threads that the index has, by id."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What a batch found: which threads are there, what of them is new, and the last one.

    `added` are those of the new ones that the index has not.
    """

    there: frozenset[str] = frozenset()
    entries: Sequence[Read] = ()
    added: Sequence[Read] = ()
    last: str | None = None


class Sweep:
    """Goes through all threads in the order of their ids.

    A build goes on after its `cursor`, and keeps it in the index. `changed` tells whether anything
    differed, `broken` that the index was emptied meanwhile.
    """

    def __init__(self, file: SqliteFile, store: Store, describe: Describe, meta: Meta) -> None:
        self._file = file
        self._store = store
        self._describe = describe
        self._born = meta.born
        self._is_build = not meta.complete
        self._cursor: str | None = meta.cursor if self._is_build else ""
        self.changed = False
        self.broken = False

    @property
    def done(self) -> bool:
        """Whether all threads were seen, or it makes no sense to go on."""
        return self._cursor is None or self.broken

    def step(self) -> None:
        """Compare the next threads; raises Unavailable, or SourceError."""
        after = self._cursor or ""
        while True:
            meta = self._store.meta()
            if meta is None or meta.born != self._born:
                self.broken = True
                return
            with self._store.reading() as connection:
                known = _known(connection, after)
            part = self._file.read(
                partial(_read, after=after, known=known, describe=self._describe)
            )
            gone = self._gone(part, after)
            is_last = part.last is None or part.last == after
            keep = {"cursor": part.last} if self._is_build and not is_last else {}
            news = News(part.entries, gone, dict(keep), part.added)
            if self._store.write(news, meta.serial):
                self.changed |= bool(part.entries or part.added or gone)
                self._cursor = None if is_last else part.last
                return

    def _gone(self, part: _Part, after: str) -> list[bytes]:
        """The threads of the index in the batch's range that the source has no more."""
        last = "" if part.last is None else "AND thread <= CAST(? AS TEXT)"
        bounds = [stored(after)] + ([] if part.last is None else [stored(part.last)])
        with self._store.reading() as connection:
            rows = connection.execute(
                f"SELECT thread FROM threads WHERE thread {keys.after(after)} {last}", bounds
            )
            return [stored(thread) for (thread,) in rows if thread not in part.there]


def _known(connection: sqlite3.Connection, after: str) -> Known:
    """The next threads of the index; those that it lacks shift the range, so twice as many."""
    rows = connection.execute(
        f"SELECT thread, {SIGNATURE} FROM threads WHERE thread {keys.after(after)}"
        f" ORDER BY thread LIMIT {_KNOWN}",
        [stored(after)],
    )
    return {thread: (stored(head), *rest) for thread, head, *rest in rows}


def _read(connection: sqlite3.Connection, after: str, known: Known, describe: Describe) -> _Part:
    heads = sorted(keys.heads_after(connection, after, BATCH), key=_key)
    if not heads:
        return _Part()
    writes = all_writes_between(connection, after, heads[-1].thread_id)
    changed = [
        head
        for head in heads
        if known.get(head.thread_id) != signature(head, writes.get(head.thread_id, 0))
    ]
    is_all_known = len(known) < _KNOWN
    new = [head for head in changed if is_all_known and head.thread_id not in known]
    old = [head for head in changed if not is_all_known or head.thread_id in known]
    return _Part(
        frozenset(head.thread_id for head in heads),
        read_entries(connection, old, writes, describe),
        read_entries(connection, new, writes, describe),
        heads[-1].thread_id,
    )


def _key(head: HeadRow) -> bytes:
    return stored(head.thread_id)
