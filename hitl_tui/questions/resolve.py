"""JSON Schema made plain for one place: references followed, `allOf` merged.

Everything here is for showing a form; what counts is checked by the library on the whole schema.
So what is broken or too deep simply resolves to less, and never raises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from hitl_tui.model.question import MISSING
from hitl_tui.questions.payload import is_record

Schema = Mapping[str, Any]

PARTS = 50
"""References and `allOf` parts that are worked in; more of them are a circle, or a trap."""


def resolve(schema: Any, root: Schema) -> dict[str, Any]:
    """The schema with its own `$ref` and `allOf` worked in; those inside stay for later."""
    plain: dict[str, Any] = {}
    left = [schema]
    for _ in range(PARTS):
        part = left.pop(0) if left else None
        if isinstance(part, Mapping):
            own = {key: value for key, value in part.items() if key not in {"$ref", "allOf"}}
            plain = _merged(plain, own)
            left = _parts(part, root) + left
    return plain


def _parts(schema: Schema, root: Schema) -> list[Any]:
    """What the schema refers to, and what all of must hold."""
    found = [target(schema["$ref"], root)] if "$ref" in schema else []
    every = schema.get("allOf")
    return [*found, *(every if isinstance(every, list) else ())]


def target(ref: Any, root: Schema) -> Any:
    """The part of the root schema that a `#/…` reference points to; {} if there is none."""
    if not isinstance(ref, str) or not ref.startswith("#"):
        return {}
    found = _found(ref, root)
    return {} if found is MISSING else found


def _found(ref: str, root: Schema) -> Any:
    place: Any = root
    for step in unquote(ref[1:]).split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(place, list):
            place = dict(zip(map(str, range(len(place))), place, strict=True))
        if not isinstance(place, Mapping) or key not in place:
            return MISSING
        place = place[key]
    return place


def has_target(ref: str, root: Schema) -> bool:
    """Whether a `#/…` reference points to a part of the root schema."""
    return ref.startswith("#") and _found(ref, root) is not MISSING


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Both schemas' rules: properties and required together, else the first one's."""
    both = other | one
    if isinstance(one.get("properties"), Mapping) and isinstance(other.get("properties"), Mapping):
        both["properties"] = {**other["properties"], **one["properties"]}
    if isinstance(one.get("required"), list) and isinstance(other.get("required"), list):
        both["required"] = [*one["required"], *other["required"]]
    return both


def alternatives(schema: Schema, root: Schema) -> list[dict[str, Any]]:
    """What a resolved schema's `oneOf` or `anyOf` lists, each with what is said beside it."""
    listed = schema.get("oneOf") or schema.get("anyOf")
    if not isinstance(listed, list):
        return []
    shared = {key: value for key, value in schema.items() if key not in _OUTER}
    return [_merged(resolve(part, root), shared) for part in listed]


_OUTER = {"oneOf", "anyOf", "discriminator", "title", "description", "default", "$defs"}


def constant(plain: Schema) -> Any:
    """The only value a resolved schema allows; MISSING if there are more."""
    if "const" in plain:
        return plain["const"]
    listed = plain.get("enum")
    return listed[0] if isinstance(listed, list) and len(listed) == 1 else MISSING


def is_null(schema: Schema) -> bool:
    """Whether only null satisfies it."""
    return schema.get("type") in ("null", ["null"]) or schema.get("const", "") is None


def without_null(schema: Schema, root: Schema, depth: int = 3) -> tuple[dict[str, Any], bool]:
    """A resolved schema with null taken out of it, and whether null was allowed."""
    types = schema.get("type")
    if isinstance(types, list) and "null" in types:
        left = [name for name in types if name != "null"]
        return {**schema, "type": left[0] if len(left) == 1 else left}, True
    options = alternatives(schema, root)
    others = [option for option in options if not is_null(option)]
    if len(others) == len(options) or not depth:
        return dict(schema), len(others) < len(options)
    if len(others) == 1:
        said = {key: schema[key] for key in ("title", "description", "default") if key in schema}
        return without_null({**others[0], **said}, root, depth - 1)[0], True
    rest = {key: value for key, value in schema.items() if key not in {"oneOf", "anyOf"}}
    return {**rest, "anyOf": others}, True


def unfolds(plain: Schema) -> bool:
    """Whether a resolved schema is an object whose properties can be fields of their own."""
    listed = plain.get("properties")
    if not isinstance(listed, Mapping) or not listed or plain.get("type", "object") != "object":
        return False
    return is_record(listed) and not ({"oneOf", "anyOf", "enum", "const"} & plain.keys())


def holds_parts(plain: Schema, root: Schema) -> bool:
    """Whether an alternative of a resolved schema is more than a single value."""
    options = alternatives(plain, root)
    return any("properties" in it or it.get("type") in ("object", "array") for it in options)


def names(value: Any) -> Sequence[str]:
    """The texts of a list, as `required` has them; nothing if it is no list."""
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []
