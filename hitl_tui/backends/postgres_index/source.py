"""A database as the source of an index."""

from __future__ import annotations

import time
from collections.abc import Hashable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from hitl_tui.backends.looks import Looks
from hitl_tui.backends.postgres_index.changes import asking
from hitl_tui.backends.postgres_index.keeper import PostgresKeeper
from hitl_tui.backends.postgres_index.kept import ProvenSummaries
from hitl_tui.backends.postgres_index.moment import moment
from hitl_tui.backends.postgres_index.proved import ProvedRows
from hitl_tui.backends.postgres_index.suspects import Suspects
from hitl_tui.backends.postgres_listener import Listener
from hitl_tui.backends.postgres_looks import WeighedDatabase
from hitl_tui.backends.postgres_reader import PostgresReader

if TYPE_CHECKING:
    from hitl_tui.backends.index.store import Store
    from hitl_tui.backends.words import Describe
    from hitl_tui.database import Address
    from hitl_tui.model.threads import ThreadSummary

_MOST = 256
_SECONDS = 0.25
_PAGES = 256  # of the first look at the questions; each further one takes four times as many


class PostgresSource:
    """The `Source` that one database is; `suspects` are threads that its keeper is to look at."""

    def __init__(self, reader: PostgresReader, listener: Listener, looks: Looks) -> None:
        self.reader = reader
        self.suspects = Suspects()
        self._proved = ProvedRows()
        self._listener = listener
        self._looks = looks
        self._kept: ProvenSummaries | None = None

    @property
    def key(self) -> str:
        """Which database, read as whom."""
        return self.reader.key

    def version(self) -> Hashable:
        """Differs when anybody wrote anything."""
        return self.reader.glance(moment).text

    def keeper(self, store: Store, describe: Describe) -> PostgresKeeper:
        """What brings an index of the database up to date."""
        looks = self._looks if self._looks.in_passing else None
        return PostgresKeeper(
            self.reader, self._listener, self.suspects, self._proved, store, describe, looks
        )

    def kept(self, store: Store) -> ProvenSummaries:
        """What reads rows, each anew only if it changed; to be closed by `close`."""
        self._kept = ProvenSummaries(self.reader, store, self._looks, self.suspects, self._proved)
        return self._kept

    def begin(self) -> None:
        """Somebody asks, in this thread: a look from here on is recent enough."""
        self._proved.begin()

    def expect(self, thread_ids: Sequence[str]) -> None:
        """These rows are asked for next."""
        if self._kept is not None:
            self._kept.expect(thread_ids)

    def close(self) -> None:
        """Leave what was shown to the next program, in the index; listen no more."""
        if self._kept is not None:
            self._kept.close()
        self._listener.close()

    def first(self) -> Sequence[tuple[str, str]]:
        """Threads that ask, and their heads: from the first pages, where the oldest stand."""
        end = time.monotonic() + _SECONDS
        last = self.reader.read(moment).ends[1]
        found: dict[str, str] = {}
        start, stop = 0, _PAGES
        while start < last and len(found) < _MOST and time.monotonic() < end:
            work = partial(asking, pages=range(start, stop), most=_MOST)
            found.update(self.reader.read(work))
            start, stop = stop, 4 * stop
        return list(found.items())

    def summaries(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        """What is shown of the threads now."""
        return self._looks.read(thread_ids)


def source_at(address: Address, describe: Describe) -> PostgresSource:
    """The database at an address, read with all patience."""
    reader = PostgresReader(address)
    looks = Looks(WeighedDatabase(reader), describe, in_passing=False)
    return PostgresSource(reader, Listener(address), looks)
