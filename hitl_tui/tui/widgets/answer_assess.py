"""What a form's state means: the value to send, or why it cannot be sent; pure, slow, no widget.

Checking against a schema imports a library at first and costs as much as the value is large, so
this runs in threads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hitl_tui.errors import AnswerRefused
from hitl_tui.model.question import MISSING, Action, Choice, Decision, Problem, Question
from hitl_tui.tui.widgets.answer_parts import fields_of, inside, join
from hitl_tui.tui.widgets.answer_values import to_json, value_of
from hitl_tui.tui.widgets.typed import Pick

__all__ = ["Assessment", "Fault", "Pick", "assess", "decided", "told"]

UNDECIDED = "choose a decision first"


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem and, if it can be told, the action and the field that it is about.

    `inside` is the place in that field, dotted, empty for the field itself.
    """

    problem: Problem
    action: int | None = None
    field: str = ""
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The value with its JSON, exactly what will be sent; or the faults, and neither counts.

    What settings mask stands as a mark in both.
    """

    value: Any = MISSING
    json: str = ""
    faults: tuple[Fault, ...] = ()


def assess(question: Question, picks: tuple[Pick, ...]) -> Assessment:
    """Read, encode and check the picks, one per action."""
    from hitl_tui.questions.read import encode

    read = list(zip(question.actions, picks, strict=True))
    faults = [fault for at, _ in enumerate(read) for fault in _typed(question, at, picks[at])]
    if faults:
        return Assessment(faults=tuple(faults))
    try:
        value = encode(question, [_choice(action, pick) for action, pick in read])
        return Assessment(value, told(question, value))
    except RecursionError:
        return Assessment(faults=(Fault(Problem("", "the answer is nested too deeply")),))
    except AnswerRefused as refusal:
        problems = refusal.problems or (Problem("", refusal.message),)
        return Assessment(faults=tuple(_fault(question, it) for it in problems))


def told(question: Question, value: Any) -> str:
    """An answer as JSON, without what settings mask of it."""
    return to_json(question.masking.over(value) if question.masking else value)


def decided(action: Action, pick: Pick) -> Decision | None:
    """The decision that is chosen, if one is."""
    return None if pick.decision is None else action.decisions[pick.decision]


def _typed(question: Question, at: int, pick: Pick) -> Iterator[Fault]:
    """What is wrong before anything is encoded: nothing decided, or not typed as it must be."""
    action = question.actions[at]
    prefix = f"{at + 1}. {action.title}" if len(question.actions) > 1 else ""
    decision = decided(action, pick)
    if decision is None:
        yield Fault(Problem(prefix, UNDECIDED), at)
        return
    _, faults = fields_of(decision.fields, pick.typed, value_of)
    for place, message in faults:
        name, rest = inside([field.name for field in decision.fields], place)
        yield Fault(Problem(join(prefix, place), message), at, name, rest)


def _fault(question: Question, problem: Problem) -> Fault:
    """The problem with the field that it is about, and where in the field."""
    from hitl_tui.questions.read import field_of, prefix

    at, name = field_of(question, problem)
    place = problem.path.removeprefix(prefix(question, at))
    return Fault(problem, at, name, inside([name], place)[1] if name else "")


def _choice(action: Action, pick: Pick) -> Choice:
    decision = decided(action, pick)
    assert decision is not None  # `_typed` found no fault
    values, _ = fields_of(decision.fields, pick.typed, value_of)
    return Choice(decision.name, values)
