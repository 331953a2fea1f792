"""How many threads there are, and how many of those that ask are put off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hitl_tui.model.threads import Query, ThreadState

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox

Counts = Mapping[ThreadState, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by state: of all threads, and of those that sleep.

    `partial` says that the source is still being read for the first time, so that they will change.
    """

    everything: Counts = field(default_factory=dict)
    asleep: Counts = field(default_factory=dict)
    partial: bool = False

    @property
    def waiting(self) -> Counts:
        """All threads, but of those that ask only the ones that do not sleep."""
        sleeping = self.asleep.get(ThreadState.OPEN, 0)
        found = dict(self.everything)
        found[ThreadState.OPEN] = found.get(ThreadState.OPEN, 0) - sleeping
        return found


def tally(inbox: Inbox, query: Query, partial: bool) -> Tally:
    """Count the threads of a query's search in all states; blocks.

    `partial` is what its rows said just before: a source that was wholly read stays so.
    """
    everything = inbox.counts(replace(query, snoozed=None))
    if not any(mark.snoozed_until for mark in inbox.notes.marks().values()):
        return Tally(everything, partial=partial)
    return Tally(everything, inbox.counts(replace(query, snoozed=True)), partial)
