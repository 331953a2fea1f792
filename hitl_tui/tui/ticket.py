"""What an answer is for, and why none can be given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hitl_tui.model.threads import ThreadState

if TYPE_CHECKING:
    from hitl_tui.model.question import Question
    from hitl_tui.opened import OpenThread

Asked = tuple[str, str, str, str]


def asked(question: Question) -> Asked:
    """What must be the same for a form to be of this question: a node asks several under one id.

    The interrupt's id comes first, then its turn, and whether and how it can be answered.
    """
    return question.interrupt.id, question.turn, question.blocked, question.contract


@dataclass(frozen=True, slots=True)
class Ticket:
    """What answers are for: the questions, and the checkpoint at which the operator saw them.

    `opened` is the thread as the operator saw it, `asked` what `asked` tells of each question.
    """

    thread_id: str
    interrupt_ids: tuple[str, ...]
    seen: str | None
    opened: OpenThread = field(compare=False, repr=False)
    asked: tuple[Asked, ...] = ()

    def covers(self, answers: Mapping[str, Any]) -> bool:
        """Whether answers, by interrupt id, are for questions that it is about."""
        return bool(answers) and answers.keys() <= set(self.interrupt_ids)

    def still_asked(self, now: OpenThread) -> set[str]:
        """Which of the questions a thread still asks: the very same, not others under their ids."""
        now_asked = set(map(asked, now.questions))
        return {each[0] for each in self.asked if each in now_asked}


def ticket_for(opened: OpenThread) -> Ticket | None:
    """The ticket of answers to a thread's questions as they stand in `opened`."""
    if not opened.questions:
        return None
    ids = tuple(question.interrupt.id for question in opened.questions)
    as_asked = tuple(map(asked, opened.questions))
    return Ticket(opened.thread.thread_id, ids, opened.thread.checkpoint_id, opened, as_asked)


def why_not(opened: OpenThread, *, listed: bool) -> str:
    """Why no question can be answered; empty if one can. `listed`: the list still has it."""
    if not listed:
        return "This thread left the list: pick it again to answer it."
    if opened.thread.state is not ThreadState.OPEN or not opened.questions:
        return f"No answer is possible: this thread is {opened.thread.state.label}."
    if not opened.verbs:
        return "This is a read-only look: nothing can be sent."
    blocked = [question.blocked for question in opened.questions]
    return blocked[0] if all(blocked) else ""
