"""A field's help: what its schema says about it, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hitl_tui.questions.words import FORMATS, shown

_RULES = (
    ("minimum", "at least {}"),
    ("exclusiveMinimum", "more than {}"),
    ("maximum", "at most {}"),
    ("exclusiveMaximum", "less than {}"),
    ("multipleOf", "a multiple of {}"),
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("pattern", "matching {}"),
    ("minItems", "at least {} of them"),
    ("maxItems", "at most {} of them"),
)


def help_of(schema: Mapping[str, Any], *, nullable: bool = False) -> str:
    """The description, then the limits: "How much to pay back · at least 0 · at most 500"."""
    said = schema.get("description")
    parts = [said] if isinstance(said, str) and said else []
    form = schema.get("format")
    parts += [FORMATS.get(form, form)] if isinstance(form, str) else []
    parts += [text.format(shown(schema[key])) for key, text in _RULES if key in schema]
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        parts.append(f"for example {', '.join(map(shown, examples[:3]))}")
    parts += ["may be left empty"] if nullable else []
    return " · ".join(parts)
