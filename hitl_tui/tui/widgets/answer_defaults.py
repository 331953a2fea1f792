"""How a field's input starts: from its default, shown so that it goes back exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from hitl_tui.model.question import MISSING, NESTED, Choice, Decision, Field, FieldKind
from hitl_tui.text import is_safe
from hitl_tui.tui.widgets.answer_parts import NAME, VALUE
from hitl_tui.tui.widgets.answer_values import BadInput, to_json, value_of
from hitl_tui.tui.widgets.typed import Pick, Type, Typed

LONGEST = 100_000
"""Characters of a default from which on an input would make keys wait."""


MOST, DEEPEST = 200, 8
"""Values inside a default, and levels, from which on its parts get no inputs of their own."""


def initial(field: Field) -> Typed:
    """The state of an input nobody has touched: what it means is the default, or nothing.

    A default that the field's own inputs cannot hold is typed as JSON.
    """
    if field.default is MISSING:
        return _untouched(field)
    if field.nullable and field.default is None and field.kind not in _TAKE_NULL:
        return Typed(null=True)
    typed = _STARTS[field.kind](field, field.default)
    if len(typed.text) > LONGEST:
        return Typed(kept=True)
    return typed if _means(field, typed) else Typed(text=to_json(field.default, indent=2), raw=True)


def started(ways: Sequence[Decision], choice: Choice) -> Pick:
    """The state of a form that makes this choice, by the decision's name."""
    at = next(index for index, way in enumerate(ways) if way.name == choice.decision)
    given = choice.values
    typed = {
        f.name: initial(replace(f, default=given.get(f.name, MISSING))) for f in ways[at].fields
    }
    return Pick(at, {at: typed})


_TAKE_NULL = frozenset({FieldKind.BOOLEAN, FieldKind.CHOICE, FieldKind.JSON, FieldKind.ANY})


def _untouched(field: Field) -> Typed:
    """Nothing; but what must be there, in one of several ways, is there to be chosen."""
    if field.nest is None or field.kind is not FieldKind.PART or not field.required:
        return Typed()
    return Typed(parts=(Pick(),)) if len(field.nest.ways()) > 1 else Typed()


def _means(field: Field, typed: Typed) -> bool:
    """Whether the state means the default, types compared too."""
    try:
        return to_json(value_of(field, typed)) == to_json(field.default)
    except (BadInput, TypeError):
        return False


def _text(field: Field, default: Any) -> Typed:
    """A text as it is, or as JSON if the input would change it or the terminal act on it."""
    if not isinstance(default, str):
        return Typed()
    one_line = field.kind is not FieldKind.LINES
    kept = is_safe(default) and "\t" not in default and not (one_line and "\n" in default)
    if kept:
        return Typed(text=default, empty=default == "")
    return Typed(text=to_json(default), escaped=True)


def _number(field: Field, default: Any) -> Typed:
    return Typed(text="" if default is None else to_json(default))


def _json(field: Field, default: Any) -> Typed:
    return Typed(text=to_json(default, indent=2))


def _boolean(field: Field, default: Any) -> Typed:
    if isinstance(default, bool):
        return Typed(picked=(0 if default else 1,))
    return Typed(picked=(2,)) if default is None and field.nullable else Typed()


def _choice(field: Field, default: Any) -> Typed:
    index = _index(field, default)
    if index is not None:
        return Typed(picked=(index,))
    return _text(field, default) if field.free else Typed()


def _choices(field: Field, default: Any) -> Typed:
    if not isinstance(default, list):
        return Typed()
    found = [_index(field, item) for item in default]
    return Typed(picked=tuple(index for index in found if index is not None), empty=not default)


def _index(field: Field, value: Any) -> int | None:
    """Where among the choices the value is, types compared too: 1 is neither 1.0 nor true."""
    for index, choice in enumerate(field.choices):
        if type(choice) is type(value) and choice == value:
            return index
    return None


def _any(field: Field, default: Any) -> Typed:
    match default:
        case bool():
            return Typed(type=Type.BOOLEAN, picked=(0 if default else 1,))
        case int() | float():
            return Typed(type=Type.NUMBER, text=to_json(default))
        case str():
            shown = _text(field, default)
            return Typed(shown.text, empty=shown.empty, escaped=shown.escaped, type=Type.TEXT)
        case _:
            return Typed(type=Type.JSON, text=to_json(default, indent=2))


def _parts(field: Field, default: Any) -> Typed:
    """A part for each of the default's; none if there are too many, or no form makes one."""
    parts = _split(field, default)
    if parts is None or not _is_small(default) or field.nest is None:
        return Typed()
    made = [field.nest.recall(part) for part in parts]
    found = [choice for choice in made if choice is not None]
    if len(found) < len(parts):
        return Typed()
    ways = field.nest.ways()
    return Typed(parts=tuple(started(ways, choice) for choice in found), empty=not parts)


def _split(field: Field, default: Any) -> list[Any] | None:
    if field.kind is FieldKind.PART:
        return [default]
    if field.kind is FieldKind.ENTRIES and isinstance(default, Mapping):
        return [{NAME: name, VALUE: value} for name, value in default.items()]
    return list(default) if isinstance(default, list) else None


def _is_small(value: Any) -> bool:
    """Whether a value has few enough others inside to be shown each in an input of its own."""
    left = [(value, DEEPEST)]
    for _ in range(MOST):
        if not left:
            return True
        part, depth = left.pop()
        inner = part.values() if isinstance(part, Mapping) else part
        if isinstance(inner, str) or not isinstance(inner, Iterable):
            continue
        if not depth:
            return False
        left += [(each, depth - 1) for each in inner]
    return not left


_STARTS: Final[Mapping[FieldKind, Callable[[Field, Any], Typed]]] = {
    FieldKind.TEXT: _text,
    FieldKind.LINES: _text,
    FieldKind.INTEGER: _number,
    FieldKind.NUMBER: _number,
    FieldKind.BOOLEAN: _boolean,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choices,
    **dict.fromkeys(NESTED, _parts),
    FieldKind.JSON: _json,
    FieldKind.ANY: _any,
}
