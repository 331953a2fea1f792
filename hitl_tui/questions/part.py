"""The one field of a schema's part: its kind, choices, words and what it starts from."""

from __future__ import annotations

from typing import Any

from hitl_tui.model.question import MISSING, Field, FieldKind
from hitl_tui.questions.fields import text_kind
from hitl_tui.questions.form import Path, Slot
from hitl_tui.questions.hints import help_of
from hitl_tui.questions.resolve import Schema, alternatives, constant, resolve, without_null

SCALARS = {
    "integer": FieldKind.INTEGER,
    "number": FieldKind.NUMBER,
    "boolean": FieldKind.BOOLEAN,
}
TEXT_FORMATS = frozenset({"markdown", "textarea", "multiline"})


def slot_of(
    plain: Schema, root: Schema, names: Path, value: Any, *, required: bool, path: Path
) -> Slot:
    """The one field of a part: `names` make its dotted name, `path` is where it stands."""
    inner, nullable = without_null(plain, root)
    kind, choices = _kind(inner, root, str(names[-1]), value)
    default = inner.get("default", MISSING) if value is MISSING else value
    if default is MISSING and required:
        default = constant(inner)
    if default is None and kind not in {FieldKind.JSON, FieldKind.ANY}:
        default = MISSING
    absent = None if nullable and required else MISSING
    if value is None or value == "":
        absent = value  # an argument that is there and empty stays so if it is left alone
    return Slot(
        Field(
            ".".join(map(str, names)),
            kind,
            label=_label(inner, str(names[-1])),
            help=help_of(inner, nullable=nullable),
            required=required and not nullable,
            default=default,
            choices=choices,
            schema=inner,
        ),
        path,
        absent,
        nullable or value is None,
    )


def _label(plain: Schema, name: str) -> str:
    title = plain.get("title")
    return title if isinstance(title, str) and title else name


def _kind(plain: Schema, root: Schema, name: str, value: Any) -> tuple[FieldKind, tuple[Any, ...]]:
    """Which field fits a part that is not null, and its choices if it has any."""
    if choices := _choices(plain, root):
        return FieldKind.CHOICE, choices
    kind = plain.get("type")
    if kind == "string":
        return _text(plain, name, value), ()
    if kind == "array":
        items = _choices(resolve(plain.get("items"), root), root)
        return (FieldKind.CHOICES, items) if items else (FieldKind.JSON, ())
    if isinstance(kind, str):
        return SCALARS.get(kind, FieldKind.JSON), ()
    return (FieldKind.JSON if "properties" in plain else FieldKind.ANY), ()


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
