"""The rows of a SQLite file's queue: a catalogue of it, refreshed by what changed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from hitl_tui.backends.catalogue import Catalogue
from hitl_tui.backends.queue_row import Row
from hitl_tui.backends.tables import Tables
from hitl_tui.model.threads import ThreadSummary

if TYPE_CHECKING:
    import sqlite3

    from hitl_tui.backends.looks import Looks
    from hitl_tui.backends.sqlite_file import SqliteFile


class FileRows:
    """The `QueueRows` of one file; another file in its place starts a new catalogue."""

    def __init__(self, file: SqliteFile, looks: Looks) -> None:
        self._file = file
        self._looks = looks
        self._catalogue: tuple[Hashable, Catalogue] | None = None
        self._identity: Hashable = None
        self._refreshing = Lock()

    def rows(self) -> Sequence[Row]:
        """All threads in the queue's order, as of now."""
        version = self._file.version()
        current = self._catalogue
        if current and current[0] == version:
            return current[1].rows
        identity = self._file.identity()
        with self._refreshing:
            same = self._catalogue and identity == self._identity
            before = self._catalogue[1] if self._catalogue and same else None
            catalogue = self._file.read(lambda c: _catalogue(c, before))
            self._catalogue, self._identity = (version, catalogue), identity
        return catalogue.rows

    def summaries(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        """What is shown of some threads now, in their order."""
        return self._looks.read(thread_ids)


def _catalogue(connection: sqlite3.Connection, before: Catalogue | None) -> Catalogue:
    Tables(connection)  # refuses a database that is no checkpointer
    return Catalogue.read(connection, before)
