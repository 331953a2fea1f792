"""Writings of several threads that reach the disk together, in one transaction.

The first of them begins it; each does its part after the one before, and the last of those who
wait commits for all. One that is refused takes back its own part alone. Nobody returns before the
commit: what a writing promises holds for each of them.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_MOST = 64  # parts of one transaction
_PATIENCE = 0.05  # seconds after which a part sees to the commit itself: who waited may have gone


class Share:
    """One transaction; `error` is why nothing of it stands, known when it `ended`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.ended = threading.Event()
        self.error: Exception | None = None
        self.parts = 0


class Together:
    """Shares transactions among threads; `begin` opens one, `commit` ends it durably.

    `drop` closes what `begin` opened, after an error. All are called by one thread at a time.
    """

    def __init__(
        self,
        begin: Callable[[], sqlite3.Connection],
        commit: Callable[[sqlite3.Connection], None],
        drop: Callable[[], None],
    ) -> None:
        self._turn = threading.Lock()
        self._begin = begin
        self._commit = commit
        self._drop = drop
        self._share: Share | None = None
        self._counting = threading.Lock()
        self._waiting = 0

    @contextmanager
    def part(self, along: Callable[[], None] | None = None) -> Iterator[sqlite3.Connection]:
        """A part of a transaction; it stands when this returns.

        What `along` writes, in parts of its own, comes after it, and where it can in the same
        transaction.
        Raises what `begin` and `commit` raise, and what the part itself does: a sqlite3.Error of
        one part is every part's, since SQLite may have taken all of them back.
        """
        with self._own_turn():
            share = self._share = self._share or Share(self._begin())
            try:
                with _taken_back(share):
                    yield share.connection
            except sqlite3.Error as error:
                self._end(share, error)
                raise
            except BaseException:
                self._leave(share)
                raise
            share.parts += 1
            if along is None:
                self._leave(share)
        if along is not None:
            self._accompany(share, along)
        self._until_ended(share)
        if share.error is not None:
            raise share.error

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else's turn, and nothing that is not committed."""
        with self._turn:
            if self._share is not None:
                self._end(self._share)
            yield

    @contextmanager
    def _own_turn(self) -> Iterator[None]:
        with self._counting:
            self._waiting += 1
        try:
            self._turn.acquire()
        finally:
            with self._counting:
                self._waiting -= 1
        try:
            yield
        finally:
            self._turn.release()

    def _leave(self, share: Share) -> None:
        """Commit, unless another part follows."""
        if not share.parts or not self._waiting or share.parts >= _MOST:
            self._end(share)

    def _accompany(self, share: Share, along: Callable[[], None]) -> None:
        """Do what belongs into the same commit, and see to that."""
        try:
            along()
        finally:
            if not share.ended.is_set():
                with self.alone():
                    pass

    def _until_ended(self, share: Share) -> None:
        while not share.ended.wait(_PATIENCE):
            with self.alone():
                pass

    def _end(self, share: Share, error: Exception | None = None) -> None:
        """Commit what the parts wrote, or tell all of them why nothing of it stands."""
        self._share = None
        share.error = error or sqlite3.OperationalError("it was cut off at its end")
        try:
            if error is None and share.parts:
                self._commit(share.connection)
            share.error = error
        except (sqlite3.Error, OSError) as fault:
            share.error = fault
        finally:
            with suppress(sqlite3.Error):
                share.connection.rollback()  # does nothing after a commit
            if share.error is not None:
                self._drop()
            share.ended.set()


@contextmanager
def _taken_back(share: Share) -> Iterator[None]:
    """What is raised within takes back this part; the first is the whole transaction so far."""
    if not share.parts:
        yield
        return
    share.connection.execute("SAVEPOINT part")
    try:
        yield
    except sqlite3.Error:
        raise
    except BaseException:
        share.connection.execute("ROLLBACK TO part")
        share.connection.execute("RELEASE part")
        raise
    share.connection.execute("RELEASE part")
