"""JSON Schema to typed fields: an object's properties, each with the field that fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hitl_tui.model.question import MISSING
from hitl_tui.questions.fields import form_of_value
from hitl_tui.questions.form import Form, Path, Slot, same
from hitl_tui.questions.part import slot_of
from hitl_tui.questions.payload import is_record
from hitl_tui.questions.resolve import Schema, constant, names, resolve, unfolds

DEPTH = 4
"""Objects inside objects that are unfolded into fields; deeper ones are parts of their own."""

MANY = 100
"""Fields from which on no further object is unfolded: forms of that length help nobody."""


def form_of(schema: Any, root: Schema, name: str = "value", value: Any = MISSING) -> Form:
    """A form for values of the schema, starting from `value` if one is given.

    An object has a field for each property, and for each entry of `value` that is none;
    anything else is one field of that name.
    """
    plain = resolve(schema, root)
    if not unfolds(plain) or not (value is MISSING or is_record(value)):
        return Form(slots=(slot_of(plain, root, (name,), value, required=True, path=()),))
    start = {} if value is MISSING else value
    form = _object(plain, root, (), start, given=value is not MISSING)
    known = plain["properties"]
    extra = form_of_value({key: item for key, item in start.items() if key not in known})
    return _distinct(Form(form.base, (*form.slots, *extra.slots)))


def form_of_call(args: Mapping[str, Any], schema: Any, root: Schema | None = None) -> Form:
    """A form of a call's arguments: typed by their schema if it says, else by their values."""
    top = schema if root is None and isinstance(schema, Mapping) else root or {}
    plain = resolve(schema, top)
    return form_of(plain, top, "args", args) if unfolds(plain) else form_of_value(args)


def _object(plain: Schema, root: Schema, path: Path, start: Any, *, given: bool) -> Form:
    """The fields of an object's properties; what has only one possible value needs no field."""
    base: dict[str, Any] = {}
    slots: list[Slot] = []
    required = names(plain.get("required"))
    for name, part in plain["properties"].items():
        inner = resolve(part, root)
        here = (*path, name)
        value = start.get(name, MISSING)
        needed = len(slots) < MANY and (name in required or is_record(value))
        if _is_fixed(inner, value, required=name in required, given=given):
            base[name] = constant(inner)
        elif needed and unfolds(inner) and len(here) < DEPTH and _is_open(value):
            nested = _object(inner, root, here, {} if value is MISSING else value, given=given)
            base[name] = nested.base
            slots.extend(nested.slots)
        else:
            slots.append(slot_of(inner, root, here, value, required=name in required, path=here))
    return Form(base, tuple(slots))


def _is_fixed(plain: Schema, value: Any, *, required: bool, given: bool) -> bool:
    """Whether a property can only be its one constant, and is to be sent."""
    only = constant(plain)
    if only is MISSING or not (value is MISSING or same(value, only)):
        return False
    return required or value is not MISSING or (not given and same(plain.get("default"), only))


def _is_open(value: Any) -> bool:
    return value is MISSING or is_record(value)


def _distinct(form: Form) -> Form:
    """The same form with every field's name unique: `a.b` may be both a name and a way to b."""
    seen: set[str] = set()
    return Form(form.base, tuple(_renamed(slot, seen) for slot in form.slots))


def _renamed(slot: Slot, seen: set[str]) -> Slot:
    name = slot.field.name
    while name in seen:
        name += "′"
    seen.add(name)
    return replace(slot, field=replace(slot.field, name=name))
