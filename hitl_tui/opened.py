"""A thread as an operator looked at it, and whether what is wanted of it may be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hitl_tui.errors import Conflict, Drifted, UsageError
from hitl_tui.model.attempts import Attempt
from hitl_tui.model.notes import LeftDraft, Mark
from hitl_tui.model.question import Question
from hitl_tui.model.runs import Verb
from hitl_tui.model.threads import NOTHING, Asked, Thread, ThreadState
from hitl_tui.states import verbs


@dataclass(frozen=True, slots=True)
class OpenThread:
    """A thread looked at: what it asks, and what can be done with it now.

    `attempt` is the one under way, or the one whose end nobody knows.
    `earlier` are, by interrupt id, the times that it asked the same before, oldest first; a
    question that is asked for the first time is not among them. `mark` is what operators noted,
    `left` the operator's drafts for questions that are asked no more.
    """

    thread: Thread
    questions: tuple[Question, ...]
    verbs: tuple[Verb, ...]
    attempt: Attempt | None = None
    earlier: Mapping[str, tuple[Asked, ...]] = field(default_factory=lambda: NOTHING)
    mark: Mark = field(default_factory=Mark)
    left: tuple[LeftDraft, ...] = ()

    @property
    def moment(self) -> tuple[str | None, ThreadState, str]:
        """What must be the same for a decision about the thread to be about what was seen."""
        attempt = self.attempt.attempt_id if self.attempt else ""
        return self.thread.checkpoint_id, self.thread.state, attempt


def must_allow(opened: OpenThread, verb: Verb, shown: Callable[[], ThreadState]) -> None:
    """Raise Conflict, Drifted or UsageError unless the verb can be done now.

    A drifted thread may be tried again as its source shows it (`shown`): the graph is compared
    anew before anything is sent, and files do not show every change of it.
    """
    thread = opened.thread
    if verb in opened.verbs:
        return
    if thread.state is ThreadState.DRIFTED:
        if verb in verbs(shown()):
            return
        raise Drifted(thread.reason)
    possible = ", ".join(v.value for v in opened.verbs) or "none"
    message = f"The thread is {thread.state.label}. {thread.reason}".rstrip()
    hint = f"{verb.value} does not apply; what does: {possible}."
    if thread.state in (ThreadState.RUNNING, ThreadState.IN_DOUBT):
        raise Conflict(message, hint=hint)
    raise UsageError(message, hint=hint)
