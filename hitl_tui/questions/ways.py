"""A schema's alternatives as decisions: one way to answer for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hitl_tui.model.question import MISSING
from hitl_tui.questions.dialect import Way
from hitl_tui.questions.form import Form
from hitl_tui.questions.payload import clip, distinct
from hitl_tui.questions.resolve import (
    Schema,
    alternatives,
    constant,
    holds_parts,
    is_null,
    names,
    resolve,
)
from hitl_tui.questions.schema import form_of

ANSWER = "answer"
"""The name of the decision where there is nothing to decide but the value itself."""


def ways_of(schema: Any, root: Schema, name: str = "value") -> tuple[Way, ...]:
    """A way for each alternative of the schema; the one named `answer` if it has none.

    A value that is no object has one field of that name.
    """
    plain = resolve(schema, root)
    if not holds_parts(plain, root):
        return (Way(ANSWER, form_of(plain, root, name), "Answer", _help(plain)),)
    options = alternatives(plain, root)
    mark = mark_of(plain, options, root)
    titles = [_name(option, mark, root) for option in options]
    return tuple(
        Way(title, _form(option, mark, root, name), _label(option, title), _help(option))
        for title, option in zip(distinct(titles), options, strict=True)
    )


def mark_of(plain: Schema, options: Sequence[Schema], root: Schema) -> str | None:
    """The property that tells the alternatives apart: the discriminator, else a constant."""
    named = plain.get("discriminator")
    if isinstance(named, dict) and isinstance(named.get("propertyName"), str):
        return str(named["propertyName"])
    objects = [option for option in options if not is_null(option)]
    first = objects[0].get("properties") if objects else None
    candidates = [str(name) for name in first] if isinstance(first, dict) else []
    return next((name for name in candidates if _tells(name, objects, root)), None)


def marked(option: Schema, mark: str | None, root: Schema) -> Any:
    """The constant that an alternative has under the mark; MISSING if it has none."""
    listed = option.get("properties")
    if mark is None or not isinstance(listed, dict) or mark not in listed:
        return MISSING
    return constant(resolve(listed[mark], root))


def _tells(name: str, options: Sequence[Schema], root: Schema) -> bool:
    """Whether a constant tells objects apart; a sole one may also do without it if it says so."""
    if len(options) == 1 and name not in names(options[0].get("required")):
        return False
    values = [marked(option, name, root) for option in options]
    return MISSING not in values and len({repr(value) for value in values}) == len(values)


def _form(option: Schema, mark: str | None, root: Schema, name: str) -> Form:
    if is_null(option):
        return Form(None)
    if marked(option, mark, root) is not MISSING:
        option = {**option, "required": [*names(option.get("required")), mark]}
    return form_of(option, root, name)


def _name(option: Schema, mark: str | None, root: Schema) -> str:
    value = marked(option, mark, root)
    title = option.get("title")
    if value is not MISSING:
        return clip(str(value), 40)
    if is_null(option):
        return "nothing"
    return title if isinstance(title, str) and title else str(option.get("type", "other"))


def _label(option: Schema, name: str) -> str:
    return "Nothing (null)" if is_null(option) else name


def _help(option: Schema) -> str:
    said = option.get("description")
    return said if isinstance(said, str) else ""
