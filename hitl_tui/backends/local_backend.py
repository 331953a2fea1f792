"""What backends have in common that read checkpoints themselves and run graphs on this machine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from hitl_tui.backends.local_runs import LocalRuns
from hitl_tui.backends.several import one_by_one
from hitl_tui.errors import HitlError
from hitl_tui.model.queries import Query, ThreadState

if TYPE_CHECKING:
    from hitl_tui.backends.caching import AnyQueue
    from hitl_tui.backends.told import FirstFound, Told
    from hitl_tui.model.threads import Group, Page, Thread


class LocalBackend(LocalRuns, ABC):
    """The part of a `Backend` that asks its `_queue`; a source that is not there yet is empty."""

    _queue: AnyQueue

    @property
    @abstractmethod
    def name(self) -> str:
        """What the source is called on screen; untrusted."""

    def page(self, query: Query, offset: int = 0, limit: int = 128) -> Page:
        """Rows of the query; those shown are looked at, so their states are certain."""
        if self._absent():
            from hitl_tui.model.threads import Page

            return Page((), 0, offset)
        return self._queue.page(query, offset, limit)

    def told(self, query: Query, limit: int | None, *, whole: bool) -> Sequence[Told] | None:
        """None: each row has to be read."""
        return None

    @property
    def finds_first(self) -> bool:
        """False: see `first`."""
        return False

    def first(self, query: Query, limit: int, looked_for: str | None) -> FirstFound | None:
        """None: the rows have to be read."""
        return None

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where in the query's rows the thread stands; None if it is not among them."""
        return None if self._absent() else self._queue.position(query, thread_id)

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """How many threads are in each state; the first call looks at every thread."""
        return {} if self._absent() else self._queue.counts(query)

    def groups(self, query: Query, by: Group) -> Mapping[str, int]:
        """How many of the query's threads there are by graph or kind, as they sort; "" for none."""
        return {} if self._absent() else self._queue.groups(query, by)

    def size(self, thread_id: str) -> int:
        """0: whether a thread takes long is not told."""
        return 0

    def several(self, thread_ids: Sequence[str]) -> Mapping[str, Thread]:
        """Several in full, one after the other; those that are not there are left out."""
        return one_by_one(self.thread, thread_ids)

    @abstractmethod
    def thread(self, thread_id: str) -> Thread:
        """One thread in full, read afresh; raises ThreadNotFound."""

    def doctor(self) -> Iterator[tuple[bool | None, str]]:
        """How the source is read and what is in it, then what the pool says."""
        try:
            yield True, f"{self.name}: {self._way()}"
            counts = self.counts(Query())
        except HitlError as error:
            yield False, str(error)
        else:
            yield from self._contents(counts)
        yield from self.checks()

    def _contents(self, counts: Mapping[ThreadState, int]) -> Iterator[tuple[bool | None, str]]:
        total = sum(counts.values())
        yield True, f"{self.name}: {total} thread{'' if total == 1 else 's'}"
        for well, text in self._notes():
            yield well, f"{self.name}: {text}"
        if unreadable := counts.get(ThreadState.UNREADABLE):
            yield None, f"{self.name}: {unreadable} of them cannot be read"

    def _notes(self) -> Iterator[tuple[bool | None, str]]:
        """What else is worth a line of `doctor`."""
        return iter(())

    @abstractmethod
    def _way(self) -> str:
        """How the source is read, for `doctor`; raises HitlError if it cannot be."""

    @abstractmethod
    def _absent(self) -> bool:
        """Whether it is not there yet, which was allowed."""
