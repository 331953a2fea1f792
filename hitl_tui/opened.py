"""A thread as an operator looked at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hitl_tui.model.attempts import Attempt
from hitl_tui.model.question import Question
from hitl_tui.model.runs import Verb
from hitl_tui.model.threads import NOTHING, Asked, Thread, ThreadState


@dataclass(frozen=True, slots=True)
class OpenThread:
    """A thread looked at: what it asks, and what can be done with it now.

    `attempt` is the one under way, or the one whose end nobody knows.
    `earlier` are, by interrupt id, the times that it asked the same before, oldest first; a
    question that is asked for the first time is not among them.
    """

    thread: Thread
    questions: tuple[Question, ...]
    verbs: tuple[Verb, ...]
    attempt: Attempt | None = None
    earlier: Mapping[str, tuple[Asked, ...]] = field(default_factory=lambda: NOTHING)

    @property
    def moment(self) -> tuple[str | None, ThreadState, str]:
        """What must be the same for a decision about the thread to be about what was seen."""
        attempt = self.attempt.attempt_id if self.attempt else ""
        return self.thread.checkpoint_id, self.thread.state, attempt
