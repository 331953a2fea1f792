"""Opens a SQLite file so that looking at it changes nothing and creates nothing.

A database in WAL mode is several files, and even a read-only connection makes the missing ones.
So how a file is read follows from what stands beside it:

- no WAL mode: a plain read-only connection
- WAL mode, no frames in `-wal`: everything is in the file itself. It is read as immutable, and
  read again if the file changed meanwhile
- `-wal` and `-shm`: programs write, or were killed; a read-only connection joins them
- `-wal` without `-shm`: joining would create it, so a private copy is read

POSIX drops all of a process's locks on a file when the process closes any descriptor of it, and
SQLite's connections live by those locks. So here no file is opened by hand while a connection of
this process may be open: reads take turns, `version` only looks at times and sizes, and what a
read left open for the next one is closed before any file is opened.
"""

from __future__ import annotations

import os.path
import sqlite3
import time
from collections.abc import Callable, Hashable
from contextlib import ExitStack, closing
from enum import StrEnum
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

from hitl_tui import settled
from hitl_tui.backends.left_open import Left, LeftOpen, Stamp, Stamps
from hitl_tui.backends.refusals import explained, header
from hitl_tui.errors import SourceError

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

T = TypeVar("T")

BUSY_SECONDS = 2.0
"""How long a read waits for a program that locks the file."""

CACHE_KB = 256
"""Pages that a connection keeps for itself. The system keeps the file's, so more are as soon read
again, and SQLite's own two megabytes stay with each thread that once read so much."""

_ATTEMPTS = 8
_TICK_NS = 20_000_000  # a file system's clock: younger changes may share their time with the next
_TURN = RLock()  # of the whole process, as the locks are; see above
_LEFT = LeftOpen()


class Way(StrEnum):
    """How a file is read; the value says so to people."""

    PLAIN = "read-only"
    QUIET = "read-only, as a file that nobody writes (its WAL is empty)"
    JOINED = "read-only, together with the programs that write it (through its WAL)"
    COPIED = "from a private copy (its WAL has no index, and making one would change the folder)"


class SqliteFile:
    """Reads one SQLite file; safe to use from several threads.

    Owns at most one private copy, until `close`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._wal = path.parent / f"{path.name}-wal"  # a folder such as / has no name
        self._shm = path.parent / f"{path.name}-shm"
        self._both = os.fspath(path), os.fspath(self._wal)
        self._copy: tuple[Hashable, TemporaryDirectory[str]] | None = None

    def exists(self) -> bool:
        """Whether anything is at the path."""
        return os.path.exists(self.path)

    def way(self) -> Way:
        """How the file would be read now; raises SourceError if it is not a SQLite file."""
        with _TURN:
            _LEFT.close()
            first = header(self.path)
        if first[18:20] != b"\2\2":
            return Way.PLAIN
        wal = _stamp(self._wal)
        if wal is None or wal[2] == 0:
            return Way.QUIET
        return Way.JOINED if os.path.exists(self._shm) else Way.COPIED

    def version(self) -> Hashable:
        """A token that differs after every commit; it costs two `stat`s and opens nothing.

        Commits within one tick of the file system's clock share their time, so a token of a file
        that changed just now is unlike any other: whoever compares looks once more. So it is some
        time after a WAL changed, when what was written to it is surely read.
        """
        stamps = self._stamps()
        if _TURN.acquire(blocking=False):
            _LEFT.close_idle(self.path, stamps)
            _TURN.release()
        return stamps, time.monotonic_ns() if _young(stamps) else _unsettled(stamps)

    def stamps(self) -> tuple[Hashable, bool]:
        """Times and sizes, and whether more could yet be read without other ones."""
        stamps = self._stamps()
        return stamps, _young(stamps) or _unsettled(stamps) > 0

    def identity(self) -> Hashable:
        """Which file stands at the path, whatever is in it; None if there is none."""
        stamp = _stamp(self.path)
        return stamp and stamp[0]

    def size(self) -> int:
        """Bytes of the file and its WAL; 0 if there is none."""
        return sum(stamp[2] for stamp in self._stamps() if stamp)

    def read(self, work: Callable[[sqlite3.Connection], T], *, leave: bool = False) -> T:
        """What `work` returns for one consistent state of the file; it may be called again.

        `leave` the file open where that can be done, for somebody who will soon read once more; one
        that nobody writes is left open in any case.
        Raises SourceError when the file is missing, locked, damaged, or never holds still.
        """
        with _TURN:
            found = _LEFT.read(self.path, self._stamps, work, quiet=not leave)
            if found is not None:
                return found[0]
            for attempt in range(_ATTEMPTS):
                before, way = self._stamps(), self.way()
                try:
                    result = self._attempt(work, way, before, leave=leave)
                except (sqlite3.Error, OSError) as error:
                    if attempt + 1 < _ATTEMPTS and self._moved(way, before):
                        continue
                    raise explained(self.path, error) from error
                if not self._changed(way, before):
                    return result
                _LEFT.close()
        reason = f"{self.path.name} changes faster than it can be read."
        raise SourceError(reason, hint="Try again.")

    def close(self) -> None:
        """Remove the private copy, if there is one, and close what was left open."""
        with _TURN:
            _LEFT.close()
            self._drop_copy()

    def _attempt(
        self, work: Callable[[sqlite3.Connection], T], way: Way, stamps: Stamps, *, leave: bool
    ) -> T:
        if way is Way.QUIET and _young(stamps):
            time.sleep(_TICK_NS / 1e9)
        with ExitStack() as opened:
            connection = opened.enter_context(closing(self._connect(way, stamps)))
            connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
            connection.execute("BEGIN")  # one state for all that `work` reads
            result = work(connection)
            if way is Way.QUIET or (leave and way is Way.JOINED):
                connection.rollback()
                _LEFT.leave(Left(self.path, stamps, way is Way.QUIET, connection))
                opened.pop_all()
            return result

    def _changed(self, way: Way, before: Hashable) -> bool:
        """Whether what was read may be torn; SQLite itself guards the other ways."""
        return way in {Way.QUIET, Way.COPIED} and self._stamps() != before

    def _moved(self, way: Way, before: Hashable) -> bool:
        """Whether it failed because the last program closed the file, and took its WAL away."""
        return way is not Way.PLAIN and self._stamps() != before

    def _stamps(self) -> Stamps:
        path, wal = self._both
        return _stamp(path), _stamp(wal)

    def _connect(self, way: Way, stamps: Hashable) -> sqlite3.Connection:
        path = self._copied(stamps) if way is Way.COPIED else self.path
        options = "mode=ro&immutable=1" if way is Way.QUIET else "mode=ro"
        uri = f"{path.resolve().as_uri()}?{options}"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)
        connection.text_factory = _text
        return connection

    def _copied(self, stamps: Hashable) -> Path:
        """The private copy of the file and its WAL as of `stamps`, made anew if it is older."""
        if self._copy is None or self._copy[0] != stamps:
            self._drop_copy()
            self._copy = (stamps, _copy(self.path, self._wal))
        return Path(self._copy[1].name) / self.path.name

    def _drop_copy(self) -> None:
        copy, self._copy = self._copy, None
        if copy:
            copy[1].cleanup()


def _copy(*paths: Path) -> TemporaryDirectory[str]:
    import shutil
    from tempfile import TemporaryDirectory

    folder = TemporaryDirectory(prefix="hitl-tui-")
    try:
        for path in paths:
            shutil.copyfile(path, Path(folder.name) / path.name)
    except OSError:
        folder.cleanup()
        raise
    return folder


def _text(data: bytes) -> str:
    """Text as stored; bytes that are no UTF-8 become surrogates, which `clean` makes visible."""
    return data.decode("utf-8", "surrogateescape")


def _stamp(path: Path | str) -> Stamp:
    """What tells one state of a file from another, None when there is no file."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _young(stamps: Stamps) -> bool:
    """Whether a further change could leave the same times behind."""
    newest = max((stamp[1] for stamp in stamps if stamp), default=0)
    return abs(time.time_ns() - newest) < _TICK_NS


def _unsettled(stamps: Stamps) -> int:
    """How many looks are due until what was written to the WAL is surely read."""
    wal = stamps[1]
    if wal is None or wal[2] == 0:
        return 0
    return settled.looks_due(abs(time.time_ns() - wal[1]))
