"""What the `jsonschema` library found, in an operator's words."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from hitl_tui.questions.payload import clip

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from hitl_tui.questions.form import Path

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


class Finding(NamedTuple):
    """What is wrong at a place of the value."""

    path: Path
    message: str


def told(error: ValidationError) -> Iterator[Finding]:
    """One or more findings for an error of the library."""
    path: Path = tuple(error.absolute_path)
    match error.validator:
        case "required":
            missing = [name for name in _rule(error) if name not in _instance(error)]
            yield from (Finding((*path, name), "is required") for name in missing)
        case "additionalProperties" if error.validator_value is False:
            yield from (Finding((*path, name), "is not expected") for name in _extra(error))
        case "anyOf" | "oneOf" if error.context:
            yield from _alternatives(error, path)
        case _:
            yield Finding(path, _sentence(error))


def plural(count: Any, noun: str) -> str:
    """A number and its noun: 1 character, 2 characters."""
    return f"{shown(count)} {noun}" if count == 1 else f"{shown(count)} {noun}s"


def shown(value: Any) -> str:
    """A value as JSON, cut to what fits in a sentence."""
    return clip(value if isinstance(value, str) else json.dumps(value, default=str), 80)


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


def _sentence(error: ValidationError) -> str:
    words = _SENTENCES.get(str(error.validator))
    return words(error.validator_value) if words else clip(error.message)


def _rule(error: ValidationError) -> Any:
    return error.validator_value


def _instance(error: ValidationError) -> Any:
    return error.instance


def _schema(error: ValidationError) -> Mapping[str, Any]:
    return error.schema if isinstance(error.schema, Mapping) else {}


def _extra(error: ValidationError) -> list[str]:
    """The names that an object has and may not have."""
    schema = _schema(error)
    listed, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    return [
        name
        for name in _instance(error)
        if name not in listed and not any(re.search(pattern, name) for pattern in patterns)
    ]


def _alternatives(error: ValidationError, path: Path) -> Iterator[Finding]:
    """Of several alternatives only the meant one's errors help; else say what would fit."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    mark = _mark(error, branches)
    left = [b for b in branches.values() if not any(_off(inner, mark) for inner in b)]
    if len(left) == 1:
        yield from (finding for inner in left[0] for finding in told(inner))
        return
    errors = [inner for branch in branches.values() for inner in branch]
    marks = [inner for inner in errors if mark and inner.path and inner.path[0] == mark]
    place = (*path, mark) if marks else path
    yield Finding(place, _any_of(marks or [inner for inner in errors if not inner.path]))


def _mark(error: ValidationError, branches: Mapping[Any, list[ValidationError]]) -> str | None:
    """The property that tells alternatives apart: as the schema says, else a constant in all."""
    named = _schema(error).get("discriminator")
    if isinstance(named, Mapping) and isinstance(named.get("propertyName"), str):
        return str(named["propertyName"])
    tellers = [{_constant(inner) for inner in branch} - {None} for branch in branches.values()]
    counted = Counter(name for names in tellers for name in names)
    return next((name for name, n in counted.most_common(1) if n >= len(branches) - 1), None)


def _constant(error: ValidationError) -> str | None:
    is_one = error.validator == "const" and len(error.path) == 1
    return str(error.path[0]) if is_one else None


def _off(error: ValidationError, mark: str | None) -> bool:
    """Whether the error shows that its alternative is not the one that was meant."""
    if mark is None or not isinstance(error.parent and error.parent.instance, Mapping):
        return not error.path and error.validator in {"type", "const", "enum"}
    return bool(error.path) and error.path[0] == mark


def _any_of(errors: list[ValidationError]) -> str:
    """One sentence for errors of which any one may be put right."""
    rules = [error for error in errors if error.validator in {"type", "const", "enum"}]
    if not rules:
        return "must fit one of the alternatives"
    sentences = dict.fromkeys(_sentence(error).removeprefix("must be ") for error in rules)
    return f"must be {' or '.join(sentences)}"
