"""The two rounds of a patrol: through the pages of the tables, and through the rows of the index.

A round begins when anything was written since the last one began, and ends when it was all through.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from hitl_tui.backends.index.store import News
from hitl_tui.backends.postgres_index.changes import thinned, touched_between
from hitl_tui.backends.postgres_index.entries import changed, proofs_of
from hitl_tui.backends.postgres_index.known import known_after, signatures
from hitl_tui.backends.postgres_index.marks import Marks
from hitl_tui.backends.postgres_index.moment import TABLES, Moment, moment

if TYPE_CHECKING:
    from hitl_tui.backends.index.store import Store
    from hitl_tui.backends.postgres_index.missed import Missed
    from hitl_tui.backends.postgres_index.suspects import Suspects
    from hitl_tui.backends.postgres_reader import PostgresReader
    from hitl_tui.database import Connection

PAGES = 4_000  # of a table in one step: five milliseconds where they are in memory
THREADS = 1_000  # of the index: as long
_COMPARED = 256


class Pages:
    """Finds rows that were written since the round before began, wherever they stand."""

    def __init__(
        self, reader: PostgresReader, store: Store, suspects: Suspects, missed: Missed
    ) -> None:
        self._reader = reader
        self._store = store
        self._suspects = suspects
        self._missed = missed
        self._begun: Moment | None = None
        self._ended: Moment | None = None
        self._settled = ""
        self._since = 0
        self._place = (0, 0)

    @property
    def is_under_way(self) -> bool:
        """Whether a round began and did not end."""
        return self._begun is not None

    def step(self) -> bool:
        """Look at some pages; False if there is nothing to look for. Raises Unavailable."""
        self.note()
        if self._begun is None and not self._begin():
            return False
        table, first = self._place
        pages = range(first, first + PAGES)
        found, last = self._reader.read(partial(self._new_in, table=table, pages=pages))
        self._suspect(found)
        self._place = (table, pages.stop) if pages.stop < last else (table + 1, 0)
        if self._place[0] == len(TABLES):
            self._end()
        return True

    def _begin(self) -> bool:
        meta = self._store.meta()
        marks = Marks.read(meta.stamps) if meta and meta.is_ours and meta.complete else None
        if marks is None:
            return False
        now = self._reader.read(moment)
        if now.text in {marks.settled, self._settled}:
            return False
        self._missed.begin()
        self._begun, self._since, self._place = now, marks.passed, (0, 0)
        return True

    def _end(self) -> None:
        if self._begun is not None:
            self._missed.end()
            self._ended, self._settled, self._begun = self._begun, self._begun.text, None

    def note(self) -> None:
        """Write down that a round was made, once all that it found is in the index.

        If another program writes at the same time, it is tried again later.
        """
        if self._ended is None or self._suspects:
            return
        meta = self._store.meta()
        marks = Marks.read(meta.stamps) if meta else None
        if meta is not None and marks is not None:
            stamps = marks.after_pass(self._ended).written()
            if self._store.write(News(meta={"stamps": stamps}), meta.serial):
                self._ended = None

    def _new_in(self, connection: Connection, table: int, pages: range) -> tuple[set[str], int]:
        now = moment(connection)
        return touched_between(connection, table, pages, self._since, now), now.ends[table]

    def _suspect(self, threads: Iterable[str]) -> None:
        """Those that the index has otherwise, or not at all."""
        names = sorted(threads)
        for start in range(0, len(names), _COMPARED):
            part = names[start : start + _COMPARED]
            proofs = self._reader.read(partial(proofs_of, threads=part))
            known = signatures(self._store, part)
            self._suspects.add(proof.head.thread_id for proof in changed(proofs, known))
            self._suspects.add(name for name in known if name not in proofs)


class Threads:
    """Finds threads of the index that are gone, or of which rows are."""

    def __init__(self, reader: PostgresReader, store: Store, suspects: Suspects) -> None:
        self._reader = reader
        self._store = store
        self._suspects = suspects
        self._begun = self._settled = ""
        self._row: int | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether a round began and did not end."""
        return self._row is not None

    def step(self) -> bool:
        """Ask for some threads; False if there is nothing to look for. Raises Unavailable."""
        if self._row is None and not self._begin():
            return False
        rows = known_after(self._store, self._row or 0, THREADS)
        self._suspects.add(self._reader.read(partial(thinned, rows=rows)))
        self._row = rows[-1].row if len(rows) == THREADS else None
        if self._row is None:
            self._settled = self._begun
        return True

    def _begin(self) -> bool:
        meta = self._store.meta()
        if meta is None or not (meta.is_ours and meta.complete):
            return False
        self._begun = self._reader.read(moment).text
        if self._begun == self._settled:
            return False
        self._row = 0
        return True
