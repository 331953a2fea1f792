"""Compares an index with all of its database, thread by thread: builds it, or sets it right.

A batch at a time, so that neither is held for long. What changes behind the sweep's back was
written later than it began, and is found by the next look.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from hitl_tui.backends.encoded import stored
from hitl_tui.backends.index.store import News, Store
from hitl_tui.backends.postgres_index import entries
from hitl_tui.backends.postgres_index.changes import thinned
from hitl_tui.backends.postgres_index.known import known_after, signatures
from hitl_tui.backends.postgres_index.reading import read_entries

if TYPE_CHECKING:
    from hitl_tui.backends.index.entry import Entry
    from hitl_tui.backends.index.meta import Meta
    from hitl_tui.backends.index.source import Told
    from hitl_tui.backends.postgres_reader import PostgresReader
    from hitl_tui.backends.words import Describe
    from hitl_tui.database import Connection

_BATCH = 256
_LOOKED_FOR = 2_000  # threads of the index that the database is asked for at a time


class _Part(NamedTuple):
    """A batch: what of it differs, what the index has not at all, and the last thread."""

    entries: list[tuple[Entry, str]]
    added: list[tuple[Entry, str]]
    last: str | None


class Sweep:
    """Goes through all threads in the order of the database, and through all of the index.

    A build goes on after its `cursor`, and keeps it in the index. `broken` says that the index was
    emptied meanwhile.
    """

    def __init__(
        self, reader: PostgresReader, store: Store, describe: Describe, meta: Meta
    ) -> None:
        self._reader = reader
        self._store = store
        self._describe = describe
        self._born = meta.born
        self._is_build = not meta.complete
        self._cursor: str | None = meta.cursor if self._is_build else ""
        self.broken = False

    def run(self, told: Told) -> None:
        """All of it; `told` is given how many batches were compared."""
        compared = 0
        while self._cursor is not None and not self.broken:
            self._compare(self._cursor)
            compared += 1
            told(compared)
        row: int | None = 0
        while row is not None and not self.broken and not self._is_build:
            row = self._look_for(row)

    def _compare(self, after: str) -> None:
        """Read the threads after one, where they differ."""
        while (serial := self._serial()) is not None:
            part = self._reader.read(partial(self._part, after=after))
            keep = {"cursor": part.last} if self._is_build and part.last else {}
            if self._store.write(News(part.entries, (), dict(keep), part.added), serial):
                self._cursor = part.last
                return

    def _part(self, connection: Connection, after: str) -> _Part:
        path = self._reader.path(connection)
        proofs = entries.proofs_after(connection, after, _BATCH)
        known = signatures(self._store, list(proofs))
        changed = entries.changed(proofs, known)
        old = [proof for proof in changed if proof.head.thread_id in known]
        new = [proof for proof in changed if proof.head.thread_id not in known]
        return _Part(
            read_entries(connection, path, old, self._describe),
            read_entries(connection, path, new, self._describe),
            list(proofs)[-1] if len(proofs) == _BATCH else None,
        )

    def _look_for(self, row: int) -> int | None:
        """Remove the next threads of the index that the database has not; the last one's row."""
        while (serial := self._serial()) is not None:
            rows = known_after(self._store, row, _LOOKED_FOR)
            missing = self._reader.read(partial(thinned, rows=rows))
            there = self._reader.read(partial(entries.proofs_of, threads=sorted(missing)))
            absent = [stored(thread) for thread in missing if thread not in there]
            if self._store.write(News(gone=absent), serial):
                return rows[-1].row if len(rows) == _LOOKED_FOR else None
        return None

    def _serial(self) -> int | None:
        """The index's serial, None if it was emptied meanwhile."""
        meta = self._store.meta()
        self.broken = meta is None or meta.born != self._born
        return None if meta is None or self.broken else meta.serial
