"""One connection of the journal to its database, and what passes over it.

Statements come as SQLite writes them, `?` and `:name`; texts without what Postgres cannot hold.
The times in `_LEASE` and `_UNTIL` are the database's there, and this host's here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import psycopg

from hitl_tui.journal.clock import ticking
from hitl_tui.journal.postgres_schema import KEYS

if TYPE_CHECKING:
    from hitl_tui.database import Address, Connection
    from hitl_tui.journal.store import Values

_CLOCK = "SELECT extract(epoch FROM clock_timestamp())::float8"
_MINUTE = 60.0  # seconds after which the clocks are compared again
_NEAR = 0.5  # seconds: clocks that agree so well need no other time for a claim or a snooze
_LEASE = "lease_until"  # seconds since the epoch
_UNTIL = ("until", "now")  # ISO 8601, of claims and snoozes; empty for none


class Session:
    """A connection that is made when it is needed; to be used by who holds `lock`."""

    def __init__(self, address: Address) -> None:
        self.lock = threading.RLock()
        self.connection: Connection | None = None
        self._address = address
        self._ahead = self._compared = self._apart = 0.0

    def opened(self, prepare: Callable[[Connection], None] = lambda connection: None) -> Connection:
        """The connection; a new one is first prepared. Raises Unreachable and psycopg.Error."""
        connection = self.connection
        if connection is None or connection.closed:
            connection = self._address.connect()
            try:
                prepare(connection)
            except BaseException:
                connection.close()
                raise
            self.connection, self._compared = connection, 0.0
        if not self._compared or ticking() - self._compared > _MINUTE:
            self._compare(connection)
        return connection

    def drop(self) -> None:
        """Close the connection."""
        connection, self.connection = self.connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                connection.close()

    def ours(self, cursor: psycopg.Cursor[tuple[Any, ...]]) -> list[dict[str, Any]]:
        """What a statement found, its times in this host's."""
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
        is_timed = not {_LEASE, *_UNTIL}.isdisjoint(names)
        return [self._moved(row, -1) for row in rows] if is_timed else rows

    def theirs(self, values: Values) -> Sequence[object] | dict[str, object]:
        """Values as the database can hold them, the times that are named in its own."""
        return texts(self._moved(dict(values), 1) if isinstance(values, Mapping) else values)

    def _moved(self, row: dict[str, Any], sign: int) -> dict[str, Any]:
        """Setting the wall clock does not matter: it is read again at each conversion."""
        ahead = self._ahead + ticking() - time.time()
        if row.get(_LEASE) is not None:
            row[_LEASE] += sign * ahead
        if abs(ahead - self._apart) > _NEAR:  # else what is read stays the same at each reading
            self._apart = ahead
        for name in _UNTIL:
            if self._apart and row.get(name):
                row[name] = _later(row[name], sign * self._apart)
        return row

    def _compare(self, connection: Connection) -> None:
        """Learn how far the database's clock is ahead of the one of this host that nobody sets."""
        before = ticking()
        row = connection.execute(_CLOCK).fetchone()
        self._compared = ticking()
        self._ahead = float(row[0]) - (before + self._compared) / 2 if row else 0.0


def _later(time: str, seconds: float) -> str:
    """A time so much later; one at the end of all calendars stays where it is."""
    try:
        return (datetime.fromisoformat(time) + timedelta(seconds=seconds)).isoformat()
    except OverflowError:
        return time


class Writing:
    """The `Transaction` that a session is in."""

    def __init__(self, connection: Connection, session: Session) -> None:
        self._connection = connection
        self._session = session

    def query(self, sql: str, values: Values = ()) -> list[dict[str, Any]]:
        """The rows of a statement."""
        return self._session.ours(self.execute(sql, values))

    def execute(self, sql: str, values: Values = ()) -> psycopg.Cursor[tuple[Any, ...]]:
        """Do a statement."""
        return self._connection.execute(portable(sql), self._session.theirs(values))

    def table(self, name: str) -> _Table:
        """A table by its name."""
        return _Table(self, name)


class _Table:
    def __init__(self, writing: Writing, name: str) -> None:
        self._writing = writing
        self._name = name

    def insert(self, row: dict[str, Any], *, replace: bool = False) -> object:
        """Add a row; with `replace`, in the place of the one of the same primary key."""
        columns, values = ", ".join(row), ", ".join(f":{name}" for name in row)
        sql = f"INSERT INTO {self._name} ({columns}) VALUES ({values})"
        if replace:
            keys = KEYS[self._name]
            new = ", ".join(f"{name} = excluded.{name}" for name in row if name not in keys)
            sql += f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {new}"
        return self._writing.execute(sql, row)


@cache
def portable(sql: str) -> str:
    """A statement as psycopg takes it; its texts hold no sign that stands for a value."""
    import re

    named = re.sub(r"(?<![:\w]):([a-z_]+)", r"%(\1)s", sql)
    return named.replace("?", "%s")


def texts(values: Values) -> Sequence[object] | dict[str, object]:
    """Values without NUL and lone surrogates, which no text of the database can hold."""
    if isinstance(values, Mapping):
        return {key: _text(value) for key, value in values.items()}
    return [_text(value) for value in values]


def _text(value: object) -> object:
    if not isinstance(value, str):
        return value
    return value.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
