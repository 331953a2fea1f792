"""Has a second process read the later threads of a file, while a build reads the earlier ones.

It writes nothing, and ends with whoever started it: what it reads goes into a pipe that is then
closed. Where it cannot be started, or fails, the build goes on alone: what it could not read is
then read here, and said here.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from queue import Empty, Queue
from threading import Thread
from typing import IO, TYPE_CHECKING

from hitl_tui.backends.index.batch import TOGETHER, Batch
from hitl_tui.backends.index.part import ask_for, received
from hitl_tui.backends.sqlite_file import Way
from hitl_tui.backends.tables import Tables

if TYPE_CHECKING:
    from types import TracebackType

    from hitl_tui.backends.sqlite_file import SqliteFile

_AHEAD = 2 * TOGETHER  # batches that are kept until they are written
_WORTH = 50_000_000  # bytes of a file that take longer than starting a process does
_STARTING = 16_000_000  # bytes of a file that are read in that time, by one of two
_OURS = 0.38  # of all other threads: who reads these writes all

_AT = """
SELECT CAST(thread_id AS TEXT) FROM checkpoints
WHERE checkpoint_ns = '' AND typeof(thread_id) = 'text' ORDER BY thread_id LIMIT 1 OFFSET ?
"""


class Second:
    """One such process, which reads all threads after `after`; owns it while it is entered."""

    def __init__(self, command: Sequence[str], after: str) -> None:
        self._command = command
        self.after = after
        self.has_failed = False
        self._batches: Queue[Batch | None] = Queue(_AHEAD)
        self._process: subprocess.Popen[bytes] | None = None
        self._receiver: Thread | None = None

    def __enter__(self) -> Second | None:
        """None if it cannot be started."""
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(
                self._command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
            )
        except OSError:
            return None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError), self._process.stdin as told:
            ask_for(self.after, told)
        self._receiver = Thread(target=self._receive, args=[self._process.stdout], daemon=True)
        self._receiver.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it, whatever it is at."""
        if self._process is None or self._receiver is None:
            return
        self._process.kill()
        self._process.wait()
        while self._receiver.is_alive():
            with suppress(Empty):
                self._batches.get(timeout=0.05)

    def batches(self, most: int, *, wait: bool) -> list[Batch]:
        """The next threads; none if there are none yet, or it failed. The last batch is empty."""
        found: list[Batch] = []
        with suppress(Empty):
            while len(found) < most:
                batch = self._batches.get(block=wait and not found)
                self.has_failed = batch is None
                if batch is None:
                    break
                found.append(batch)
                if batch.last is None:
                    break
        return found

    @classmethod
    @contextmanager
    def helping(cls, command: Sequence[str], file: SqliteFile) -> Iterator[Second | None]:
        """One for a file whose index is empty; None where it is not worth it, or not possible."""
        is_worth_it = command and _is_worth_it(file)
        after = file.read(partial(_after, share=_share(file.size()))) if is_worth_it else ""
        if not after:
            yield None
            return
        with cls(command, after) as second:
            yield second

    def _receive(self, pipe: IO[bytes]) -> None:
        try:
            with pipe:
                for batch in received(pipe):
                    self._batches.put(batch)
        finally:
            self._batches.put(None)  # whoever waits for more is told that it failed


def _is_worth_it(file: SqliteFile) -> bool:
    is_free = (os.cpu_count() or 1) > 1
    return is_free and file.size() >= _WORTH and file.way() is not Way.COPIED


def _share(size: int) -> float:
    """Our own part of a file of so many bytes, which we read while the other one starts."""
    return min(1.0, _OURS + _STARTING / max(1, size))


def _after(connection: sqlite3.Connection, share: float) -> str:
    """The last thread of our own part; "" if that is not to be told."""
    Tables(connection)  # refuses a database that is no checkpointer
    (rows,) = connection.execute(
        "SELECT count(*) FROM checkpoints WHERE checkpoint_ns = ''"
    ).fetchone()
    row = connection.execute(_AT, [int(rows * share)]).fetchone()
    return row[0] if row else ""
