"""What an answer is for, and why none can be given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hitl_tui.model.threads import ThreadState

if TYPE_CHECKING:
    from hitl_tui.inbox import OpenThread
    from hitl_tui.model.question import Question


@dataclass(frozen=True, slots=True)
class Ticket:
    """What an answer is for: the question, and the checkpoint at which the operator saw it."""

    thread_id: str
    interrupt_id: str
    seen: str | None


def ticket_for(opened: OpenThread, question: Question | None) -> Ticket | None:
    """The ticket of an answer to `question` as it stands in `opened`."""
    if question is None:
        return None
    return Ticket(opened.thread.thread_id, question.interrupt.id, opened.thread.checkpoint_id)


def why_not(opened: OpenThread, question: Question | None, *, listed: bool) -> str:
    """Why the question can not be answered; empty if it can. `listed`: the list still has it."""
    if not listed:
        return "This thread left the list: pick it again to answer it."
    if opened.thread.state is not ThreadState.OPEN or question is None:
        return f"No answer is possible: this thread is {opened.thread.state.label}."
    if not opened.verbs:
        return "This is a read-only look: nothing can be sent."
    return question.blocked
