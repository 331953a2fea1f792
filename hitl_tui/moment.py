"""Threads as of one moment, though source and journal are two files.

The journal is read, then the source, then the journal again. If nothing was written in between of
a thread, what both said holds for the moment at which the source was read; else it is read again.
So a thread is never shown as open whose answer was being worked on when the source was read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from hitl_tui.errors import Conflict, ThreadNotFound
from hitl_tui.journal.standing import Standing

if TYPE_CHECKING:
    from hitl_tui.backends.backend import Backend
    from hitl_tui.backends.told import FirstFound, Told
    from hitl_tui.journal.journal import Journal
    from hitl_tui.masks import Masks
    from hitl_tui.model.attempts import Attempt
    from hitl_tui.model.threads import Page, Query, Thread, ThreadSummary

_T = TypeVar("_T", bound="ThreadSummary")
_TRIES = 50  # each is spoilt only by another attempt on this very thread, begun or ended


class Moment:
    """Reads threads in their true states; without a journal, as their source shows them.

    `masks` gives those for what an alarm tells.
    """

    def __init__(
        self, backend: Backend, journal: Journal | None, masks: Callable[[], Masks]
    ) -> None:
        self._backend = backend
        self._journal = journal
        self._masks = masks

    def attempts(self) -> Mapping[str, Attempt]:
        """By thread id, what the journal knows beyond the source; no drift that is over."""
        return self._standing().attempts

    def attempts_at_a_glance(self) -> Mapping[str, Attempt]:
        """The same for the sake of rows."""
        return self._glance().attempts

    def alive(self) -> frozenset[tuple[str, bool]]:
        """The attempts that it tells of, and whether their owners live."""
        known = self.attempts_at_a_glance().values()
        return frozenset((attempt.attempt_id, attempt.alive) for attempt in known)

    def thread(self, thread_id: str) -> tuple[Thread, Attempt | None]:
        """A thread in its true state, and the attempt that made it so, if one did.

        Raises ThreadNotFound, and Conflict if it never holds still.
        """
        for _ in range(_TRIES):
            before = self._standing()
            thread = self._backend.thread(thread_id)
            if thread_id not in self._touched(before):
                attempt = before.attempts.get(thread_id)
                return self._true(thread, attempt), attempt
        raise Conflict(f"The thread {thread_id} is being answered over and over: look again.")

    def threads(self, thread_ids: Sequence[str]) -> Mapping[str, tuple[Thread, Attempt | None]]:
        """Several as `thread` reads one, all of one moment; those that are not there left out."""
        before = self._standing()
        found = self._backend.several(thread_ids)
        moved = self._touched(before) & found.keys()
        told = {}
        for thread_id, thread in found.items():
            if thread_id not in moved:
                attempt = before.attempts.get(thread_id)
                told[thread_id] = self._true(thread, attempt), attempt
        for thread_id in moved:
            with suppress(ThreadNotFound):
                told[thread_id] = self.thread(thread_id)
        return told

    def page(self, query: Query, offset: int, limit: int) -> Page:
        """Rows of the query in their true states; its overlay is what the caller found before."""
        before = self._glance()
        page = self._backend.page(query, offset, limit)
        moved = self._touched_since(before) | query.overlay.keys()
        return replace(page, rows=tuple(self._row(row, before, moved) for row in page.rows))

    def told(self, query: Query, limit: int | None, *, whole: bool) -> Sequence[Told] | None:
        """What a list tells of the query's rows; None where each row must be read.

        So it is of a source that cannot tell, and where the journal knows more of any thread.
        """
        before = self._glance()
        if before.attempts or query.overlay:
            return None
        found = self._backend.told(query, limit, whole=whole)
        return None if self._touched_since(before) else found

    def first(self, query: Query, limit: int, looked_for: str | None) -> FirstFound | None:
        """The first rows of a query; None where they must be read, see `Backend.first`.

        So it is too where the journal knows more of one of them.
        """
        before = self._glance()
        found = self._backend.first(query, limit, looked_for)
        if found is None:
            return None
        known = self._touched_since(before) | before.attempts.keys() | query.overlay.keys()
        return None if any(row.thread_id in known for row in found.rows) else found

    def _row(self, row: ThreadSummary, before: Standing, moved: frozenset[str]) -> ThreadSummary:
        if row.thread_id not in moved:
            return self._true(row, before.attempts.get(row.thread_id))
        try:
            return self.thread(row.thread_id)[0]
        except ThreadNotFound:
            return row  # deleted a moment ago: gone at the next look

    def _true(self, thread: _T, attempt: Attempt | None) -> _T:
        if attempt is not None:
            from hitl_tui.states import settled

            thread = settled(thread, attempt)
        if not thread.rivals:
            return thread
        from hitl_tui.rivals import alarmed

        known = self._journal.attempts(thread.thread_id) if self._journal else None
        return alarmed(thread, known, self._masks())

    def _standing(self) -> Standing:
        return self._holding(self._journal.standing()) if self._journal else Standing()

    def _glance(self) -> Standing:
        """As `_standing`, for rows."""
        return self._holding(self._journal.glance()) if self._journal else Standing()

    def _holding(self, found: Standing) -> Standing:
        """Without drift that is over."""
        over = [key for key, each in found.attempts.items() if self._is_over(each)]
        if not over:
            return found
        return found._replace(attempts={k: a for k, a in found.attempts.items() if k not in over})

    def _is_over(self, attempt: Attempt) -> bool:
        """Whether the graph is another one than the one that did not know the question."""
        return bool(attempt.drift) and not self._backend.is_same_graph(attempt.drift)

    def _touched_since(self, before: Standing) -> frozenset[str]:
        """As `_touched`, for rows."""
        return self._journal.touched_at_a_glance(before.seq) if self._journal else frozenset()

    def _touched(self, before: Standing) -> frozenset[str]:
        return self._journal.touched(before.seq) if self._journal else frozenset()
