"""A connection that one read leaves open for the next: opening a file costs more than a few rows.

There is at most one in the process, for whoever has the turn to read, see `sqlite_file`; it is in
no transaction while it is left. As long as it is open, the last program to leave the file cannot
take its WAL away: so it is closed soon after it was of use. One to a file that nobody writes holds
no lock and no WAL: it stays until somebody does.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

T = TypeVar("T")
Stamp = tuple[int, int, int] | None
"""A file's number, time and size."""

Stamps = tuple[Stamp, Stamp]
"""Those of a database and its WAL."""

IDLE = 0.5
"""Seconds after which the next look at the file closes one that hinders others."""


class Left(NamedTuple):
    """A connection to the file at a path, opened when its stamps were these.

    A `quiet` one takes the file for one that nobody writes.
    """

    path: Path
    stamps: Stamps
    quiet: bool
    connection: sqlite3.Connection

    def holds(self, path: Path, stamps: Stamps) -> bool:
        """Whether it shows what now stands at a path."""
        if self.path != path:
            return False
        return self.stamps == stamps if self.quiet else _numbers(self.stamps) == _numbers(stamps)


class LeftOpen:
    """Owns the connection until it is closed; used by whoever has the turn."""

    def __init__(self) -> None:
        self._left: Left | None = None
        self._since = 0.0

    def leave(self, left: Left) -> None:
        """Keep a connection."""
        self.close()
        self._left, self._since = left, time.monotonic()

    def read(
        self,
        path: Path,
        stamps: Callable[[], Stamps],
        work: Callable[[sqlite3.Connection], T],
        *,
        quiet: bool,
    ) -> tuple[T] | None:
        """What `work` returns for one state of the file; None where it must be opened for that.

        So it is too where only a `quiet` connection will do, and there is another. A failure leaves
        it to whoever opens the file to say why.
        """
        left, self._left = self._left, None
        if left is None or (quiet and not left.quiet):
            self._left = left
            return None
        result = None
        try:
            if left.holds(path, stamps()):
                left.connection.execute("BEGIN")
                result = (work(left.connection),)
                left.connection.rollback()
        except (sqlite3.Error, OSError):
            result = None
        finally:
            self._left = left
            if result is None or not left.holds(path, stamps()):
                self.close()
        if self._left is None:
            return None
        self._since = time.monotonic()
        return result

    def close(self) -> None:
        """Close it, if there is one."""
        left, self._left = self._left, None
        if left is not None:
            left.connection.close()

    def close_idle(self, path: Path, stamps: Stamps) -> None:
        """Close it, if it was of no use for a moment; a quiet one only if the file changed."""
        left = self._left
        if left is not None and left.quiet and left.path == path:
            idle = left.stamps != stamps
        else:
            idle = time.monotonic() > self._since + IDLE
        if idle:
            self.close()


def _numbers(stamps: Stamps) -> tuple[int | None, ...]:
    return tuple(stamp and stamp[0] for stamp in stamps)
