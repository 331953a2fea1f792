"""JSON Schema's rules in an operator's words: "must be at most 500"."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from hitl_tui.questions.payload import clip

TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
FORMATS = {
    "date": "a date such as 2026-01-31",
    "date-time": "a date and time such as 2026-01-31T18:00:00Z",
    "time": "a time such as 18:00:00Z",
    "duration": "a duration such as P1DT2H",
    "email": "an e-mail address",
    "uri": "a URL",
    "uuid": "a UUID",
}


def plural(count: Any, noun: str) -> str:
    """A number and its noun: 1 character, 2 characters."""
    return f"{shown(count)} {noun}" if count == 1 else f"{shown(count)} {noun}s"


def shown(value: Any) -> str:
    """A value as JSON, cut to what fits in a sentence."""
    return clip(
        value if isinstance(value, str) else json.dumps(value, default=str, skipkeys=True), 80
    )


def type_name(types: Any) -> str:
    """JSON Schema's type, or list of types, in words."""
    names = types if isinstance(types, list) else [types]
    return " or ".join(TYPES.get(str(name), str(name)) for name in names)


_SENTENCES: Mapping[str, Callable[[Any], str]] = {
    "type": lambda rule: f"must be {type_name(rule)}",
    "enum": lambda rule: f"must be one of {', '.join(map(shown, rule))}",
    "const": lambda rule: f"must be {shown(rule)}",
    "minimum": lambda rule: f"must be at least {shown(rule)}",
    "maximum": lambda rule: f"must be at most {shown(rule)}",
    "exclusiveMinimum": lambda rule: f"must be more than {shown(rule)}",
    "exclusiveMaximum": lambda rule: f"must be less than {shown(rule)}",
    "multipleOf": lambda rule: f"must be a multiple of {shown(rule)}",
    "minLength": lambda rule: (
        "must not be empty" if rule == 1 else f"must have at least {plural(rule, 'character')}"
    ),
    "maxLength": lambda rule: f"must have at most {plural(rule, 'character')}",
    "pattern": lambda rule: f"must match {shown(rule)}",
    "format": lambda rule: f"must be {FORMATS.get(rule, f'a valid {rule}')}",
    "minItems": lambda rule: f"must have at least {plural(rule, 'item')}",
    "maxItems": lambda rule: f"must have at most {plural(rule, 'item')}",
    "uniqueItems": lambda rule: "must not hold the same item twice",
    "minProperties": lambda rule: f"must have at least {plural(rule, 'entry')}",
    "maxProperties": lambda rule: f"must have at most {plural(rule, 'entry')}",
    "not": lambda rule: "is not allowed",
}


def sentence(rule: str, value: Any, otherwise: str) -> str:
    """What a rule of JSON Schema demands, with its value; `otherwise` if we have no words."""
    words = _SENTENCES.get(rule)
    return words(value) if words else clip(otherwise)
