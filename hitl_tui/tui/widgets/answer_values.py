"""What is typed into a field, and the value it means; pure, no widget.

Texts here are raw: what the operator types is sent exactly as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, NoReturn

from hitl_tui.model.question import MISSING, Field, FieldKind
from hitl_tui.text import is_safe
from hitl_tui.tui.widgets.answer_parts import parts_value
from hitl_tui.tui.widgets.typed import BadInput, Type, Typed

__all__ = ["BadInput", "Type", "Typed", "to_json", "value_of"]

_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")


def value_of(field: Field, typed: Typed) -> Any:
    """The value that is typed, MISSING if there is none; raises BadInput."""
    if typed.kept:
        return field.default
    if typed.null and typed.blank:
        return None
    return _json(field, typed) if typed.raw else _READERS[field.kind](field, typed)


def to_json(value: Any, *, indent: int | None = None) -> str:
    """The value as JSON that shows everything: unsafe characters are written as escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if is_safe(text):
        return text
    return json.dumps(value, indent=indent).replace("\x7f", "\\u007f")


def _text(field: Field, typed: Typed) -> Any:
    if typed.text == "":
        return "" if typed.empty else MISSING
    if not typed.escaped:
        return typed.text
    value = _json(field, typed)
    if not isinstance(value, str):
        raise BadInput('must be a text in JSON: "…"')
    return value


def _integer(field: Field, typed: Typed) -> Any:
    text = typed.text.strip()
    if not text:
        return MISSING
    if not _WHOLE.fullmatch(text):
        raise BadInput("must be a whole number, such as 12")
    return _int(text)


def _number(field: Field, typed: Typed) -> Any:
    text = typed.text.strip()
    if not text:
        return MISSING
    if _WHOLE.fullmatch(text):
        return _int(text)
    number = float(text) if _NUMBER.fullmatch(text) else float("nan")
    if number - number != 0:  # neither NaN nor infinity
        raise BadInput("must be a number, such as 12 or 12.5")
    return number


def _int(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:  # Python's limit of digits
        raise BadInput("has too many digits") from error


def _boolean(field: Field, typed: Typed) -> Any:
    return (True, False, None)[typed.picked[0]] if typed.picked else MISSING


def _choice(field: Field, typed: Typed) -> Any:
    if typed.picked:
        return field.choices[typed.picked[0]]
    return _text(field, typed) if field.free else MISSING


def _choices(field: Field, typed: Typed) -> Any:
    values = [field.choices[index] for index in typed.picked]
    other = _text(field, typed) if field.free else MISSING
    if other is not MISSING:
        values.append(other)
    return values if values or typed.empty else MISSING


def _json(field: Field, typed: Typed) -> Any:
    if not typed.text.strip():
        return MISSING
    try:
        return json.loads(typed.text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno} column {error.colno}"
        raise BadInput(f"is not JSON: {place}: {error.msg}") from error
    except RecursionError as error:
        raise BadInput("is nested too deeply") from error
    except BadInput:
        raise
    except ValueError as error:
        raise BadInput("holds a number with too many digits") from error


def _no_constant(name: str) -> NoReturn:
    raise BadInput(f"is not JSON: {name} is no value of JSON")


def _any(field: Field, typed: Typed) -> Any:
    if typed.type is None:
        if typed.text:
            raise BadInput("choose a type: text, number, yes/no or JSON")
        return MISSING
    return _TYPES[typed.type](field, typed)


Reader = Callable[[Field, Typed], Any]

_TYPES: Final[Mapping[Type, Reader]] = {
    Type.TEXT: _text,
    Type.NUMBER: _number,
    Type.BOOLEAN: _boolean,
    Type.JSON: _json,
}
_READERS: Final[Mapping[FieldKind, Reader]] = {
    FieldKind.TEXT: _text,
    FieldKind.LINES: _text,
    FieldKind.INTEGER: _integer,
    FieldKind.NUMBER: _number,
    FieldKind.BOOLEAN: _boolean,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choices,
    FieldKind.LIST: partial(parts_value, read=value_of),
    FieldKind.PART: partial(parts_value, read=value_of),
    FieldKind.ENTRIES: partial(parts_value, read=value_of),
    FieldKind.JSON: _json,
    FieldKind.ANY: _any,
}
