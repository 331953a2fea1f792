"""Threads in a Postgres database that LangGraph's PostgresSaver writes.

Its tables are only ever read here, over read-only transactions; a graph that runs, in a worker of
the pool, writes them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from hitl_tui.backends.history import asked_before
from hitl_tui.backends.local_backend import LocalBackend
from hitl_tui.backends.local_runs import AnyPool
from hitl_tui.backends.postgres_looks import WeighedDatabase
from hitl_tui.backends.postgres_queue import PostgresQueue
from hitl_tui.backends.postgres_reader import PostgresReader
from hitl_tui.backends.postgres_tables import PostgresTables
from hitl_tui.backends.summaries import whole
from hitl_tui.backends.words import Describe, undescribed
from hitl_tui.database import Address
from hitl_tui.errors import ThreadNotFound
from hitl_tui.model.threads import Asked, Thread

if TYPE_CHECKING:
    from hitl_tui.backends.caching import Caching
    from hitl_tui.database import Connection

T = TypeVar("T")

_ROLE = "SELECT current_user || CASE WHEN pg_is_in_recovery() THEN ', on a replica' ELSE '' END"
_PRESENT = "SELECT count(*) FROM (SELECT to_regclass('checkpoints') AS t) x WHERE t IS NOT NULL"


class PostgresBackend(LocalBackend):
    """The `Backend` of one database; safe to use from several threads.

    `pool` runs the graphs; without one, nothing can be run. With `create` a database without a
    checkpointer's tables counts as one without threads, for a run that will make them.
    """

    def __init__(
        self,
        address: Address,
        pool: AnyPool = None,
        *,
        create: bool = False,
        caching: Caching | None = None,
        describe: Describe = undescribed,
    ) -> None:
        super().__init__(pool, f"postgresql:{address.resolved()}")
        self._create = create
        self._reader = PostgresReader(address)
        self._weighed = WeighedDatabase(self._reader, full=True)
        self._in_passing = caching is not None and bool(caching.command)
        self._queue: PostgresQueue = PostgresQueue(address, self._reader, caching, describe)

    @property
    def name(self) -> str:
        """The database and its host."""
        return self._reader.name

    def version(self) -> Hashable:
        """Differs when a thread may have changed: short statements, however many there are."""
        return self._queue.version()

    def thread(self, thread_id: str) -> Thread:
        """One thread in full, read afresh; raises ThreadNotFound."""
        found = None if self._absent() else self._thread(thread_id)
        if found is None:
            raise ThreadNotFound(f"{self.name} has no thread {thread_id}.")
        return found

    def size(self, thread_id: str) -> int:
        """How many bytes there are to read of a thread that takes long; 0 for any other."""
        weight = None if self._absent() else self._weighed.weight(thread_id)
        return weight.size if weight else 0

    def several(self, thread_ids: Sequence[str]) -> Mapping[str, Thread]:
        """Several in full, all as of one moment; those that are not there are left out."""
        if self._absent():
            return {}
        return self._reader.read(partial(self._several, thread_ids=thread_ids))

    def asked_before(self, thread_id: str) -> tuple[Asked, ...]:
        """What the thread asked before its head, and was answered; oldest first."""
        if self._absent():
            return ()
        return self._reader.read(lambda c: asked_before(self._tables(c), thread_id))

    def close(self) -> None:
        """Stop the workers and close the connections."""
        self.end_workers()
        self._queue.close()
        self._reader.close()

    def _thread(self, thread_id: str) -> Thread | None:
        found = self._weighed.thread(thread_id) if self._in_passing else None
        return found or self._reader.read(lambda c: whole(self._tables(c), thread_id))

    def _several(self, connection: Connection, thread_ids: Sequence[str]) -> dict[str, Thread]:
        rows = self._tables(connection)
        found = ((thread_id, whole(rows, thread_id)) for thread_id in thread_ids)
        return {thread_id: thread for thread_id, thread in found if thread is not None}

    def _way(self) -> str:
        return f"read-only transactions, as {self._reader.ask(_ROLE)}"

    def _notes(self) -> Iterator[tuple[bool | None, str]]:
        yield from self._queue.doctor()

    def _tables(self, connection: Connection) -> PostgresTables:
        return PostgresTables(connection, path=self._reader.path(connection))

    def _absent(self) -> bool:
        return self._create and self._reader.ask(_PRESENT) == "0"
