"""LangGraph's SQLite checkpointer, as a worker uses it; see `Savers`."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from langgraph.checkpoint.sqlite import SqliteSaver

from .failures import Refused
from .fence import Fence
from .saver import AtOnce

_HEAD = "SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = ''"
_ROWS = """
SELECT CAST(idx AS INTEGER), CAST(type AS TEXT), CAST(value AS BLOB) FROM writes
WHERE thread_id = ? AND checkpoint_ns = '' AND checkpoint_id = ? AND task_id = ?
"""
_BUSY = 10.0  # seconds to wait for another writer
_PAUSE, _LONG_PAUSE = 0.0002, 0.02  # seconds until it is tried again, at first and later


class Saver(AtOnce, SqliteSaver):
    """The stock saver on one file; it changes nothing in it until `prepare`."""

    errors = sqlite3.Error
    MIGRATES = True
    REPLACED = sqlite3.OperationalError("their file was deleted or replaced")
    failure: Exception | None = None
    fence: Fence | None = None
    may_create = False

    def __init__(self, connection: sqlite3.Connection, source: str) -> None:
        super().__init__(connection)
        self._source = source
        self._opened = self.identity()

    def identity(self) -> object:
        """What tells the file from another one in its place; None if there is none."""
        return identity_of(self._source)

    def is_of(self, source: str) -> bool:
        """Whether the file at `source` is there, and still the one that was opened."""
        found = identity_of(source)
        return found is not None and (source, found) == (self._source, self._opened)

    def close(self) -> None:
        """Close the file."""
        self.conn.close()

    def setup(self) -> None:
        """Look whether the file is of before `task_path` existed, and leave it as it is."""
        if not self.is_setup:
            columns = [row[1] for row in self.conn.execute("PRAGMA table_info(writes)")]
            self._has_task_path = "task_path" in columns

    def prepare(self) -> None:
        """Let LangGraph make or migrate its tables, as it does before every run.

        SQLite does not wait when two processes turn a new file to WAL at once, so we do.
        """
        end = time.monotonic() + _BUSY
        while not self.is_setup:
            self._has_task_path = True
            try:
                super().setup()
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > end:
                    raise
                time.sleep(0.01)

    def try_to_write(self) -> None:
        """Raise sqlite3.Error if the file cannot be written now; nothing is.

        Beginning tells that it is not locked; a deletion of nothing, that it is not read-only.
        """
        with self.lock, self.conn:
            self.conn.rollback()  # what a run could not commit is in doubt, and stays undone
            self._begin()
            self.conn.execute("DELETE FROM writes WHERE 0")

    def get_tuple(self, config: Any) -> Any:
        """As the stock one; raises Refused if the run that reads may not go on from there."""
        found = super().get_tuple(config)
        if self.fence is not None:
            fence, self.fence = self.fence, None
            self.compare(fence)
        return found

    def compare(self, fence: Fence) -> None:
        """Refused if the thread is not as it was seen."""
        with self.cursor(transaction=False) as cursor:
            key = fence.thread_id
            (head,) = cursor.execute(_HEAD, [key]).fetchone()
            fence.check(head, lambda task: cursor.execute(_ROWS, [key, head, task]).fetchall())

    @contextmanager
    def cursor(self, transaction: bool = True) -> Iterator[sqlite3.Cursor]:
        """As the stock one; remembers a write that failed."""
        try:
            with super().cursor(transaction) as cursor:
                if transaction:
                    self._begin()
                yield cursor
        except sqlite3.Error as error:
            if transaction:
                self.failure = error
            raise

    def _begin(self) -> None:
        """Begin to write, as soon as nobody else does; raises sqlite3.Error after so many seconds.

        While another worker writes SQLite would sleep for longer each time, at first for many times
        as long as a write takes.
        """
        if self.conn.in_transaction:
            return
        end, pause = time.monotonic() + _BUSY, _PAUSE
        self.conn.execute("PRAGMA busy_timeout = 0")
        try:
            while not self._begun(end):
                time.sleep(pause)
                pause = min(1.5 * pause, _LONG_PAUSE)
        finally:
            self.conn.execute(f"PRAGMA busy_timeout = {_BUSY * 1000:.0f}")

    def _begun(self, end: float) -> bool:
        try:
            self.conn.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            return False
        return True


def demand(source: str, *, create: bool) -> None:
    """Refused if the file is missing and may not be created."""
    if not create and not os.path.exists(source):
        raise Refused("source", f"{source} does not exist.")


def opened(source: str, *, create: bool) -> Saver:
    """A saver on the file; Refused if it cannot be opened."""
    uri = f"file:{quote(source)}?mode={'rwc' if create else 'rw'}"
    try:
        connection = sqlite3.connect(uri, uri=True, timeout=_BUSY, check_same_thread=False)
    except sqlite3.Error as error:
        raise Refused("source", f"{source} cannot be opened: {error}.") from error
    return Saver(connection, source)


def identity_of(source: str) -> tuple[int, int] | None:
    """What tells a file from another one in its place; None if there is none."""
    try:
        status = os.stat(source)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
