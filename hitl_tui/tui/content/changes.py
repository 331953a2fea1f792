"""What an edit changes: old and new beside or below one another, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from itertools import islice
from typing import Any

from textual.content import Content

from hitl_tui.model.question import MISSING, Action, Choice, Question
from hitl_tui.tui.safe import styled
from hitl_tui.tui.widgets.answer_values import to_json

SHORT = 60
"""Characters of a value that is told in one line, old and new."""

MOST = 60
"""Lines told of one field's difference."""

_LONGEST = 20_000
_OLD, _NEW, _MUTED = "$text-error", "$text-success", "$foreground-muted"
_SIGNS = {"-": _OLD, "+": _NEW}


def changes(question: Question, value: Any) -> tuple[Content, ...]:
    """The lines about what `value` changes of what the question proposed; slow.

    Only fields count that the question gave a value for, and those beside them. A value on the
    verge of what can be written is sent as it is, without them.
    """
    try:
        return tuple(_told(question, value))
    except RecursionError:
        return ()


def _told(question: Question, value: Any) -> list[Content]:
    from hitl_tui.questions.read import recall

    shown = question.masking.over(value) if question.masking else value
    choices = recall(question, shown) or ()
    several = len(question.actions) > 1
    lines: list[Content] = []
    for number, (action, choice) in enumerate(zip(question.actions, choices, strict=False), 1):
        found = list(_changed(action, choice))
        if found and several:
            lines.append(styled((f"{number}. {action.title}", "bold")))
        lines += found
    return lines


def _changed(action: Action, choice: Choice) -> Iterator[Content]:
    fields = next(each.fields for each in action.decisions if each.name == choice.decision)
    if all(field.default is MISSING for field in fields):
        return
    told = False
    for field in fields:
        new = choice.values.get(field.name, MISSING)
        if _text(field.default) != _text(new):
            told = True
            yield from _difference(field.label or field.name, field.default, new)
    if not told and choice.decision == "edit":
        yield styled(("nothing is changed", f"italic {_MUTED}"))


def _difference(name: str, old: Any, new: Any) -> Iterator[Content]:
    before, after = _text(old), _text(new)
    if len(before) <= SHORT and len(after) <= SHORT:
        yield styled(("~ ", "bold"), f"{name}  ", (before, _OLD), (" → ", "bold"), (after, _NEW))
        return
    yield styled(("~ ", "bold"), name)
    if max(len(before), len(after)) > _LONGEST:
        yield styled((f"  {len(before):,} → {len(after):,} characters · ctrl+l shows all", _MUTED))
        return
    lines = unified_diff(_lines(old), _lines(new), n=1, lineterm="")
    found = list(islice((it for it in lines if it[:3] not in ("---", "+++", "@@ ")), MOST + 1))
    for line in found[:MOST]:
        yield styled((f"  {line}", _SIGNS.get(line[:1], "")))
    if len(found) > MOST:
        yield styled(("  … more · ctrl+l shows all", f"italic {_MUTED}"))


def _text(value: Any) -> str:
    return "nothing" if value is MISSING else to_json(value)


def _lines(value: Any) -> list[str]:
    """A text's own lines, another value's lines as JSON."""
    if value is MISSING:
        return []
    return value.split("\n") if isinstance(value, str) else to_json(value, indent=2).split("\n")
