"""The queue of a SQLite file: from its index if that can tell, else from the file itself.

Small files are read at once and have no index. For a large one, the screen shows what waits first
while an index is built by another process; a command that must be exact reads the whole file until
there is one. Without a cache folder that can be used, everything works, slower.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from hitl_tui.backends.words import undescribed

if TYPE_CHECKING:
    from hitl_tui.backends.caching import AnyQueue, Caching
    from hitl_tui.backends.index.desk import IndexDesk
    from hitl_tui.backends.looks import Looks
    from hitl_tui.backends.memory_queue import MemoryQueue
    from hitl_tui.backends.sqlite_file import SqliteFile
    from hitl_tui.backends.told import FirstFound, Told
    from hitl_tui.backends.words import Describe
    from hitl_tui.model.threads import Group, Page, Query, ThreadState

T = TypeVar("T")


class Queue:
    """The threads of one file, always as of now; safe to use from several threads."""

    def __init__(
        self,
        file: SqliteFile,
        caching: Caching | None,
        describe: Describe = undescribed,
        *,
        in_passing: bool = False,
    ) -> None:
        self._file = file
        self._in_passing = in_passing
        self._made_looks: Looks | None = None
        self._loading = Lock()
        self._caching = caching
        self._describe = describe
        self._whole: MemoryQueue | None = None
        self._making = Lock()
        self._desk: IndexDesk | None = None

    def version(self) -> Hashable:
        """Differs when rows may have changed, in the file or by what an index found out."""
        version = self._file.version()
        looked = self._made_looks.found if self._made_looks else 0
        return version, self._desk and self._desk.version(), looked

    def page(self, query: Query, offset: int = 0, limit: int = 128) -> Page:
        """Rows of the query; those shown are looked at, so their states are certain."""
        return self._answer(lambda queue: queue.page(query, offset, limit))

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where in the query's rows the thread stands; None if it is not among them."""
        return self._answer(lambda queue: queue.position(query, thread_id))

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """How many threads are in each state."""
        return self._answer(lambda queue: queue.counts(query))

    def groups(self, query: Query, by: Group) -> Mapping[str, int]:
        """How many of the query's threads there are by graph or kind, as they sort; "" for none."""
        return self._answer(lambda queue: queue.groups(query, by))

    def told(self, query: Query, limit: int | None, *, whole: bool) -> Sequence[Told] | None:
        """The query's rows out of an index, where it tells them for certain."""
        if self._caching is None or self._file.size() < self._caching.index_from:
            return None
        from hitl_tui.backends.index.place import Place, user_folder
        from hitl_tui.backends.index.telling import told

        place = Place(self._caching.folder or user_folder(), self._file.path)
        found = told(place, self._file, query, limit, whole=whole)
        if found is not None or not place.path.exists():
            return found
        from hitl_tui.backends.index.proving import proved

        return proved(place, self._file, self._describe, query, limit, whole=whole)

    @property
    def is_indexed(self) -> bool:
        """Whether an index is kept, and was asked before."""
        return self._desk is not None

    def first(self, query: Query, limit: int, looked_for: str | None) -> FirstFound | None:
        """The first rows of a query out of an index, where it tells them for certain."""
        return self._desk.first(query, limit, looked_for) if self._desk is not None else None

    def close(self) -> None:
        """Stop a builder, and close the index."""
        if self._desk is not None:
            self._desk.close()

    def doctor(self) -> Iterator[tuple[bool, str]]:
        """Whether there is an index, and where."""
        desk = self._index()
        if desk is not None:
            yield desk.doctor()

    def _answer(self, ask: Callable[[AnyQueue], T]) -> T:
        desk = self._index()
        if desk is None:
            return ask(self._memory)
        return desk.answer(ask, self._memory)

    @property
    def _looks(self) -> Looks:
        """What reads threads; loaded when the first one is to be read."""
        with self._loading:
            if self._made_looks is None:
                from hitl_tui.backends.looks import Looks, WeighedFile

                self._made_looks = Looks(
                    WeighedFile(self._file), self._describe, in_passing=self._in_passing
                )
            return self._made_looks

    @property
    def _memory(self) -> MemoryQueue:
        """What reads all of the file; loaded when it is first needed."""
        with self._making:
            if self._whole is None:
                from hitl_tui.backends.file_rows import FileRows
                from hitl_tui.backends.memory_queue import MemoryQueue

                self._whole = MemoryQueue(FileRows(self._file, self._looks), self._describe)
            return self._whole

    def _index(self) -> IndexDesk | None:
        """What keeps the index; None while the file is too small for one."""
        if self._desk is None and self._caching is not None:
            if self._file.size() < self._caching.index_from:
                return None
            from hitl_tui.backends.index.desk import IndexDesk
            from hitl_tui.backends.index.file_source import FileSource

            source = FileSource(self._file, self._looks)
            self._desk = IndexDesk(source, self._caching, self._describe)
        return self._desk
