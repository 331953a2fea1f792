"""The one field of a schema's part: its kind, choices, words and what it starts from."""

from __future__ import annotations

from typing import Any

from hitl_tui.model.question import MISSING, Field, FieldKind, Nest
from hitl_tui.questions.form import Path, Slot
from hitl_tui.questions.hints import help_of
from hitl_tui.questions.kinds import kind_of_part
from hitl_tui.questions.nest import Entry, Part
from hitl_tui.questions.resolve import Schema, constant, without_null


def slot_of(
    plain: Schema, root: Schema, names: Path, value: Any, *, required: bool, path: Path
) -> Slot:
    """The one field of a part: `names` make its dotted name, `path` is where it stands."""
    inner, nullable = without_null(plain, root)
    kind, choices = kind_of_part(inner, root, str(names[-1]), value)
    if nullable and kind is FieldKind.CHOICE and None not in choices:
        choices = (*choices, None)
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
            nullable=nullable,
            nest=_nest(kind, inner, root),
        ),
        path,
        absent,
        nullable or value is None,
    )


def _label(plain: Schema, name: str) -> str:
    title = plain.get("title")
    return title if isinstance(title, str) and title else name


def _nest(kind: FieldKind, plain: Schema, root: Schema) -> Nest | None:
    """What the parts of such a field are made of."""
    match kind:
        case FieldKind.PART:
            return Part(plain, root)
        case FieldKind.LIST:
            return Part(plain["items"], root)
        case FieldKind.ENTRIES:
            return Entry(plain["additionalProperties"], root)
        case _:
            return None
