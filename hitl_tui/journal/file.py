"""The journal's file: made for its owner alone, read without a trace, written in transactions."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from hitl_tui import settled
from hitl_tui.errors import JournalError
from hitl_tui.journal.file_reading import Readers
from hitl_tui.journal.file_writing import Writing, rows
from hitl_tui.journal.memory import Memory
from hitl_tui.journal.together import Together

if TYPE_CHECKING:
    from hitl_tui.journal.store import Transaction, Values

T = TypeVar("T")

_BUSY = 10.0  # seconds to wait for another operator's write
_TICK_NS = 20_000_000  # a file system's clock


class JournalFile:
    """The `Store` that is a file at `path`; safe to use from several threads.

    Reading a file that is not there finds nothing in it and does not make it. With `make_folder`
    its folder is made with it, for its owner alone.
    """

    def __init__(self, path: Path, *, make_folder: bool = False) -> None:
        self._path = path
        self._make_folder = make_folder
        self._together = Together(self._begun, self._commit, self._forget)
        self._memory = Memory(self._settled)
        self._readers = Readers(path)
        self._connection: sqlite3.Connection | None = None
        self._identity: Hashable = None

    def exists(self) -> bool:
        """Whether anybody ever wrote to the file."""
        return self._path.exists()

    def version(self) -> Hashable:
        """A cheap token that differs when anybody wrote to the file.

        Writes within one tick of the file system's clock share their time, so a token of a file
        that changed just now is unlike any other: whoever compares looks once more. So it is some
        time after, when what was written is surely read.
        """
        found, age = self._signatures()
        return found, time.monotonic_ns() if age < _TICK_NS else settled.looks_due(age)

    def read(self, sql: str, values: Values = ()) -> list[dict[str, Any]]:
        """Rows over a connection of its own: sqlite-utils is not loaded merely to look."""
        with self._reading() as connection:
            return _rows(connection, sql, values) if connection else []

    def reads(self, *statements: str) -> list[list[dict[str, Any]]]:
        """The rows of several statements, all of one state of the file."""
        with self._reading() as connection:
            return [_rows(connection, sql) if connection else [] for sql in statements]

    def remembered(self, name: Hashable, read: Callable[[], T]) -> T:
        """What `read` returned by that name, if surely nobody wrote to the file since."""
        return self._memory.of(name, read)

    @contextmanager
    def writing(self, along: Callable[[], None] | None = None) -> Iterator[Transaction]:
        """One immediate transaction: nobody else writes between its checks and its writes.

        What it wrote stands, on the disk and under the file's name, when this returns.
        """
        try:
            with self._together.part(along) as connection:
                yield Writing(connection)
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error

    def close(self) -> None:
        """Close the file; it can be used again afterwards."""
        with self._together.alone():
            self._forget()

    def _signatures(self) -> tuple[Hashable, int]:
        """Times and sizes, and how many nanoseconds ago the last of them changed."""
        found = tuple(_signature(f"{self._path}{suffix}") for suffix in ("", "-wal"))
        newest = max((signature[0] for signature in found if signature), default=0)
        return found, abs(time.time_ns() - newest)

    def _settled(self) -> Hashable:
        """The same where no commit can be under way that changes them no more; else None."""
        found, age = self._signatures()
        return None if settled.looks_due(age) else found

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        if not self.exists():
            yield None
            return
        try:
            with self._readers.reading(_identity(self._path)) as connection:
                yield connection
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _begun(self) -> sqlite3.Connection:
        """A transaction in the file; opened anew if another one lies in its place, or none."""
        try:
            if self._connection is None or self._identity != _identity(self._path):
                self._forget()
                self._connection = self._open()
                self._identity = _identity(self._path)
                self._readers.keep(self._identity)
            self._connection.execute("BEGIN IMMEDIATE")
        except (sqlite3.Error, OSError):
            self._forget()
            raise
        return self._connection

    def _commit(self, connection: sqlite3.Connection) -> None:
        connection.commit()
        if self._identity != _identity(self._path):
            raise OSError("it was deleted or replaced this very moment")

    def _forget(self) -> None:
        self._readers.drop()
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    def _open(self) -> sqlite3.Connection:
        from sqlite_utils import Database

        from hitl_tui.journal.schema import prepare

        if self._make_folder:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL, 0o600))
            _keep(self._path.parent)
        connection = sqlite3.connect(self._path, timeout=_BUSY, check_same_thread=False)
        try:
            db = Database(connection, execute_plugins=False)
            _patiently(lambda: prepare(db))
            connection.isolation_level = None
        except BaseException:
            connection.close()
            raise
        return connection

    def _unusable(self, error: Exception) -> JournalError:
        return JournalError(
            f"{self._path.name}: {error}.",
            hint="Nothing is sent without it: see that its disk has room and its folder can be"
            " written, or move the damaged file.",
        )


def _rows(connection: sqlite3.Connection, sql: str, values: Values = ()) -> list[dict[str, Any]]:
    try:
        return rows(connection.execute(sql, values))
    except sqlite3.OperationalError as error:
        if str(error).startswith(("no such table", "no such column")):
            return []  # made, and not yet migrated, by another process this very moment
        raise


def _patiently(prepare: Callable[[], None]) -> None:
    """Prepare the file though others do so too: a change to WAL does not wait for them itself."""
    end = time.monotonic() + _BUSY
    while True:
        try:
            return prepare()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.02)


def _keep(folder: Path) -> None:
    """Have the folder remember a new file, whatever happens to the power."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _signature(path: str) -> tuple[int, int] | None:
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


def _identity(path: Path) -> Hashable:
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
