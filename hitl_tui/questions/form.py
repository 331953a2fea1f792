"""Forms: where each field's value stands in the answer that a decision makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from hitl_tui.model.question import MISSING, Field, FieldKind, Problem
from hitl_tui.questions.payload import is_record

Path: TypeAlias = tuple[Any, ...]
"""Keys and positions from the outside in; empty for the value itself."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A field and its place.

    `absent` is what an empty field sends; MISSING: nothing at all. A nullable one takes None too.
    """

    field: Field
    path: Path = ()
    absent: Any = MISSING
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A value with holes: `base` is sent as it is, each slot puts its field's value in its place.

    A form without slots whose base is MISSING makes no value; every other one does.
    """

    base: Any = MISSING
    slots: tuple[Slot, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """The inputs, in the order they are shown."""
        return tuple(slot.field for slot in self.slots)

    def problems(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        """Fields that are missing, of the wrong type, or not in this form."""
        names = [slot.field.name for slot in self.slots]
        for name in values:
            if name not in names:
                yield Problem(str(name), f"is no field here; these are: {', '.join(names) or '–'}")
        for slot in self.slots:
            if message := _fault(slot, values.get(slot.field.name, MISSING)):
                yield Problem(slot.field.name, message)

    def assemble(self, values: Mapping[str, Any]) -> Any:
        """The value made of the base and the fields' values; nothing given is changed."""
        made = self.base
        for slot in self.slots:
            value = values.get(slot.field.name, slot.absent)
            if value is not MISSING:
                made = put(made, slot.path, value)
        return made

    def values(self, value: Any) -> dict[str, Any] | None:
        """The fields' values that make this value: the way back; None if none do."""
        found = {slot.field.name: get(value, slot.path) for slot in self.slots}
        values = {name: item for name, item in found.items() if item is not MISSING}
        fitting = not any(self.problems(values)) and same(self.assemble(values), value)
        return values if fitting else None

    def slot_at(self, path: Path) -> Slot | None:
        """The slot that holds this place of the value, the innermost one."""
        fitting = [slot for slot in self.slots if path[: len(slot.path)] == slot.path]
        return max(fitting, key=lambda slot: len(slot.path), default=None)

    def within(self, prefix: Path, base: Any) -> Form:
        """The same form with its value standing at `prefix` of a larger `base`."""
        whole = base if self.base is MISSING else put(base, prefix, self.base)
        slots = tuple(replace(slot, path=prefix + slot.path) for slot in self.slots)
        return Form(whole, slots)


def put(base: Any, path: Path, value: Any) -> Any:
    """A copy of `base` with `value` at `path`; objects on the way are made if need be."""
    if not path:
        return value
    head, *tail = path
    if isinstance(base, list):
        inner = put(base[head], tuple(tail), value)
        return [*base[:head], inner, *base[head + 1 :]]
    known = dict(base) if isinstance(base, Mapping) else {}
    return known | {head: put(known.get(head), tuple(tail), value)}


def get(value: Any, path: Path) -> Any:
    """What stands at `path` of a value; MISSING if there is no such place."""
    for step in path:
        keys = range(len(value)) if isinstance(value, list) else value
        if not isinstance(keys, Mapping | range) or step not in keys:
            return MISSING
        value = value[step]
    return value


def same(one: Any, other: Any) -> bool:
    """Equality as JSON has it, however deep: 1 is not true, and 1 is 1.0."""
    pairs = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        if isinstance(left, bool) or isinstance(right, bool):
            equal = left is right
        elif isinstance(left, list) and isinstance(right, list):
            equal = len(left) == len(right)
            pairs += zip(left, right, strict=False)
        elif isinstance(left, Mapping) and isinstance(right, Mapping):
            equal = left.keys() == right.keys()
            pairs += [(left[key], right[key]) for key in left] if equal else []
        else:
            equal = bool(left == right)
        if not equal:
            return False
    return True


def one_of(value: Any, choices: Sequence[Any]) -> bool:
    """Whether the value is among the choices, as JSON compares."""
    return any(same(value, choice) for choice in choices)


def _fault(slot: Slot, value: Any) -> str:
    """What is wrong with a field's value; empty if nothing is."""
    field = slot.field
    if value is MISSING:
        return "is required" if field.required and slot.absent is MISSING else ""
    if value == "" and field.required and field.schema.get("minLength"):
        return "must not be empty"
    if value is None and slot.nullable:
        return ""
    return _mistyped(field, value)


def _mistyped(field: Field, value: Any) -> str:
    fits, message = _TYPES.get(field.kind, (_anything, ""))
    return "" if fits(field, value) else message


def _is_number(field: Field, value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(field: Field, value: Any) -> bool:
    return _is_number(field, value) and value == value // 1


def _chosen(field: Field, value: Any) -> bool:
    return one_of(value, field.choices) or (field.free and isinstance(value, str))


def _all_chosen(field: Field, value: Any) -> bool:
    return isinstance(value, list) and all(_chosen(field, item) for item in value)


def _anything(field: Field, value: Any) -> bool:
    return True


_TYPES: Mapping[FieldKind, tuple[Callable[[Field, Any], bool], str]] = {
    FieldKind.TEXT: (lambda field, value: isinstance(value, str), "must be a text"),
    FieldKind.LINES: (lambda field, value: isinstance(value, str), "must be a text"),
    FieldKind.INTEGER: (_is_whole, "must be a whole number"),
    FieldKind.NUMBER: (_is_number, "must be a number"),
    FieldKind.BOOLEAN: (lambda field, value: isinstance(value, bool), "must be yes or no"),
    FieldKind.CHOICE: (_chosen, "must be one of the choices"),
    FieldKind.CHOICES: (_all_chosen, "must be a list of the choices"),
    FieldKind.LIST: (lambda field, value: isinstance(value, list), "must be a list"),
    FieldKind.ENTRIES: (lambda field, value: is_record(value), "must be an object"),
}
