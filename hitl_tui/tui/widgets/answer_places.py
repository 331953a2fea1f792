"""Where in a form something is wrong, in the words and numbers that the form itself shows."""

from __future__ import annotations

from collections.abc import Iterator

from hitl_tui.model.question import Field, FieldKind, Question
from hitl_tui.tui.widgets.answer_assess import Fault
from hitl_tui.tui.widgets.answer_parts import inside

STEP = " › "


def said(question: Question, fault: Fault) -> str:
    """A fault with its place: `Lines › 2 › Count: is required`, parts counted from 1.

    What no field of the form holds has its dotted path, as it is in the value.
    """
    field = _field(question, fault)
    if field is None:
        return str(fault.problem)
    steps = list(_steps(field, fault.inside))
    if len(question.actions) > 1 and fault.action is not None:
        steps = [f"{fault.action + 1}. {question.actions[fault.action].title}", *steps]
    return ": ".join(filter(None, (STEP.join(steps), fault.problem.message)))


def _field(question: Question, fault: Fault) -> Field | None:
    """The field that a fault is about; None for what is not about one."""
    if fault.action is None or not fault.field:
        return None
    decisions = question.actions[fault.action].decisions
    fields = [field for decision in decisions for field in decision.fields]
    return next((field for field in fields if field.name == fault.field), None)


def _steps(field: Field, place: str) -> Iterator[str]:
    """What the form calls the field, and each part and field on the way to a place inside it."""
    yield field.label or field.name
    if field.kind is FieldKind.LIST and place:
        number, _, place = place.partition(".")
        yield str(int(number) + 1) if number.isdecimal() else number
    if field.nest is None or not place:
        yield from filter(None, [place])
        return
    fields = [each for way in field.nest.ways() for each in way.fields]
    name, rest = inside([each.name for each in fields], place)
    found = next((each for each in fields if each.name == name), None)
    if found is None:
        yield place
    else:
        yield from filter(None, _steps(found, rest))
