"""Decides who answers a query: the index, the source, or as much as is known so far."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, TypeVar

from hitl_tui.backends.index.build import build
from hitl_tui.backends.index.builder import Builder
from hitl_tui.backends.index.early import EarlyQueue
from hitl_tui.backends.index.indexed import IndexedQueue
from hitl_tui.backends.index.place import Place, user_folder
from hitl_tui.backends.index.reader import Reader
from hitl_tui.backends.index.source import Source, Told
from hitl_tui.backends.index.standing import Standing
from hitl_tui.backends.index.store import Emptied, Store, Unavailable
from hitl_tui.backends.index.unread import how_many

if TYPE_CHECKING:
    from hitl_tui.backends.caching import AnyQueue, Caching
    from hitl_tui.backends.told import FirstFound
    from hitl_tui.backends.words import Describe
    from hitl_tui.model.queries import Query

T = TypeVar("T")

_MOST = 5000  # threads that are read again while somebody waits
_STEP = 8  # changes by a build after which what is shown so far is worth another look
_COUNT_SHARE = 20  # deletions are looked for at most this part of the time
_COUNT_SECONDS = 10.0
_HEAVY_SHARE = 4  # a builder that reads heavy threads counts too
_FAILED_SECONDS = 60.0  # until one that failed may try again to read them
_ATTEMPTS = 3
_FRESH = 0.1  # seconds after `followed` in which rows are read as of then


class IndexDesk:
    """One source's index, its `store`, and all around it; safe to use from several threads."""

    def __init__(self, source: Source, caching: Caching, describe: Describe) -> None:
        self._source = source
        self._caching = caching
        self._place = Place(caching.folder or user_folder(), source.key)
        self.store = Store(self._place)
        self._keeper = source.keeper(self.store, describe)
        kept, anyhow = source.kept(self.store), Reader(self.store, complete=False)
        self._indexed = IndexedQueue(kept, Reader(self.store), self._keeper)
        self._behind = IndexedQueue(kept, anyhow, self._keeper, partial=True)
        self._early = EarlyQueue(source, self._behind)
        command = caching.command
        self._builder = Builder(command, caching.wait, caching.told) if command else None
        self._following = threading.Lock()
        self._counted: Hashable = None
        self._standing = Standing.RIGHT
        self._followed = -_FRESH
        self._why = ""

    def answer(self, ask: Callable[[AnyQueue], T], whole: AnyQueue) -> T:
        """What the best queue answers; `whole` reads all of the source."""
        for _ in range(_ATTEMPTS):
            try:
                return ask(self._best() or whole)
            except Emptied:
                continue
            except (Unavailable, OSError) as error:
                self._why = str(error)
                if self._builder and getattr(error, "is_damage", False):
                    self._builder.start()
                break
        return ask(whole)

    def threads(self, query: Query, offset: int, limit: int) -> list[str]:
        """What stands in a page as the index tells it, right or not; nothing if it cannot."""
        try:
            return self._indexed.threads(query, offset, limit)
        except (Unavailable, OSError):
            return []  # whoever reads the page is told

    def first(self, query: Query, limit: int, looked_for: str | None) -> FirstFound | None:
        """The first rows of a query, if the index is right; each of them surely so still."""
        try:
            found = self._indexed.told(query, limit, looked_for)
            if found is not None and not self._keeper.is_up_to_date(found.meta):
                is_right = self._best() is self._indexed
                found = self._indexed.told(query, limit, looked_for) if is_right else None
            return found and self._indexed.proven(found)
        except (Unavailable, OSError):
            return None  # whoever reads the rows says what is wrong with the index

    def version(self) -> Hashable:
        """Differs when a build has come further, caught up, or found threads that are gone.

        Has heavy threads read, and threads that are gone looked for, where that takes too long to
        be done in passing, and a builder that ended too early, or was not due yet when rows were
        asked for, started again.
        """
        if self._builder is None:
            return None
        if self._standing is not Standing.RIGHT and not self._builder.has_failed:
            self._builder.start()
        try:
            meta = self.store.meta()
        except Unavailable:
            return self._builder.has_failed
        if meta is None:
            return self._builder.has_failed
        if not meta.complete:
            return meta.born, (meta.serial - meta.born) // _STEP, self._builder.has_failed
        to_read = self._unread() if meta.is_ours else 0
        if to_read:
            failed = _FAILED_SECONDS if self._builder.has_failed else 0.0
            self._builder.start(pause=failed + _HEAVY_SHARE * meta.count_seconds)
        if self._keeper.misses_deletions(meta) and self._source.version() != self._counted:
            pause = max(_COUNT_SECONDS, _COUNT_SHARE * meta.count_seconds)
            if self._builder.start(pause=pause):
                self._counted = self._source.version()
        behind = self._standing is Standing.BEHIND
        return meta.born, meta.swept, to_read, (meta.marks, meta.orphans) if behind else None

    def _unread(self) -> int:
        """How many threads are not read yet."""
        try:
            with self.store.reading() as connection:
                return how_many(connection)
        except Unavailable:
            return 0

    def followed(self) -> Hashable:
        """Differs when the index does, which is brought up to date first.

        As long as that cannot be done, it differs whenever the source may have changed.
        """
        try:
            standing = self._standing = self._follow()
            self._followed = time.monotonic()
            meta = self.store.meta() if standing is Standing.RIGHT else None
        except (Unavailable, OSError):
            meta = None
        return meta.serial if meta else self._source.version()

    def build(self, told: Told) -> bool:
        """Make the index right now; False if another program is at it. Raises Unavailable."""
        return build(self._place, self.store, self._keeper, told)

    def doctor(self) -> tuple[bool, str]:
        """Whether the index can be used, and where it is."""
        place = self._place.path
        self._why = ""
        try:
            self._best()
            meta = self.store.meta() if place.exists() else None
        except (Unavailable, OSError) as error:
            self._why, meta = str(error), None
        if self._why:
            return False, f"no index ({self._why}): all of the source is read each time"
        if meta is None or not meta.complete:
            return True, f"the index in {place} is not built yet"
        return True, f"indexed in {place} ({place.stat().st_size / 1e6:.0f} MB; safe to delete)"

    def close(self) -> None:
        """Stop a builder, and close the index."""
        if self._builder is not None:
            self._builder.close()
        self.store.close()

    def _best(self) -> AnyQueue | None:
        """Who answers; None if nobody but the source can."""
        if self._standing is Standing.RIGHT and time.monotonic() < self._followed + _FRESH:
            return self._indexed
        standing = self._standing = self._follow()
        if standing is Standing.RIGHT:
            return self._indexed
        if self._builder is None:
            return None
        if self._builder.has_failed:
            raise Unavailable("it could not be built; `hitl-tui index` says why")
        self._builder.start()
        return self._behind if standing is Standing.BEHIND else self._early

    def _follow(self) -> Standing:
        """Bring the index up to date, if that is soon done."""
        with self._following:
            if self._caching.at_once or self._builder is not None:
                self._place.make()
            elif not self._place.path.exists():
                return Standing.MISSING
            if self._caching.at_once:
                self._build_if_needed()
            return self._keeper.follow(most=_MOST)

    def _build_if_needed(self) -> None:
        """Build, unless the index is right, or soon will be."""
        try:
            if self._keeper.follow(most=_MOST) is Standing.RIGHT:
                return
        except Unavailable as error:
            if not error.is_damage:
                raise
        self.build(lambda batches: None)
