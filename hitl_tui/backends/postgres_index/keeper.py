"""Keeps an index of a database right, and builds it where it is not."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from hitl_tui.backends.index.source import ANY, Told
from hitl_tui.backends.index.standing import Standing
from hitl_tui.backends.index.store import News, Store
from hitl_tui.backends.postgres_index import changes
from hitl_tui.backends.postgres_index.few import unknown
from hitl_tui.backends.postgres_index.known import signatures
from hitl_tui.backends.postgres_index.marks import Marks
from hitl_tui.backends.postgres_index.moment import Moment, moment, seen
from hitl_tui.backends.postgres_index.reading import Reading
from hitl_tui.backends.postgres_index.sweep import Sweep

if TYPE_CHECKING:
    from hitl_tui.backends.index.entry import Entry
    from hitl_tui.backends.index.meta import Meta
    from hitl_tui.backends.looks import Looks
    from hitl_tui.backends.postgres_index.claims import Claims
    from hitl_tui.backends.postgres_index.proved import ProvedRows
    from hitl_tui.backends.postgres_index.suspects import Suspects
    from hitl_tui.backends.postgres_listener import Listener
    from hitl_tui.backends.postgres_reader import PostgresReader
    from hitl_tui.backends.words import Describe
    from hitl_tui.database import Connection

_ATTEMPTS = 10
SOME = 500
"""So many suspects are looked at in one look; the others have their turn at the next."""
_NOTED = 30.0  # seconds after which it is written down how far was looked, though nothing changed


class _Look(NamedTuple):
    """What a look found: when it was, how many threads may have changed, and what is new.

    `rows` are those at the ends of the tables that were not there before.
    """

    now: Moment
    touched: int = 0
    entries: Sequence[tuple[Entry, str]] = ()
    gone: Sequence[bytes] = ()
    rows: int = 0


class PostgresKeeper:
    """Brings one index up to date; safe to use from several threads and programs.

    What stands in the room of deleted rows, or is gone, is not found by looking where new rows
    stand: a `Patrol` looks for it, and adds it to the `suspects`, which are looked at too.
    """

    def __init__(
        self,
        reader: PostgresReader,
        listener: Listener,
        suspects: Suspects,
        proved: ProvedRows,
        store: Store,
        describe: Describe,
        looks: Looks | None = None,
    ) -> None:
        self._reader = reader
        self._listener = listener
        self._suspects = suspects
        self._proved = proved
        self._store = store
        self._describe = describe
        self._reading = Reading(reader, store, describe, looks)
        self._seen: tuple[int, str, Marks] | None = None
        self._noted = time.monotonic()

    def follow(self, *, most: int = ANY) -> Standing:
        """Read what changed, if at most `most` threads did; how the index stands then."""
        standing = self._follow(most)
        if standing is Standing.RIGHT:
            self._reading.read_heavy()
        return standing

    def _follow(self, most: int = ANY) -> Standing:
        for _ in range(_ATTEMPTS):
            meta = self._store.meta()
            marks = self._marks(meta) if meta and meta.is_ours and meta.complete else None
            if meta is None or marks is None:
                return Standing.MISSING
            self._listen()
            suspects = self._suspects.some(SOME)
            if not suspects and self._seen and self._reader.glance(seen) == marks.text:
                return Standing.RIGHT
            look = self._glance(marks, suspects, most) if marks.is_calm else None
            if look is None:
                work = partial(self._look, marks=marks, suspects=suspects, most=most)
                look = self._reader.read(work)
            self._suspects.text = look.now.text
            if look.now.identity != meta.file:
                return Standing.MISSING
            if look.touched > most or marks.has_run_back(look.now):
                return Standing.BEHIND
            if self._take(look, marks.at(look.now), meta):
                self._suspects.clear(suspects)
                self._suspects.met += look.rows
                return Standing.RIGHT
        return Standing.BEHIND

    def refresh(self, threads: list[str]) -> None:
        """Read some threads again, whatever the index says of them."""
        self._reading.refresh(threads)
        self._reading.read_heavy()

    def build(self, told: Told = lambda batches: None) -> None:
        """Make the index tell the database as it is, at whatever cost; for one builder at a time.

        Goes on where a build was broken off.
        """
        while self._follow() is not Standing.RIGHT:
            now = self._reader.read(self._now)
            meta = self._store.meta()
            if meta is None or not meta.is_ours or meta.file != now.identity or not meta.stamps:
                self._begin(now)
                continue
            sweep = Sweep(self._reader, self._store, self._describe, meta)
            sweep.run(told)
            if sweep.broken:
                continue
            if not meta.complete:
                self._finish()
            else:
                self._note(Marks.begun(now))
        self._reading.read_heavy()

    def is_up_to_date(self, meta: Meta) -> bool:
        """Not known without asking."""
        return False

    def misses_deletions(self, meta: Meta) -> bool:
        """No: where a program looks on for long, a patrol finds them."""
        return False

    def _marks(self, meta: Meta) -> Marks | None:
        """Up to where was looked: by us, unless somebody else wrote down more since."""
        seen = self._seen
        if seen and seen[:2] == (meta.born, meta.stamps):
            return seen[2]
        return Marks.read(meta.stamps)

    def _listen(self) -> None:
        """From the second look on: at the first, somebody waits for the rows that are there."""
        if self._seen is not None:
            self._suspects.add(self._listener.heard())

    def _glance(self, marks: Marks, suspects: frozenset[str], most: int) -> _Look | None:
        """A look in one statement, which proves along what is shown; None if that fails.

        What is not read by it is read at a later moment: if it changed between, it is read once
        more, later.
        """
        claims = self._proved.claims
        work = partial(self._news, marks=marks, claims=claims, suspects=suspects)
        found = self._reader.read_once(work)
        if not (found.is_all and marks.reaches(found.now)):
            return None
        kept = {name: row for name, row in claims.rows.items() if name not in found.refuted}
        few = {each.proof.head.thread_id: each for each in found.few}
        self._proved.take(found.now.text, {**kept, **few}, read=bool(few))
        threads = suspects.union(found.rows)
        if len(threads) > most or not threads:
            return _Look(found.now, len(threads))
        others = sorted(threads.difference(few))
        read = partial(self._reading.read, threads=others, only_changed=True)
        more, gone = self._reader.read(read) if others else ([], [])
        known = signatures(self._store, list(few)) if few else {}
        fresh = [*unknown(found.few, known, self._describe), *more]
        return _Look(found.now, len(threads), fresh, gone, len(found.rows))

    def _news(
        self, connection: Connection, marks: Marks, claims: Claims, suspects: frozenset[str]
    ) -> changes.News:
        """With threads read from the second look on, as long as those are few."""
        path = self._reader.path(connection) if self._seen is not None else None
        found = changes.news(connection, marks, claims, suspects, path)
        return found._replace(now=self._named(connection, found.now))

    def _look(
        self, connection: Connection, marks: Marks, suspects: frozenset[str], most: int
    ) -> _Look:
        now = self._moment(connection)
        if now.text == marks.text and not suspects:
            return _Look(now)
        new, rows = (
            changes.touched(connection, marks, now) if now.text != marks.text else (set(), 0)
        )
        found = suspects | new
        if len(found) > most:
            return _Look(now, len(found))
        read = self._reading.read(connection, sorted(found), only_changed=True)
        return _Look(now, len(found), *read, rows)

    def _take(self, look: _Look, marks: Marks, meta: Meta) -> bool:
        """Write what is new; False if another program wrote meanwhile."""
        is_new = bool(look.entries or look.gone)
        stamps = meta.stamps
        if is_new or time.monotonic() > self._noted + _NOTED:
            stamps = marks.written()
            if not self._store.write(
                News(look.entries, look.gone, {"stamps": stamps}), meta.serial
            ):
                return False
            self._noted = time.monotonic()
        self._seen = meta.born, stamps, marks
        return True

    def _now(self, connection: Connection) -> Moment:
        self._reader.path(connection)  # refuses a database that is no checkpointer's
        return self._moment(connection)

    def _moment(self, connection: Connection) -> Moment:
        return self._named(connection, moment(connection))

    def _named(self, connection: Connection, now: Moment) -> Moment:
        return now._replace(identity=f"{self._reader.system(connection)} {now.identity}")

    def _begin(self, now: Moment) -> None:
        """Empty the index for a build of what the database holds now."""
        self._listener.heard()
        self._store.begin(now.identity)
        self._note(Marks.begun(now))

    def _finish(self) -> None:
        meta = self._store.meta()
        if meta is not None:
            self._store.finish({"cursor": ""}, meta.serial)

    def _note(self, marks: Marks) -> None:
        meta = self._store.meta()
        if meta is not None:
            self._store.write(News(meta={"stamps": marks.written()}), meta.serial)
