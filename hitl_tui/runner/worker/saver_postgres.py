"""LangGraph's Postgres checkpointer, as a worker uses it; see `Savers`.

A source is `postgresql:` and what libpq understands. It may hold a password, and is never told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from langgraph.checkpoint.postgres import PostgresSaver
from psycopg.rows import dict_row

from .failures import Refused
from .fence import Fence, Row
from .saver import POSTGRES, AtOnce

_HEAD = (
    "SELECT checkpoint_id FROM checkpoints WHERE thread_id = %s AND checkpoint_ns = ''"
    " ORDER BY checkpoint_id DESC LIMIT 1"
)
_ROWS = (
    "SELECT idx, type, blob FROM checkpoint_writes"
    " WHERE thread_id = %s AND checkpoint_ns = '' AND checkpoint_id = %s AND task_id = %s"
)
_TABLES = ("checkpoints", "checkpoint_blobs", "checkpoint_writes")
_OLD = "Let its PostgresSaver.setup() bring them up to date."


class Saver(AtOnce, PostgresSaver):
    """The stock saver on one connection; it changes nothing in the database until `prepare`."""

    errors = psycopg.Error
    MIGRATES = False
    REPLACED = psycopg.OperationalError("their database was replaced")
    failure: Exception | None = None
    fence: Fence | None = None
    may_create = False

    def __init__(self, connection: Any, source: str) -> None:
        super().__init__(connection)
        self._connection = connection
        self._source = source

    def identity(self) -> object:
        """A connection stays with its database."""
        return self._source

    def is_of(self, source: str) -> bool:
        """Whether the connection leads to `source` and still lives."""
        if source != self._source or self._connection.closed:
            return False
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        """Close the connection."""
        with suppress(psycopg.Error):
            self._connection.close()

    def prepare(self) -> None:
        """Let LangGraph make its tables for a first thread; older ones are left as they are.

        Unlike a file's, its own tool does not bring them up to date before every run: whoever owns
        the database decides when. Refused if this saver could not write them.
        """
        made = self._connection.execute("SELECT to_regclass('checkpoints') AS t").fetchone()
        if made["t"] is None and self.may_create:
            self.setup()
        row = self._connection.execute("SELECT max(v) AS v FROM checkpoint_migrations").fetchone()
        newest = len(self.MIGRATIONS) - 1
        if row["v"] is None or row["v"] < newest:
            message = f"The checkpointer's tables are of version {row['v']}, not {newest}."
            raise Refused("source", message, _OLD)

    def try_to_write(self) -> None:
        """Raise psycopg.Error if nothing can be written now; nothing is.

        A replica and a role that may only read are told so.
        """
        for table in _TABLES:
            sql = f"INSERT INTO {table} SELECT * FROM {table} WHERE false"
            self._connection.execute(sql)

    def get_tuple(self, config: Any) -> Any:
        """As the stock one; raises Refused if the run that reads may not go on from there."""
        found = super().get_tuple(config)
        if self.fence is not None:
            fence, self.fence = self.fence, None
            self.compare(fence)
        return found

    def compare(self, fence: Fence) -> None:
        """Refused if the thread is not as it was seen."""
        with self._cursor() as cursor:
            key = fence.thread_id
            row = cursor.execute(_HEAD, [key]).fetchone()
            head = row["checkpoint_id"] if row else None
            fence.check(head, lambda task: _rows(cursor, [key, head, task]))

    @contextmanager
    def _cursor(self, *, pipeline: bool = False) -> Iterator[Any]:
        """As the stock one; remembers a write that failed: those, and only those, are piped."""
        try:
            with super()._cursor(pipeline=pipeline) as cursor:
                yield cursor
        except psycopg.Error as error:
            if pipeline:
                self.failure = error
            raise


def _rows(cursor: Any, key: list[Any]) -> list[Row]:
    found = cursor.execute(_ROWS, key).fetchall()
    return [(row["idx"], row["type"], row["blob"]) for row in found]


def demand(source: str, *, create: bool) -> None:
    """Whether the database is there shows when it is opened."""


def opened(source: str, *, create: bool) -> Saver:
    """A saver on a connection of its own; Refused if none can be made."""
    try:
        connection = psycopg.connect(
            source.removeprefix(POSTGRES),
            autocommit=True,
            prepare_threshold=0,
            row_factory=dict_row,
        )
    except psycopg.Error as error:
        raise Refused(
            "source", f"The database cannot be reached: {error}. Nothing was sent."
        ) from error
    saver = Saver(connection, source)
    saver.may_create = create
    return saver
