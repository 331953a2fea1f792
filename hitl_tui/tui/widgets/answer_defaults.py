"""How a field's input starts: from its default, shown so that it goes back exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from hitl_tui.model.question import MISSING, Field, FieldKind
from hitl_tui.text import is_safe
from hitl_tui.tui.widgets.answer_values import Type, Typed, to_json

LONGEST = 100_000
"""Characters of a default from which on an input would make keys wait."""


def initial(field: Field) -> Typed:
    """The state of an input nobody has touched; empty if the default is none or does not fit."""
    if field.default is MISSING:
        return Typed()
    typed = _STARTS[field.kind](field, field.default)
    return typed if len(typed.text) <= LONGEST else Typed(kept=True)


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
    return Typed(picked=(0 if default else 1,)) if isinstance(default, bool) else Typed()


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


_STARTS: Final[Mapping[FieldKind, Callable[[Field, Any], Typed]]] = {
    FieldKind.TEXT: _text,
    FieldKind.LINES: _text,
    FieldKind.INTEGER: _number,
    FieldKind.NUMBER: _number,
    FieldKind.BOOLEAN: _boolean,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choices,
    FieldKind.JSON: _json,
    FieldKind.ANY: _any,
}
