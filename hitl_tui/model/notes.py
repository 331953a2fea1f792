"""What operators note on threads without changing them: drafts, snoozes and claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Mark:
    """What the queue shows beside a thread; times are aware, and not yet over.

    `drafts` are the interrupts of it that the operator has unsent answers to.
    """

    snoozed_by: str = ""
    snoozed_until: datetime | None = None
    claimed_by: str = ""
    claimed_until: datetime | None = None
    drafts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LeftDraft:
    """An operator's draft for a question that is asked no more; `draft` is plain JSON.

    `answered_by` says what was sent instead, by whom and when, in words; it is empty if another
    program answered, or the question is asked anew under another id.
    """

    interrupt_id: str
    draft: Any
    answered_by: str = ""
