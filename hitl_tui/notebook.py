"""What an operator notes on threads without sending anything: drafts, snoozes and claims."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hitl_tui.errors import UsageError
from hitl_tui.model.queries import Claim

if TYPE_CHECKING:
    from hitl_tui.journal.journal import Journal
    from hitl_tui.model.notes import Mark
    from hitl_tui.model.threads import Query

CLAIM = timedelta(minutes=30)
"""How long a claim holds unless another time is named."""


class Notebook:
    """One operator's notes; every method may block.

    Those that write raise JournalError, and UsageError in a read-only look, which has no notes.
    """

    def __init__(self, journal: Journal, operator: str, *, read_only: bool) -> None:
        self._notes = journal.notes
        self.read_only = read_only
        self.operator = operator

    def marks(self) -> Mapping[str, Mark]:
        """What the queue shows beside threads, by thread id; only what holds now."""
        return {} if self.read_only else self._notes.marks(self.operator)

    def noted(self, query: Query) -> Query:
        """The query with the threads that its `snoozed` and its `claim` mean now."""
        if query.snoozed is None and query.claim is None:
            return query
        marks = self.marks().items()
        asleep = frozenset(name for name, mark in marks if mark.snoozed_until)
        holders = {name: mark.claimed_by for name, mark in marks if mark.claimed_until}
        query = replace(query, asleep=asleep)
        if query.claim is None:
            return query
        if query.claim is Claim.NOBODY:
            return replace(query, beside=frozenset(holders))
        mine = query.claim is Claim.MINE
        among = (name for name, by in holders.items() if (by == self.operator) == mine)
        return replace(query, among=frozenset(among))

    def drafts(self, thread_id: str) -> Mapping[str, Any]:
        """The operator's unsent answers to a thread, by interrupt id; never sent by themselves."""
        return {} if self.read_only else self._notes.drafts(thread_id, self.operator)

    def save_draft(self, thread_id: str, interrupt_id: str, draft: Any) -> None:
        """Keep an unsent answer, any plain JSON, until it is sent or dropped."""
        self._must_write()
        self._notes.save_draft(thread_id, interrupt_id, self.operator, draft)

    def drop_draft(self, thread_id: str, interrupt_id: str) -> None:
        """Forget an unsent answer."""
        self._must_write()
        self._notes.drop_draft(thread_id, interrupt_id, self.operator)

    def drop_left(self, thread_id: str, interrupt_ids: Iterable[str]) -> None:
        """Forget drafts of questions that are asked no more, deliberately."""
        self._must_write()
        self._notes.drop_left(thread_id, interrupt_ids, self.operator)

    def snooze(self, thread_id: str, until: datetime | None) -> None:
        """Put a thread off until an aware time; None wakes it. For all operators."""
        self._must_write()
        self._notes.snooze(thread_id, until, self.operator)

    def claim(self, thread_id: str, until: datetime | None = None) -> None:
        """Keep a thread for the operator until then; Conflict while another one claims it."""
        self._must_write()
        self._notes.claim(thread_id, until or datetime.now(UTC) + CLAIM, self.operator)

    def release(self, thread_id: str) -> None:
        """End the operator's own claim; Conflict if it is another's."""
        self._must_write()
        self._notes.release(thread_id, self.operator)

    def _must_write(self) -> None:
        if self.read_only:
            raise UsageError("This is a read-only look: nothing can be noted.")
