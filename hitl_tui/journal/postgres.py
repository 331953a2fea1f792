"""The journal in a Postgres database, in a schema of its own: shared by operators on any machine.

A writing begins by raising the one row of `state`, so writers take turns, and all that follows
sees what the one before wrote. Leases, claims and snoozes are counted by the database's clock: what
is kept is its time, what is read is ours.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg import errors

from hitl_tui.database import Address, Unreachable, is_lost
from hitl_tui.errors import JournalError, SourceError
from hitl_tui.journal.postgres_schema import SCHEMA, is_there, prepare
from hitl_tui.journal.postgres_session import Session, Writing, portable

if TYPE_CHECKING:
    from hitl_tui.database import Connection
    from hitl_tui.journal.store import Transaction, Values

T = TypeVar("T")

_READING = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = {SCHEMA}"
_WRITING = f"""
BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL search_path = {SCHEMA};
SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '10s';
SET LOCAL synchronous_commit = on
"""
"""Each statement sees what was committed before it: whoever waited its turn sees all before it. An
operator who is stopped in the middle of a writing must not stop all others for ever."""

_TURN = "UPDATE state SET revision = revision + 1"
_XID = "SELECT pg_current_xact_id()::text"
_FATE = "SELECT pg_xact_status(%s::text::xid8)"
_ATTEMPTS = 5
_PAUSE = 0.5  # seconds between two attempts to learn what became of a commit
_HINTS = {
    errors.ReadOnlySqlTransaction: "It is a replica, or may only be read: connect where it is"
    " written, or look with --read-only.",
    errors.InsufficientPrivilege: "Nothing is sent without it: let this role make a schema, or"
    f" CREATE SCHEMA {SCHEMA} AUTHORIZATION it, or look with --read-only.",
    errors.LockNotAvailable: "Another operator's program has been writing for long: try again.",
}


class PostgresStore:
    """The `Store` in a database; safe to use from several threads.

    Owns a connection to read and one to write, each made when it is needed, and again when lost.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._reader, self._writer = Session(address), Session(address)
        self._is_made = False

    def exists(self) -> bool:
        """Whether anybody ever wrote to the journal."""
        return self._read(is_there)

    def version(self) -> Hashable:
        """A cheap token that differs when anybody wrote to the journal: one number."""
        rows = self.read("SELECT revision FROM state WHERE id = 1")
        return rows[0]["revision"] if rows else None

    def read(self, sql: str, values: Values = ()) -> list[dict[str, Any]]:
        """The rows of one statement."""
        return self._read(lambda connection: self._rows(connection, sql, values))

    def remembered(self, name: Hashable, read: Callable[[], T]) -> T:
        """It is read: asking whether anybody wrote takes as long."""
        return read()

    def reads(self, *statements: str) -> list[list[dict[str, Any]]]:
        """The rows of several statements, all of one moment."""
        return self._read(lambda connection: [self._rows(connection, sql) for sql in statements])

    @contextmanager
    def writing(self, along: Callable[[], None] | None = None) -> Iterator[Transaction]:
        """One transaction; nobody else writes between its checks and its writes.

        What it wrote stands when this returns, also if the connection was lost at its very end.
        """
        with self._writer.lock:
            try:
                connection, xid = self._begun()
                try:
                    yield Writing(connection, self._writer)
                except BaseException:
                    with suppress(psycopg.Error):
                        connection.execute("ROLLBACK")
                    raise
                self._commit(connection, xid)
            except (Unreachable, psycopg.Error) as error:
                self._writer.drop()
                raise self._unusable(error) from error
        if along is not None:
            along()

    def close(self) -> None:
        """Close the connections; it can be used again afterwards."""
        for session in (self._reader, self._writer):
            with session.lock:
                session.drop()

    def _read(self, work: Callable[[Connection], T]) -> T:
        """What `work` returns for one moment; once more if the connection had been lost."""
        with self._reader.lock:
            for is_last in (False, True):
                try:
                    return _at_once(self._reader.opened(), work)
                except (Unreachable, psycopg.Error) as error:
                    lost = is_lost(error, self._reader.connection)
                    self._reader.drop()
                    if is_last and lost:
                        raise self._out_of_reach(error) from error
                    if not lost:
                        raise self._unusable(error) from error
        raise AssertionError("the last attempt returns or raises")

    def _begun(self) -> tuple[Connection, str]:
        """A transaction whose turn it is; begun once more if the connection had been lost."""
        for is_last in (False, True):
            fresh = self._writer.connection is None
            try:
                connection = self._writer.opened(prepare)
                connection.execute(_WRITING)
                connection.execute(_TURN)
                return connection, _word(connection, _XID)
            except psycopg.Error as error:
                lost = is_lost(error, self._writer.connection)
                self._writer.drop()
                if is_last or fresh or not lost:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _rows(self, connection: Connection, sql: str, values: Values = ()) -> list[dict[str, Any]]:
        """Rows as dicts; none where the journal was not made yet."""
        self._is_made = self._is_made or is_there(connection)
        if not self._is_made:
            return []
        return self._reader.ours(connection.execute(portable(sql), self._reader.theirs(values)))

    def _commit(self, connection: Connection, xid: str) -> None:
        """Commit; if the connection is lost just then, find out what became of it."""
        try:
            connection.execute("COMMIT")
        except psycopg.Error as error:
            if not is_lost(error, connection) or self._fate(xid) != "committed":
                raise

    def _fate(self, xid: str) -> str:
        """What became of a transaction: "committed", "aborted", or "" if nobody can tell now."""
        for attempt in range(_ATTEMPTS):
            time.sleep(_PAUSE if attempt else 0)
            self._writer.drop()
            with suppress(Unreachable, psycopg.Error):
                fate = _word(self._writer.opened(), _FATE, [xid])
                if fate != "in progress":
                    return fate
        return ""

    def _out_of_reach(self, error: Exception) -> SourceError:
        """The journal is in the source: who reads it is told the same of both."""
        words = str(error) if isinstance(error, Unreachable) else self._address.words(error)
        return SourceError(f"{self._address.name} cannot be reached: {words}.")

    def _unusable(self, error: Exception) -> JournalError:
        self._is_made = False
        hints = [hint for kind, hint in _HINTS.items() if isinstance(error, kind)]
        words = str(error) if isinstance(error, Unreachable) else self._address.words(error)
        message = f"The journal in {self._address.name}: {words}."
        return JournalError(message, hint=(hints or ["Nothing is sent without it."])[0])


def _at_once(connection: Connection, work: Callable[[Connection], T]) -> T:
    connection.execute(_READING)
    try:
        result = work(connection)
    except BaseException:
        with suppress(psycopg.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return result


def _word(connection: Connection, sql: str, values: Sequence[object] = ()) -> str:
    row = connection.execute(sql, values).fetchone()
    return str(row[0]) if row else ""
