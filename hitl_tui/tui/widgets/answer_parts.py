"""The value of a field that holds parts, and where in it something is wrong; pure, no widget."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from hitl_tui.model.question import MISSING, Choice, Field, FieldKind, Nest
from hitl_tui.tui.widgets.typed import BadInput, Pick, Typed

Reader: TypeAlias = Callable[[Field, Typed], Any]
Faults: TypeAlias = list[tuple[str, str]]

NAME, VALUE = "name", "value"
UNTYPED = "choose a type first: text, number, yes/no or JSON"
UNCHOSEN = "choose one first: "


def fields_of(
    fields: Sequence[Field], typed: Mapping[str, Typed], read: Reader
) -> tuple[dict[str, Any], Faults]:
    """The values of some fields by name, and what is wrong: dotted places with messages."""
    values: dict[str, Any] = {}
    faults: Faults = []
    for field in fields:
        try:
            value = read(field, typed[field.name])
        except BadInput as error:
            faults += [(join(field.name, place), message) for place, message in error.faults]
            continue
        if value is not MISSING:
            values[field.name] = value
        elif field.required:
            untyped = field.kind is FieldKind.ANY and typed[field.name].type is None
            faults.append((field.name, UNTYPED if untyped else "is required"))
    return values, faults


def parts_value(field: Field, typed: Typed, read: Reader) -> Any:
    """What the parts make; MISSING if there is none and no empty list is meant."""
    assert field.nest is not None
    values, faults = [], []
    for at, pick in enumerate(typed.parts):
        value, wrong = _part(field.nest, pick, read)
        values.append(value)
        faults += [(join(place_of(field, at, value), place), message) for place, message in wrong]
    if faults:
        raise BadInput(str(faults[0][1]), faults)
    if not values:
        return _EMPTY[field.kind]() if typed.empty else MISSING
    if field.kind is FieldKind.ENTRIES:
        return _object(values)
    return values if field.kind is FieldKind.LIST else values[0]


def place_of(field: Field, at: int, value: Any) -> str:
    """Where in the field's value a part stands; `value` is the part's own."""
    if field.kind is FieldKind.PART:
        return ""
    named = field.kind is FieldKind.ENTRIES and isinstance(value, Mapping) and value.get(NAME)
    return str(named or at)


def find(field: Field, typed: Typed, place: str) -> tuple[int | None, str]:
    """Which part a place inside the field is in, and the place inside that part."""
    if field.kind is FieldKind.PART:
        return (0 if typed.parts else None), place
    for at, pick in enumerate(typed.parts):
        named = pick.typed[NAME].text if field.kind is FieldKind.ENTRIES else ""
        head = named or str(at)
        if place == head or place.startswith(f"{head}."):
            inner = place.removeprefix(head).removeprefix(".")
            given = field.kind is FieldKind.ENTRIES and inner.split(".")[0] not in {NAME, VALUE}
            return at, join(VALUE, inner) if given else inner
    return None, place


def inside(names: Sequence[str], place: str) -> tuple[str, str]:
    """Which of the names a dotted place begins with, the longest, and what comes after it.

    The empty name, of a part that is one single value, is the beginning of every place.
    """
    held = [n for n in names if not n or place == n or place.startswith(f"{n}.")]
    name = max(held, key=len, default="")
    return name, place.removeprefix(name).removeprefix(".")


def join(outer: str, inner: str) -> str:
    """A place inside a place."""
    return ".".join(filter(None, (outer, inner)))


def _part(nest: Nest, pick: Pick, read: Reader) -> tuple[Any, Faults]:
    ways = nest.ways()
    if pick.decision is None:
        return MISSING, [("", UNCHOSEN + ", ".join(way.label for way in ways))]
    way = ways[pick.decision]
    values, faults = fields_of(way.fields, pick.typed, read)
    if faults:
        return values, faults
    return nest.make(Choice(way.name, values)), []


def _object(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    faults = list(_twice(entries))
    if faults:
        raise BadInput(faults[0][1], faults)
    return {entry[NAME]: entry[VALUE] for entry in entries if VALUE in entry}


def _twice(entries: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Names that come again: an object has each but once."""
    seen: set[str] = set()
    for entry in entries:
        if entry[NAME] in seen:
            yield entry[NAME], "is there twice"
        seen.add(entry[NAME])


_EMPTY: Mapping[FieldKind, Callable[[], Any]] = {FieldKind.LIST: list, FieldKind.ENTRIES: dict}
