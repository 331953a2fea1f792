"""The queue of a database: from its index if that can tell, else from the database itself.

As with files: a small database is held in memory and has no index. For a large one the screen shows
what waits first while an index is built by another process; a command that must be exact reads all
keys until there is one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from hitl_tui.backends.looks import Looks
from hitl_tui.backends.memory_queue import MemoryQueue
from hitl_tui.backends.postgres_listener import Listener
from hitl_tui.backends.postgres_looks import WeighedDatabase
from hitl_tui.backends.postgres_rows import PostgresRows
from hitl_tui.backends.words import Describe, undescribed

if TYPE_CHECKING:
    from hitl_tui.backends.caching import AnyQueue, Caching
    from hitl_tui.backends.postgres_index.indexed import IndexOfPostgres
    from hitl_tui.backends.postgres_reader import PostgresReader
    from hitl_tui.database import Address
    from hitl_tui.model.threads import Group, Page, Query, ThreadState

T = TypeVar("T")

_ATTEMPTS = 5  # looks at a page whose rows change while they are read
_GROWN = 5.0  # seconds after which it is asked again whether a small database is still small
_SIZE = """
SELECT pg_relation_size(to_regclass('checkpoints')) +
    pg_relation_size(to_regclass('checkpoint_writes'))
"""


class PostgresQueue:
    """The threads of one database, always as of now; safe to use from several threads."""

    def __init__(
        self,
        address: Address,
        reader: PostgresReader,
        caching: Caching | None,
        describe: Describe = undescribed,
    ) -> None:
        self._address = address
        self._reader = reader
        self._caching = caching
        self._describe = describe
        in_passing = caching is not None and bool(caching.command)
        self._looks = Looks(WeighedDatabase(reader), describe, in_passing=in_passing)
        self.rows = PostgresRows(reader, Listener(address), self._looks)
        self._whole = _Whole(self.rows, describe)
        self._indexed: IndexOfPostgres | None = None
        self._asked = -_GROWN
        self._guard = Lock()

    def version(self) -> Hashable:
        """Differs when a row may have changed, or a heavy thread was read."""
        indexed = self._index()
        version = self.rows.version() if indexed is None else indexed.version()
        return version, self._looks.found

    def page(self, query: Query, offset: int = 0, limit: int = 128) -> Page:
        """Rows of the query; those shown are looked at, so their states are certain."""
        indexed = self._index()
        if indexed is not None:
            indexed.expect(query, offset, limit)
        return self._answer(lambda queue: queue.page(query, offset, limit))

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where in the query's rows the thread stands; None if it is not among them."""
        return self._answer(lambda queue: queue.position(query, thread_id))

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """How many threads are in each state."""
        return self._answer(lambda queue: queue.counts(query), counted=True)

    def groups(self, query: Query, by: Group) -> Mapping[str, int]:
        """How many of the query's threads there are by graph or kind, as they sort; "" for none."""
        return self._answer(lambda queue: queue.groups(query, by), counted=True)

    def close(self) -> None:
        """Stop what goes on in the background, and close the index."""
        if self._indexed is not None:
            self._indexed.close()
        self.rows.close()

    def doctor(self) -> Iterator[tuple[bool, str]]:
        """Whether there is an index, and where."""
        indexed = self._index()
        if indexed is not None:
            yield indexed.doctor()

    def _answer(self, ask: Callable[[AnyQueue], T], *, counted: bool = False) -> T:
        indexed = self._index()
        if indexed is None:
            return ask(self._whole)
        return indexed.answer(ask, self._whole, counted=counted)

    def _index(self) -> IndexOfPostgres | None:
        """What keeps the index; None while the database is too small for one."""
        with self._guard:
            if self._indexed is None and self._caching is not None and self._is_large():
                from hitl_tui.backends.postgres_index.indexed import IndexOfPostgres
                from hitl_tui.backends.postgres_index.source import PostgresSource

                listener = Listener(self._address)
                source = PostgresSource(self._reader, listener, self._looks)
                self._indexed = IndexOfPostgres(source, self._caching, self._describe)
            return self._indexed

    def _is_large(self) -> bool:
        """Whether it is worth an index; asked now and then."""
        if self._caching is None or time.monotonic() < self._asked + _GROWN:
            return False
        if self._has_index(self._caching):
            self._reader.begin()  # while the index is opened, and read
            return True
        self._asked = time.monotonic()
        size = self._reader.ask(_SIZE)  # "None" where a table is missing
        return size.isdecimal() and int(size) >= self._caching.index_from

    def _has_index(self, caching: Caching) -> bool:
        """Whether one was begun, because the database was large."""
        from hitl_tui.backends.index.place import Place, user_folder

        return Place(caching.folder or user_folder(), self._reader.key).path.exists()


class _Whole(MemoryQueue):
    """A queue in memory, of which each page is compared with the database as it is told."""

    def __init__(self, rows: PostgresRows, describe: Describe) -> None:
        super().__init__(rows, describe)
        self._rows = rows

    def page(self, query: Query, offset: int, limit: int) -> Page:
        """Rows of the query, as they are now."""
        for _ in range(_ATTEMPTS):
            page = super().page(query, offset, limit)
            if self._rows.confirm([row.thread_id for row in page.rows]):
                break
        return page
