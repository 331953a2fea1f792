"""A draft that its question did not wait for: what was typed, so that nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from textual.content import Content

from hitl_tui.model.notes import LeftDraft
from hitl_tui.tui.content.values import value_lines
from hitl_tui.tui.safe import styled


def left(drafts: tuple[LeftDraft, ...]) -> Iterator[Content]:
    """Who answered instead, what the operator had typed, and how to be rid of it."""
    for draft in drafts:
        by = f"was answered meanwhile: {draft.answered_by}" if draft.answered_by else _ELSEWHERE
        yield styled(("your draft", "bold $text-warning"), f"  is for a question that {by}")
        yield from value_lines(typed(draft.draft), indent=2)
    if drafts:
        yield styled(("  d  drop it", "bold"))


_ELSEWHERE = "is asked no more: it was answered elsewhere, or is asked anew"


def typed(draft: Any) -> Any:
    """What of a draft the operator chose and typed; all of it, if it is of another shape."""
    try:
        picks = [_pick(pick) for pick in draft["picks"]]
    except (AttributeError, KeyError, TypeError):
        return draft
    return picks[0] if len(picks) == 1 else picks


def _pick(pick: Mapping[str, Any]) -> dict[str, Any]:
    texts = {
        name: _texts(state)
        for fields in pick["typed"].values()
        for name, state in fields.items()
        if _texts(state)
    }
    chosen = pick["decision"]
    return {**({"decision": chosen} if chosen else {}), **texts}


def _texts(state: Mapping[str, Any]) -> Any:
    """A field's text, else what its parts hold, else what was picked in it."""
    return state["text"] or [_inner(part) for part in state["parts"]] or state["picked"]


def _inner(part: Mapping[str, Any]) -> Any:
    return [_texts(state) for fields in part["drafts"].values() for state in fields.values()]
