"""LangGraph's SQLite checkpointer, for both kinds of graphs, held open between runs."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import quote

from langgraph.checkpoint.sqlite import SqliteSaver

from .failures import Refused
from .fence import Fence

_BUSY = 10.0  # seconds to wait for another writer


class Saver(SqliteSaver):
    """The stock saver with async methods: a worker runs one thread, nobody waits for its loop.

    It changes nothing in the file until `prepare`, so that a run can be refused without a trace.
    `failure` is the last error of a write: after one nobody knows what the node did. `fence` is
    asked, once, when a run reads the checkpoint that it goes on from.
    """

    failure: sqlite3.Error | None = None
    fence: Fence | None = None

    def setup(self) -> None:
        """Look whether the file is of before `task_path` existed, and leave it as it is."""
        if not self.is_setup:
            columns = [row[1] for row in self.conn.execute("PRAGMA table_info(writes)")]
            self._has_task_path = "task_path" in columns

    def prepare(self) -> None:
        """Let LangGraph make or migrate its tables, as it does before every run.

        SQLite does not wait when two processes turn a new file to WAL at once, so we do.
        """
        end = time.monotonic() + _BUSY
        while not self.is_setup:
            self._has_task_path = True
            try:
                super().setup()
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > end:
                    raise
                time.sleep(0.01)

    def try_to_write(self) -> None:
        """Raise sqlite3.Error if the file cannot be written now; nothing is.

        Beginning tells that it is not locked; a deletion of nothing, that it is not read-only.
        """
        with self.lock, self.conn:
            self.conn.execute("BEGIN IMMEDIATE")
            self.conn.execute("DELETE FROM writes WHERE 0")

    def get_tuple(self, config: Any) -> Any:
        """As the stock one; raises Refused if the run that reads may not go on from there."""
        found = super().get_tuple(config)
        if self.fence is not None:
            fence, self.fence = self.fence, None
            with self.cursor(transaction=False) as cursor:
                fence.check(cursor)
        return found

    @contextmanager
    def cursor(self, transaction: bool = True) -> Iterator[sqlite3.Cursor]:
        """As the stock one; remembers a write that failed."""
        try:
            with super().cursor(transaction) as cursor:
                yield cursor
        except sqlite3.Error as error:
            if transaction:
                self.failure = error
            raise

    async def aget_tuple(self, config: Any) -> Any:
        """The stock method, at once; so are the others below."""
        return self.get_tuple(config)

    async def alist(self, config: Any, **options: Any) -> AsyncIterator[Any]:
        """See `list`."""
        for found in self.list(config, **options):
            yield found

    async def aput(self, *args: Any) -> Any:
        """See `put`."""
        return self.put(*args)

    async def aput_writes(self, *args: Any) -> None:
        """See `put_writes`."""
        self.put_writes(*args)

    async def adelete_thread(self, thread_id: str) -> None:
        """See `delete_thread`."""
        self.delete_thread(thread_id)

    async def aget_delta_channel_history(self, **options: Any) -> Any:
        """See `get_delta_channel_history`."""
        return self.get_delta_channel_history(**options)


class Savers:
    """The saver of the last source, opened again only if the file was replaced."""

    def __init__(self) -> None:
        self._held: tuple[str, tuple[int, int] | None, Saver] | None = None

    def of(self, source: str, *, create: bool) -> Saver:
        """The saver of a file; Refused if it is missing and may not be created."""
        if not create and not os.path.exists(source):
            raise Refused("source", f"{source} does not exist.")
        if self._held and self._held[:2] == (source, identity_of(source)):
            return self._held[2]
        self._forget()
        saver = _open(source, create=create)
        self._held = (source, identity_of(source), saver)
        return saver

    def _forget(self) -> None:
        if self._held:
            with closing(self._held[2].conn):
                self._held = None


def _open(source: str, *, create: bool) -> Saver:
    uri = f"file:{quote(source)}?mode={'rwc' if create else 'rw'}"
    try:
        connection = sqlite3.connect(uri, uri=True, timeout=_BUSY, check_same_thread=False)
    except sqlite3.Error as error:
        raise Refused("source", f"{source} cannot be opened: {error}.") from error
    return Saver(connection)


def identity_of(source: str) -> tuple[int, int] | None:
    """What tells a file from another one in its place; None if there is none."""
    try:
        status = os.stat(source)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
