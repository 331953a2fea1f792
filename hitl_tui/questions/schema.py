"""JSON Schema to typed fields: which field fits which part; JSON for a part where none does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hitl_tui.model.question import MISSING, Field, FieldKind
from hitl_tui.questions.fields import form_of_value, text_kind
from hitl_tui.questions.form import Form, Path, Slot, same
from hitl_tui.questions.hints import help_of
from hitl_tui.questions.payload import is_record
from hitl_tui.questions.resolve import Schema, alternatives, names, resolve, without_null

DEPTH = 4
"""Objects inside objects that are unfolded into fields; deeper ones are typed as JSON."""

SCALARS = {
    "integer": FieldKind.INTEGER,
    "number": FieldKind.NUMBER,
    "boolean": FieldKind.BOOLEAN,
}
TEXT_FORMATS = frozenset({"markdown", "textarea", "multiline"})


def form_of(schema: Any, root: Schema, name: str = "value", value: Any = MISSING) -> Form:
    """A form for values of the schema, starting from `value` if one is given.

    An object has a field for each property, and for each entry of `value` that is none;
    anything else is one field of that name.
    """
    plain = resolve(schema, root)
    if not _unfolds(plain) or not (value is MISSING or is_record(value)):
        return Form(slots=(_slot(plain, root, (name,), value, required=True, path=()),))
    start = {} if value is MISSING else value
    form = _object(plain, root, (), start, given=value is not MISSING)
    known = plain["properties"]
    extra = form_of_value({key: item for key, item in start.items() if key not in known})
    return _distinct(Form(form.base, (*form.slots, *extra.slots)))


def form_of_call(args: Mapping[str, Any], schema: Any, root: Schema | None = None) -> Form:
    """A form of a call's arguments: typed by their schema if it says, else by their values."""
    top = schema if root is None and isinstance(schema, Mapping) else root or {}
    plain = resolve(schema, top)
    return form_of(plain, top, "args", args) if _unfolds(plain) else form_of_value(args)


def _object(plain: Schema, root: Schema, path: Path, start: Any, *, given: bool) -> Form:
    """The fields of an object's properties; what has only one possible value needs no field."""
    base: dict[str, Any] = {}
    slots: list[Slot] = []
    required = names(plain.get("required"))
    for name, part in plain["properties"].items():
        inner = resolve(part, root)
        here = (*path, name)
        value = start.get(name, MISSING)
        needed = name in required or is_record(value)
        if _is_fixed(inner, value, required=name in required, given=given):
            base[name] = constant(inner)
        elif needed and _unfolds(inner) and len(here) < DEPTH and _is_open(value):
            nested = _object(inner, root, here, {} if value is MISSING else value, given=given)
            base[name] = nested.base
            slots.extend(nested.slots)
        else:
            slots.append(_slot(inner, root, here, value, required=name in required, path=here))
    return Form(base, tuple(slots))


def _is_fixed(plain: Schema, value: Any, *, required: bool, given: bool) -> bool:
    """Whether a property can only be its one constant, and is to be sent."""
    only = constant(plain)
    if only is MISSING or not (value is MISSING or same(value, only)):
        return False
    return required or value is not MISSING or (not given and same(plain.get("default"), only))


def constant(plain: Schema) -> Any:
    """The only value a resolved schema allows; MISSING if there are more."""
    if "const" in plain:
        return plain["const"]
    listed = plain.get("enum")
    return listed[0] if isinstance(listed, list) and len(listed) == 1 else MISSING


def _is_open(value: Any) -> bool:
    return value is MISSING or is_record(value)


def _unfolds(plain: Schema) -> bool:
    """Whether a resolved schema is an object whose properties can be fields of their own."""
    listed = plain.get("properties")
    if not isinstance(listed, Mapping) or not listed or plain.get("type", "object") != "object":
        return False
    return is_record(listed) and not ({"oneOf", "anyOf", "enum", "const"} & plain.keys())


def _slot(
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


def _choices(plain: Schema, root: Schema) -> tuple[Any, ...]:
    """The values of an `enum`, a `const`, or alternatives that are all such; else none."""
    if "const" in plain:
        return (plain["const"],)
    if isinstance(plain.get("enum"), list):
        return tuple(plain["enum"])
    parts = [_choices(part, root) for part in alternatives(plain, root)]
    return tuple(value for part in parts for value in part) if all(parts) else ()


def _distinct(form: Form) -> Form:
    """The same form with every field's name unique: `a.b` may be both a name and a way to b."""
    seen: set[str] = set()
    return Form(form.base, tuple(_renamed(slot, seen) for slot in form.slots))


def _renamed(slot: Slot, seen: set[str]) -> Slot:
    name = slot.field.name
    while name in seen:
        name += "′"
    seen.add(name)
    return replace(slot, field=replace(slot.field, name=name))
