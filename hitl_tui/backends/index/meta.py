"""What an index says of itself: whose it is, and up to which state of the source it is right."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from hitl_tui.backends.encoded import stored
from hitl_tui.backends.index.schema import MADE_BY


class Meta(NamedTuple):
    """The row of `meta`; see `schema.TABLES`."""

    made_by: str
    source: str
    file: str
    complete: int
    serial: int
    born: int
    cursor: str
    marks: str
    stamps: str
    checkpoints: int
    writes: int
    orphans: str
    swept: int
    count_seconds: float
    read_at: str

    @property
    def is_ours(self) -> bool:
        """Whether this version of ours made it."""
        return self.made_by == MADE_BY

    @property
    def is_empty(self) -> bool:
        """Whether a build has just begun: it holds no thread yet."""
        return not (self.complete or self.cursor or self.checkpoints or self.writes)


def read_meta(connection: sqlite3.Connection) -> Meta | None:
    """What the index says; None if it is empty, or of a version with other columns."""
    try:
        found = connection.execute("SELECT * FROM meta")
    except sqlite3.OperationalError:
        if not list(connection.execute("PRAGMA table_info(meta)")):
            return None
        raise
    if tuple(column[0] for column in found.description) != Meta._fields:
        return None
    row = found.fetchone()
    return Meta(*row) if row else None


def write_meta(connection: sqlite3.Connection, values: dict[str, object]) -> None:
    """Change some of it."""
    names = ", ".join(f"{name} = {bound(value)}" for name, value in values.items())
    connection.execute(f"UPDATE meta SET {names}", list(map(bindable, values.values())))


def bound(value: object) -> str:
    """How SQL takes a value: texts come as bytes, because they need not be valid UTF-8."""
    return "CAST(? AS TEXT)" if isinstance(value, str) else "?"


def bindable(value: object) -> object:
    """A value as SQLite can take it."""
    return stored(value) if isinstance(value, str) else value
