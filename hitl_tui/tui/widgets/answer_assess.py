"""What a form's state means: the value to send, or why it cannot be sent; pure, slow, no widget.

Checking against a schema imports a library at first and costs as much as the value is large, so
this runs in threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

from hitl_tui.errors import AnswerRefused
from hitl_tui.model.question import (
    MISSING,
    Action,
    Choice,
    Decision,
    Field,
    FieldKind,
    Problem,
    Question,
)
from hitl_tui.tui.widgets.answer_values import BadInput, Typed, to_json, value_of

UNDECIDED = "choose a decision first"
UNTYPED = "choose a type first: text, number, yes/no or JSON"


@dataclass(frozen=True, slots=True)
class Pick:
    """What is chosen and typed for one action; `decision` is a position, None: not chosen.

    `drafts` holds what is typed, by decision and name of field: others than the chosen one keep
    theirs.
    """

    decision: int | None = None
    drafts: Mapping[int, Mapping[str, Typed]] = attribute(default_factory=dict)

    @property
    def typed(self) -> Mapping[str, Typed]:
        """What is typed for the chosen decision, by name of field."""
        return {} if self.decision is None else self.drafts.get(self.decision, {})


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem and, if it can be told, the action and the field that it is about."""

    problem: Problem
    action: int | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The value with its JSON, exactly what will be sent; or the faults, and neither counts."""

    value: Any = MISSING
    json: str = ""
    faults: tuple[Fault, ...] = ()


def assess(question: Question, picks: tuple[Pick, ...]) -> Assessment:
    """Read, encode and check the picks, one per action."""
    from hitl_tui.questions.read import encode, field_of

    read = list(zip(question.actions, picks, strict=True))
    faults = [fault for at, _ in enumerate(read) for fault in _typed(question, at, picks[at])]
    if faults:
        return Assessment(faults=tuple(faults))
    try:
        value = encode(question, [_choice(action, pick) for action, pick in read])
        return Assessment(value, to_json(value))
    except RecursionError:
        return Assessment(faults=(Fault(Problem("", "the answer is nested too deeply")),))
    except AnswerRefused as refusal:
        problems = refusal.problems or (Problem("", refusal.message),)
        return Assessment(faults=tuple(Fault(it, *field_of(question, it)) for it in problems))


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
    for each in decision.fields:
        if message := _misread(each, pick.typed[each.name]):
            path = f"{prefix}.{each.name}" if prefix else each.name
            yield Fault(Problem(path, message), at, each.name)


def _misread(field: Field, typed: Typed) -> str:
    """What is wrong with what is typed into a field; empty if nothing is."""
    try:
        missing = value_of(field, typed) is MISSING
    except BadInput as error:
        return str(error)
    if not missing or not field.required:
        return ""
    return UNTYPED if field.kind is FieldKind.ANY and typed.type is None else "is required"


def _choice(action: Action, pick: Pick) -> Choice:
    decision = decided(action, pick)
    assert decision is not None  # `_typed` found no fault
    values = {each.name: value_of(each, pick.typed[each.name]) for each in decision.fields}
    return Choice(decision.name, {key: it for key, it in values.items() if it is not MISSING})
