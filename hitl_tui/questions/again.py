"""Asked again: whether a question came before in its thread, and what was answered then."""

from __future__ import annotations

from collections.abc import Sequence

from hitl_tui.model.question import Choice, Question
from hitl_tui.model.threads import Asked, Interrupt
from hitl_tui.questions.encode import recall
from hitl_tui.questions.form import same


def earlier(interrupt: Interrupt, history: Sequence[Asked]) -> tuple[Asked, ...]:
    """The times the same node asked the same thing, in the order of `history`.

    A node's name is only compared where both sides know it.
    """
    return tuple(asked for asked in history if _is_same(interrupt, asked))


def asked_again(
    interrupts: Sequence[Interrupt], history: Sequence[Asked]
) -> dict[str, tuple[Asked, ...]]:
    """By interrupt id, `earlier` of those that were asked before."""
    found = {interrupt.id: earlier(interrupt, history) for interrupt in interrupts}
    return {interrupt_id: asked for interrupt_id, asked in found.items() if asked}


def starting_choices(question: Question, history: Sequence[Asked]) -> tuple[Choice, ...] | None:
    """The choices of the last earlier answer, to start from; None if there is nothing to."""
    before = earlier(question.interrupt, history)
    if not before or (question.masking and question.masking.strays(before[-1].answer)):
        return None  # a mark that stands for no value is nothing to start from
    return recall(question, before[-1].answer)


def _is_same(interrupt: Interrupt, asked: Asked) -> bool:
    known = bool(interrupt.node and asked.node)
    return same(interrupt.value, asked.value) and (not known or interrupt.node == asked.node)
