"""Connections to an index, and all that is ever written to it.

Write-ahead logging lets any number of programs read while one writes; who writes waits its turn.
Writers bring what they read of the source, and the serial of the index that they saw before: if
another one wrote meanwhile, theirs is refused, so older news never replaces newer.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hitl_tui.backends.index import tally
from hitl_tui.backends.index.meta import Meta, read_meta, write_meta
from hitl_tui.backends.index.news import News, write_news, write_same
from hitl_tui.backends.index.place import Place
from hitl_tui.backends.index.schema import INDEXES, MADE_BY, TABLES
from hitl_tui.backends.tables import stored
from hitl_tui.unwanted import Unwanted, is_unwanted

if TYPE_CHECKING:
    from hitl_tui.backends.index.entry import Entry

__all__ = ["Emptied", "News", "Store", "Unavailable"]

_BUSY_SECONDS = 5.0
_STEPS = 20_000  # of SQLite's machine, about a millisecond's, between two looks at who waits


class Unavailable(Exception):
    """The index cannot be used now; says why in people's words.

    `is_damage` tells that it never can be: what stands at its path is to be thrown away.
    """

    def __init__(self, why: str, *, is_damage: bool = False) -> None:
        super().__init__(why)
        self.is_damage = is_damage


class Emptied(Unavailable):
    """Another program began to build the index anew a moment ago."""


class Store:
    """One index file; safe to use from several threads.

    `patience` is how many seconds to wait for others that write it. All raise Unwanted where what
    takes long is done for nobody any more.
    """

    def __init__(self, place: Place, *, patience: float = _BUSY_SECONDS) -> None:
        self._patience = patience
        self.place = place
        self._idle: list[tuple[int, sqlite3.Connection]] = []
        self._guard = threading.Lock()
        self._closed = False

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One state of the index; raises Unavailable."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """For what is kept beside the index, at whatever serial; raises Unavailable."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def meta(self) -> Meta | None:
        """What the index says of itself, None if it is empty; raises Unavailable."""
        with self.reading() as connection:
            return read_meta(connection)

    def begin(self, file: str) -> None:
        """Empty the index, for a build from the start; raises Unavailable."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            before = read_meta(connection)
            for statement in TABLES.split(";"):
                connection.execute(statement)
            serial = before.serial + 1 if before else 0
            connection.execute(
                "INSERT INTO meta (made_by, source, file, serial, born)"
                " VALUES (?, CAST(? AS TEXT), ?, ?, ?)",
                [MADE_BY, stored(self.place.source), file, serial, serial],
            )

    def write(self, news: News, serial: int) -> bool:
        """Write, unless another one wrote since `serial`; whether it was written."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            meta = read_meta(connection)
            if meta is None or meta.serial != serial:
                return False
            write_news(connection, meta, news)
            return True

    def write_same(self, read: tuple[Entry, str]) -> bool:
        """Write an entry, if the index has its thread as when it was read; whether it has."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            meta = read_meta(connection)
            return meta is not None and meta.is_ours and write_same(connection, meta, read)

    def finish(self, values: dict[str, object], serial: int) -> bool:
        """A build is done: make it fast to read."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            meta = read_meta(connection)
            if meta is None or meta.serial != serial:
                return False
            for statement in INDEXES.split(";"):
                connection.execute(statement)
            tally.keep(connection, serial, serial + 1, {})
            write_meta(connection, {**values, "complete": 1, "serial": serial + 1})
            return True

    def close(self) -> None:
        """Close the connections that nobody uses, and the others when they are done."""
        self._closed = True
        self.let_go()

    def let_go(self) -> None:
        """Close the connections that nobody uses, for files that are thrown away."""
        with self._guard:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            inode, connection = self._borrow()
            try:
                connection.execute(begin)
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.close()
                raise
            self._give_back(inode, connection)
        except OSError as error:
            raise Unavailable(error.strerror or str(error)) from error
        except sqlite3.Error as error:
            name = getattr(error, "sqlite_errorname", "")
            if name == "SQLITE_INTERRUPT" and is_unwanted():
                raise Unwanted from error
            damage = name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
            raise Unavailable(str(error), is_damage=damage) from error

    def _give_back(self, inode: int, connection: sqlite3.Connection) -> None:
        with self._guard:
            if not self._closed:
                self._idle.append((inode, connection))
                return
        connection.close()

    def _borrow(self) -> tuple[int, sqlite3.Connection]:
        """A connection to the file that stands at the path now."""
        inode = self.place.path.stat().st_ino
        with self._guard:
            old = [item for item in self._idle if item[0] != inode]
            self._idle = [item for item in self._idle if item[0] == inode]
            found = self._idle.pop() if self._idle else None
        for _, connection in old:
            connection.close()
        return found or (inode, self._connect())

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.place.path.as_uri()}?mode=rw",
            uri=True,
            timeout=self._patience,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.text_factory = _text
        connection.set_progress_handler(is_unwanted, _STEPS)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
