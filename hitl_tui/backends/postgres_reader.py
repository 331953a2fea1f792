"""Reads a Postgres database: each reading one read-only transaction that sees one moment.

A connection of our own keeps its settings and its statements' plans. One that a pooler shares with
others must not: what it is told holds for a transaction, and each statement is planned anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from hitl_tui.backends.postgres_system import system_of
from hitl_tui.backends.postgres_tables import WHERE, checked
from hitl_tui.database import Address, Unreachable, is_lost
from hitl_tui.errors import SourceError

if TYPE_CHECKING:
    from hitl_tui.database import Connection

T = TypeVar("T")

_PLANNING = ("enable_seqscan", "enable_bitmapscan", "enable_hashagg", "jit")
"""What is off. A slice of threads is read in the order of an index and stops at its end, whatever
statistics say: after a first filling they are old."""

_KEPT = {
    **dict.fromkeys(_PLANNING, "off"),
    "default_transaction_read_only": "on",
    "plan_cache_mode": "force_generic_plan",
}
"""What a connection of our own is told for good. How we ask does not depend on what is asked for,
so a statement's plan holds for all that it will be."""
_OPTIONS = " ".join(f"-c {name}={value}" for name, value in _KEPT.items())

_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_SHARED = "; ".join([_BEGIN, *(f"SET LOCAL {name} = off" for name in _PLANNING)])
_SETTLE = f"""
SELECT set_config(name, value, false)
FROM (VALUES {", ".join(map(str, _KEPT.items()))}) AS s (name, value)
WHERE pg_backend_pid() = %s
"""
"""For a connection of our own: a pooler tells a number that is not the process's."""

_SETTLED_AT = 4  # times that a connection is used: whoever looks once has nothing of it
_PREPARED_AFTER = 1  # times that a statement was asked
_ATTEMPTS = 3
_GRANT = "GRANT SELECT ON checkpoints, checkpoint_blobs, checkpoint_writes TO … is enough to look."


class PostgresReader:
    """Lends connections to one database; safe to use from several threads.

    A connection that was lost while nobody used it is replaced without a word.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._idle: list[Connection] = []
        self._guard = threading.Lock()
        self._path: str | None = None
        self._system: str | None = None
        self._closed = False
        self._used: WeakKeyDictionary[Connection, int] = WeakKeyDictionary()
        self._keeps = True
        self._begins_with: str | None = None
        self._ahead: Future[Connection] | None = None

    @property
    def name(self) -> str:
        """What the database is called; untrusted."""
        return self._address.name

    @property
    def key(self) -> str:
        """Which database, read as whom; not a secret."""
        return self._address.key

    def begin(self) -> None:
        """Make a connection for whoever reads first, while that one does something else."""
        with self._guard:
            if self._idle or self._ahead is not None or self._closed:
                return
            ahead = self._ahead = Future()
        threading.Thread(target=self._fulfil, args=[ahead], name="connecting", daemon=True).start()

    def read(self, work: Callable[[Connection], T]) -> T:
        """What `work` returns for one moment of the database; it may be called again.

        Raises SourceError when the database cannot be reached, or does not let itself be read.
        """
        return self._attempted(partial(self._read, work=work))

    def read_once(self, work: Callable[[Connection], T]) -> T:
        """The same as `read` for one statement, which sees one moment by itself."""
        return self._attempted(partial(self._read_once, work=work))

    def glance(self, work: Callable[[Connection], T]) -> T:
        """The same for one statement that reads no table: any way to read it is as good."""
        return self._attempted(work)

    def _attempted(self, work: Callable[[Connection], T]) -> T:
        import psycopg

        # what a connection was told is no more, or a table is another
        stale = (
            psycopg.errors.InvalidSqlStatementName,
            psycopg.errors.DuplicatePreparedStatement,
            psycopg.errors.FeatureNotSupported,
        )
        for attempt in range(_ATTEMPTS):
            lost = False
            is_last = attempt + 1 == _ATTEMPTS
            try:
                with self._lent() as connection:
                    try:
                        self._settle(connection)
                        return work(connection)
                    except psycopg.Error as error:
                        lost = is_lost(error, connection)
                        raise
            except Unreachable as error:
                raise SourceError(f"{self.name} cannot be reached: {error}.") from error
            except psycopg.Error as error:
                moved_on = isinstance(error, psycopg.errors.SerializationFailure)  # a replica
                is_stale = isinstance(error, stale)
                self._keeps = self._keeps and not is_stale
                if is_last or not (lost or moved_on or is_stale):
                    raise self._explained(error) from error
                self._drop()
        raise AssertionError("the last attempt returns or raises")

    def path(self, connection: Connection) -> str:
        """SQL for a write's task path; looks at the tables once, and again after a failure."""
        if self._path is None:
            self._path = checked(connection)
        return self._path

    def system(self, connection: Connection) -> str:
        """Tells the server from others, "" where this role may not know; asked as `path` is."""
        if self._system is None:
            self._system = system_of(connection)
        return self._system

    def ask(self, sql: str) -> str:
        """A word of the database about itself."""
        return self.glance(lambda c: str((c.execute(sql).fetchone() or [""])[0]))

    def close(self) -> None:
        """Close the connections that nobody uses now, and the others when they are done."""
        self._closed = True
        with self._guard:
            ahead, self._ahead = self._ahead, None
        if ahead is not None:
            ahead.add_done_callback(_close)
        self._drop()

    def _drop(self) -> None:
        with self._guard:
            idle, self._idle = self._idle, []
        for connection in idle:
            with suppress(Exception):
                connection.close()

    def _settle(self, connection: Connection) -> None:
        """Have a connection that is used often keep what it is told, if it is ours alone."""
        used = self._used[connection] = self._used.get(connection, 0) + 1
        if used != _SETTLED_AT or not self._keeps:
            return
        if connection.execute(_SETTLE, [connection.info.backend_pid]).fetchall():
            connection.prepare_threshold = _PREPARED_AFTER

    def _read(self, connection: Connection, work: Callable[[Connection], T]) -> T:
        connection.execute(_BEGIN if _is_told(connection) else _SHARED)
        result = work(connection)
        connection.execute("COMMIT")
        return result

    def _read_once(self, connection: Connection, work: Callable[[Connection], T]) -> T:
        return work(connection) if _is_told(connection) else self._read(connection, work)

    def _connect(self) -> Connection:
        """A connection that begins with our settings, unless a pooler refused that."""
        if self._begins_with is not None:
            return self._address.connect(self._begins_with)
        try:
            connection, taken = self._address.connect(_OPTIONS), _OPTIONS
        except Unreachable as error:
            if not error.refused:
                raise
            connection, taken = self._address.connect(), ""
        self._begins_with = taken
        return connection

    def _fulfil(self, ahead: Future[Connection]) -> None:
        try:
            ahead.set_result(self._connect())
        except BaseException as error:  # noqa: BLE001 - raised where the connection is needed
            ahead.set_exception(error)

    @contextmanager
    def _lent(self) -> Iterator[Connection]:
        with self._guard:
            connection = self._idle.pop() if self._idle else None
            ahead, self._ahead = (None, self._ahead) if connection else (self._ahead, None)
        connection = connection or (ahead.result() if ahead else self._connect())
        try:
            yield connection
        except BaseException:
            self._path = self._system = None
            connection.close()
            raise
        with self._guard:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def _explained(self, error: Exception) -> SourceError:
        """The database's error in people's words."""
        from psycopg import errors

        words = self._address.words(error)
        hint = ""
        if isinstance(error, errors.QueryCanceled):
            hint = "Its statement_timeout is shorter than reading takes; raise it for this role."
        elif isinstance(error, errors.InsufficientPrivilege):
            hint = _GRANT
        elif isinstance(error, (errors.UndefinedTable, errors.UndefinedColumn)):
            hint = WHERE
        return SourceError(f"{self.name}: {words}.", hint=hint)


def _close(ahead: Future[Connection]) -> None:
    """Close a connection that nobody needs any more."""
    if ahead.exception() is None:
        ahead.result().close()


def _is_told(connection: Connection) -> bool:
    """Whether it goes by our settings: servers report one of them by themselves."""
    told = connection.info.parameter_status("default_transaction_read_only")
    return connection.prepare_threshold is not None or told == "on"
