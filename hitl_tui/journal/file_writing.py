"""A transaction of the journal's file, as its parts use one."""

from __future__ import annotations

import sqlite3
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hitl_tui.journal.store import Values


class Writing:
    """The `Transaction` that a connection is in."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def query(self, sql: str, values: Values = ()) -> list[dict[str, Any]]:
        """The rows of a statement."""
        return rows(self._connection.execute(sql, values))

    def execute(self, sql: str, values: Values = ()) -> sqlite3.Cursor:
        """Do a statement."""
        return self._connection.execute(sql, values)

    def table(self, name: str) -> _Table:
        """A table by its name."""
        return _Table(self._connection, name)


class _Table:
    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self._name = name

    def insert(self, row: dict[str, Any], *, replace: bool = False) -> object:
        """Add a row; with `replace`, in the place of the one of the same primary key."""
        return self._connection.execute(_insert(self._name, tuple(row), replace), row)


@cache
def _insert(table: str, columns: tuple[str, ...], replace: bool) -> str:
    verb = "INSERT OR REPLACE" if replace else "INSERT"
    values = ", ".join(f":{name}" for name in columns)
    return f"{verb} INTO {table} ({', '.join(columns)}) VALUES ({values})"


def rows(cursor: sqlite3.Cursor) -> list[dict[str, Any]]:
    """What a statement found."""
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor]
