"""Which kind of field fits a part of a schema, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hitl_tui.model.question import FieldKind
from hitl_tui.questions.fields import text_kind
from hitl_tui.questions.resolve import Schema, alternatives, holds_parts, resolve, unfolds

SCALARS = {
    "integer": FieldKind.INTEGER,
    "number": FieldKind.NUMBER,
    "boolean": FieldKind.BOOLEAN,
}
TEXT_FORMATS = frozenset({"markdown", "textarea", "multiline"})


def kind_of_part(
    plain: Schema, root: Schema, name: str, value: Any
) -> tuple[FieldKind, tuple[Any, ...]]:
    """Which field fits a part that is not null, and its choices if it has any."""
    if choices := _choices(plain, root):
        return FieldKind.CHOICE, choices
    kind = plain.get("type")
    if kind == "array" and (items := _choices(resolve(plain.get("items"), root), root)):
        return FieldKind.CHOICES, items
    if kind == "string":
        return _text(plain, name, value), ()
    return _of_parts(plain, root) or _of_type(kind, plain), ()


def _of_parts(plain: Schema, root: Schema) -> FieldKind | None:
    """Which field of parts fits, if one does."""
    if unfolds(plain) or holds_parts(plain, root):
        return FieldKind.PART
    if plain.get("type") == "array" and _is_said(plain.get("items")):
        return None if plain.get("prefixItems") else FieldKind.LIST
    named = {"properties", "patternProperties"} & plain.keys()
    if plain.get("type") == "object" and not named and _is_said(plain.get("additionalProperties")):
        return FieldKind.ENTRIES
    return None


def _of_type(kind: Any, plain: Schema) -> FieldKind:
    """What is left: a single value, else JSON, else a value of any type."""
    if isinstance(kind, str):
        return SCALARS.get(kind, FieldKind.JSON)
    return FieldKind.JSON if "properties" in plain else FieldKind.ANY


def _is_said(schema: Any) -> bool:
    """Whether a schema says anything about what it allows."""
    return isinstance(schema, Mapping) and bool(schema)


def _text(plain: Schema, name: str, value: Any) -> FieldKind:
    """One line or many: by what the schema says, else as for any text of that name."""
    limit = plain.get("maxLength")
    if isinstance(plain.get("format"), str) and plain["format"] not in TEXT_FORMATS:
        return FieldKind.TEXT
    if plain.get("format") in TEXT_FORMATS or (isinstance(limit, int | float) and limit > 200):
        return FieldKind.LINES
    start = value if isinstance(value, str) else plain.get("default")
    return text_kind(start if isinstance(start, str) else "", name)


def _choices(plain: Schema, root: Schema, depth: int = 2) -> tuple[Any, ...]:
    """The values of an `enum`, a `const`, or alternatives that are all such; else none."""
    if "const" in plain:
        return (plain["const"],)
    if isinstance(plain.get("enum"), list):
        return tuple(plain["enum"])
    options = alternatives(plain, root) if depth else []
    parts = [_choices(option, root, depth - 1) for option in options]
    return tuple(value for part in parts for value in part) if all(parts) else ()
