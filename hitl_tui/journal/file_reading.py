"""Connections that read the journal's file: one for each look, or kept where there are many."""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

_BUSY = 10.0  # seconds to wait for another operator's write
_MOST = 4  # that are kept


class Readers:
    """Read connections on the file at `path`; safe to use from several threads.

    Opening one costs ten times as much as a small look. So they are kept for the next look, but
    only between `keep` and `drop`, while this process has the file open to write anyway: a mere
    look leaves no file beside it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = Lock()
        self._kept_of: Hashable = None
        self._idle: list[sqlite3.Connection] = []

    def keep(self, identity: Hashable) -> None:
        """Keep connections to the file of this identity from now on."""
        with self._guard:
            self._kept_of = identity

    def drop(self) -> None:
        """Close them; those in use are closed when their look ends."""
        with self._guard:
            idle, self._idle, self._kept_of = self._idle, [], None
        for connection in idle:
            connection.close()

    @contextmanager
    def reading(self, identity: Hashable) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction of its own, on the file that is of this identity now."""
        connection = self._kept(identity) or self._opened()
        try:
            connection.execute("BEGIN")
            yield connection
            connection.rollback()
        except BaseException:
            connection.close()
            raise
        self._give_back(connection, identity)

    def _opened(self) -> sqlite3.Connection:
        """`mode=rw` never makes the file, and lets the last one to close remove the -wal."""
        uri = f"{self._path.absolute().as_uri()}?mode=rw"
        return sqlite3.connect(uri, uri=True, timeout=_BUSY, check_same_thread=False)

    def _kept(self, identity: Hashable) -> sqlite3.Connection | None:
        with self._guard:
            return self._idle.pop() if self._idle and identity == self._kept_of else None

    def _give_back(self, connection: sqlite3.Connection, identity: Hashable) -> None:
        with self._guard:
            if identity == self._kept_of and len(self._idle) < _MOST:
                self._idle.append(connection)
                return
        connection.close()
