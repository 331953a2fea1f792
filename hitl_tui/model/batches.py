"""Batches: one decision for many threads, and what became of it in each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hitl_tui.model.runs import Outcome

_WELL = frozenset({Outcome.FINISHED, Outcome.PAUSED})


@dataclass(frozen=True, slots=True)
class Member:
    """One thread of a batch: the question it asked, the head that asked it, and what it is sent.

    `attempt_id` is chosen before anything is sent: at most one attempt ever has it. `begun` says
    that the attempt stands in the journal, whatever became of it; then nothing of the member is
    sent again. `asked` is the digest of what it asked; empty where that is not known.
    `outcome` is None of one that never began, or that is `running`; with a `reason`
    and not begun it was refused, and nothing was sent.
    """

    attempt_id: str
    thread_id: str
    interrupt_id: str
    checkpoint_id: str
    value: Any = None
    begun: bool = False
    running: bool = False
    outcome: Outcome | None = None
    reason: str = ""
    asked: str = ""

    @property
    def failed(self) -> bool:
        """Whether it ended otherwise than at the run's end or at the next question."""
        return self.outcome is not None and self.outcome not in _WELL


@dataclass(frozen=True, slots=True)
class Batch:
    """What one operator decided about many threads; `what` says it in people's words, untrusted.

    `waiting` counts the members that never began and were not refused either.
    """

    batch_id: str
    operator: str
    begun_at: datetime
    what: str
    size: int
    waiting: int
