"""What a form's state means: the value to send, or why it cannot be sent; pure, slow, no widget.

Checking against a schema imports a library at first and costs as much as the value is large, so
this runs in threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hitl_tui.errors import AnswerRefused
from hitl_tui.model.question import MISSING, Action, Choice, Decision, Problem, Question
from hitl_tui.tui.widgets.answer_values import BadInput, Typed, to_json, value_of

UNDECIDED = "choose a decision first"


@dataclass(frozen=True, slots=True)
class Pick:
    """What is chosen and typed for one action; `decision` is a position, None: not chosen.

    `drafts` holds what is typed, by decision and name of field: others than the chosen one keep
    theirs.
    """

    decision: int | None = None
    drafts: Mapping[int, Mapping[str, Typed]] = field(default_factory=dict)

    @property
    def typed(self) -> Mapping[str, Typed]:
        """What is typed for the chosen decision, by name of field."""
        return {} if self.decision is None else self.drafts.get(self.decision, {})


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem and, if it can be told, the action and the field that it is about."""

    problem: Problem
    action: int | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The value with its JSON, exactly what will be sent; or the faults, and neither counts."""

    value: Any = MISSING
    json: str = ""
    faults: tuple[Fault, ...] = ()


def assess(question: Question, picks: tuple[Pick, ...]) -> Assessment:
    """Read, encode and check the picks, one per action."""
    from hitl_tui.questions.read import check, encode

    read = list(zip(question.actions, picks, strict=True))
    faults = [fault for at, (action, pick) in enumerate(read) for fault in _typed(at, action, pick)]
    if faults:
        return Assessment(faults=tuple(faults))
    try:
        value = encode(question, [_choice(action, pick) for action, pick in read])
        problems = check(question, value)
    except AnswerRefused as refusal:
        problems = refusal.problems or (Problem("", refusal.message),)
    if problems:
        return Assessment(faults=tuple(_placed(question, picks, it) for it in problems))
    return Assessment(value, to_json(value))


def decided(action: Action, pick: Pick) -> Decision | None:
    """The decision that is chosen, if one is."""
    return None if pick.decision is None else action.decisions[pick.decision]


def _typed(at: int, action: Action, pick: Pick) -> Iterator[Fault]:
    """What is wrong before anything is encoded: nothing decided, or not typed as it must be."""
    decision = decided(action, pick)
    if decision is None:
        yield Fault(Problem("", UNDECIDED), at)
        return
    for each in decision.fields:
        try:
            missing = value_of(each, pick.typed[each.name]) is MISSING
        except BadInput as error:
            yield Fault(Problem(each.name, str(error)), at, each.name)
        else:
            if missing and each.required:
                yield Fault(Problem(each.name, "is required"), at, each.name)


def _choice(action: Action, pick: Pick) -> Choice:
    decision = decided(action, pick)
    assert decision is not None  # `_typed` found no fault
    values = {each.name: value_of(each, pick.typed[each.name]) for each in decision.fields}
    return Choice(decision.name, {key: it for key, it in values.items() if it is not MISSING})


def _placed(question: Question, picks: tuple[Pick, ...], problem: Problem) -> Fault:
    """Where the problem belongs on the form, as far as its path tells."""
    steps = problem.path.split(".")
    numbers = [int(step) for step in steps if step.isdecimal()]
    at = numbers[0] if len(picks) > 1 and numbers else 0
    if at >= len(picks):
        return Fault(problem)
    decision = decided(question.actions[at], picks[at])
    names = [each.name for each in decision.fields] if decision else []
    exact = [name for name in names if problem.path == name or problem.path.startswith(f"{name}.")]
    found = [*exact, *(step for step in steps if step in names)]
    return Fault(problem, at, found[0] if found else None)
