"""Entries read from a database: of what is heavy only what keys and sizes tell, until it is read.

So a flood of bytes never delays what is known of other threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from hitl_tui.backends.encoded import stored
from hitl_tui.backends.index.entry import entry_of
from hitl_tui.backends.index.heavies import Heavies
from hitl_tui.backends.index.reading import Read, unread_entry
from hitl_tui.backends.index.store import News, Store
from hitl_tui.backends.postgres_index.entries import Proof, changed, proofs_of, read_summaries
from hitl_tui.backends.postgres_index.known import signatures
from hitl_tui.backends.postgres_looks import WeighedDatabase, heavy

if TYPE_CHECKING:
    from hitl_tui.backends.looks import Looks
    from hitl_tui.backends.postgres_reader import PostgresReader
    from hitl_tui.backends.words import Describe
    from hitl_tui.database import Connection

_ATTEMPTS = 10


def read_entries(
    connection: Connection,
    path: str,
    proofs: Sequence[Proof],
    describe: Describe,
    *,
    whole: bool = False,
) -> list[Read]:
    """The entries of these threads; those of heavy ones are `unread`, unless all is to be read."""
    weights = {} if whole else heavy(connection, proofs)
    light = [proof for proof in proofs if proof.head.thread_id not in weights]
    found = [
        entry_of(proof.head, summary, proof.inner, describe)
        for proof, summary in zip(light, read_summaries(connection, path, light), strict=True)
        if summary is not None
    ]
    return found + [unread_entry(weight, describe) for weight in weights.values()]


class Reading:
    """Reads threads of one database for its index; safe to use from several threads.

    With the `looks` of a screen, heavy threads are read by those and by a builder; without, here.
    """

    def __init__(
        self, reader: PostgresReader, store: Store, describe: Describe, looks: Looks | None
    ) -> None:
        self._reader = reader
        self._store = store
        self._describe = describe
        self._looks = looks
        self._heavies = Heavies(WeighedDatabase(reader).row, store, describe)

    def read(
        self,
        connection: Connection,
        threads: Sequence[str],
        *,
        only_changed: bool = False,
        whole: bool = False,
    ) -> tuple[list[Read], list[bytes]]:
        """The entries of the threads, and which of them are gone; nothing of those that are so."""
        if not threads:
            return [], []
        path = self._reader.path(connection)
        proofs = proofs_of(connection, threads)
        known = signatures(self._store, threads) if only_changed else {}
        fresh = changed(proofs, known)
        gone = [stored(each) for each in threads if each not in proofs]
        return read_entries(connection, path, fresh, self._describe, whole=whole), gone

    def refresh(self, threads: Sequence[str], *, whole: bool = False) -> None:
        """Read some threads again; heavy ones from what the screen read of them, if it did."""
        rows = self._looks.heavy_rows(threads) if self._looks is not None and not whole else []
        settled = {row.weight.head.thread_id for row in rows if self._heavies.settle(row)}
        others = [name for name in threads if name not in settled]
        for _ in range(_ATTEMPTS if others else 0):
            meta = self._store.meta()
            if meta is None:
                return
            found = self._reader.read(partial(self.read, threads=others, whole=whole))
            if self._store.write(News(*found), meta.serial):
                return

    def read_heavy(self) -> None:
        """Read what was put down as unread, one after the other, unless that is not ours to do."""
        if self._looks is not None:
            return
        for thread in self._heavies.waiting():
            if not self._heavies.read(thread):
                self.refresh([thread], whole=True)
