"""Fields guessed from a value's own type: a number stays a number, what is nested is JSON."""

from __future__ import annotations

from typing import Any

from hitl_tui.model.question import Field, FieldKind
from hitl_tui.questions.form import Form, Slot
from hitl_tui.questions.payload import is_record

LONG = 60
"""Texts longer than this many characters get an input of many lines."""

LINES_NAMES = frozenset({"body", "content", "message", "text", "reason", "comment", "notes"})
"""Names whose texts tend to have many lines."""


def kind_of(value: Any, name: str = "") -> FieldKind:
    """How a value of this type is typed in."""
    match value:
        case bool():
            return FieldKind.BOOLEAN
        case int() | float():
            return FieldKind.NUMBER  # 120 may well become 120.50: the type is only a guess
        case str():
            return text_kind(value, name)
        case None:
            return FieldKind.ANY
        case _:
            return FieldKind.JSON


def text_kind(text: str, name: str = "") -> FieldKind:
    """One line or many, by what is there now and by its name."""
    many = "\n" in text or len(text) > LONG or name.lower() in LINES_NAMES
    return FieldKind.LINES if many else FieldKind.TEXT


def form_of_value(value: Any, name: str = "args") -> Form:
    """A form that starts from an object's present values, one field each; else one field."""
    if not is_record(value):
        return Form(slots=(Slot(Field(name, kind_of(value, name), default=value)),))
    return Form({}, tuple(Slot(_field(key, item), (key,)) for key, item in value.items()))


def _field(name: str, value: Any) -> Field:
    return Field(name, kind_of(value, name), label=name, default=value)
