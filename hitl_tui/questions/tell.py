"""What the `jsonschema` library found, told where and in words, each thing once.

Of several alternatives only the errors of the one that was meant help an operator.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from hitl_tui.questions.words import sentence

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

    from hitl_tui.questions.form import Path


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
        case "discriminator":
            yield Finding((*path, _rule(error)["propertyName"]), "is required")
        case "additionalProperties" if error.validator_value is False:
            yield from (Finding((*path, name), "is not expected") for name in _extra(error))
        case "anyOf" | "oneOf" if error.context:
            yield from _alternatives(error, path)
        case _:
            yield Finding(path, _sentence(error))


def _sentence(error: ValidationError) -> str:
    return sentence(str(error.validator), error.validator_value, error.message)


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
    named = _named_mark(error)
    if named and isinstance(error.instance, Mapping) and named not in error.instance:
        return  # that it is missing is told already
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
    if named := _named_mark(error):
        return named
    tellers = [{_constant(inner) for inner in branch} - {None} for branch in branches.values()]
    counted = Counter(name for names in tellers for name in names)
    return next((name for name, n in counted.most_common(1) if n >= len(branches) - 1), None)


def _named_mark(error: ValidationError) -> str | None:
    named = _schema(error).get("discriminator")
    name = named.get("propertyName") if isinstance(named, Mapping) else None
    return name if isinstance(name, str) else None


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
