"""Drafts as plain JSON: what was chosen and typed for a question, and back; pure.

A draft names decisions and fields. What it picked by position counts only for the very question
that it was made for: a question that offers other things by now gets the typed texts alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

from hitl_tui.model.question import Action, Decision, Question
from hitl_tui.tui.widgets.typed import Pick, Type, Typed

Picks = tuple[Pick, ...]
_BLANK = Typed()


def is_blank(question: Question, picks: Picks) -> bool:
    """Whether nothing is chosen and nothing is typed."""
    return not any(
        (pick.decision is not None and len(action.decisions) > 1)
        or any(typed != _BLANK for fields in pick.drafts.values() for typed in fields.values())
        for action, pick in zip(question.actions, picks, strict=True)
    )


def to_json(question: Question, picks: Picks) -> dict[str, Any]:
    """A draft of these picks, one for each of the question's actions."""
    pairs = zip(question.actions, picks, strict=True)
    kept = [_kept(action, pick) for action, pick in pairs]
    return {"of": _offers(question), "turn": question.turn, "picks": kept}


def is_for(question: Question, draft: Any) -> bool:
    """Whether a draft was made for this question, and not for another one under its id."""
    turn = draft.get("turn") if isinstance(draft, Mapping) else ""
    return not (isinstance(turn, str) and turn and question.turn) or turn == question.turn


def from_json(question: Question, draft: Any) -> Picks:
    """The picks of a draft as far as they fit the question; none if it is no draft of it."""
    if not is_for(question, draft):
        return ()
    with suppress(AttributeError, KeyError, TypeError, ValueError):
        if len(draft["picks"]) != len(question.actions):
            return ()
        same = draft["of"] == _offers(question)
        pairs = zip(question.actions, draft["picks"], strict=True)
        return tuple(_pick(action, kept, same) for action, kept in pairs)
    return ()


def _offers(question: Question) -> str:
    """What tells whether positions in a draft still mean what they meant."""
    from hashlib import sha256

    return sha256(repr([action.decisions for action in question.actions]).encode()).hexdigest()


def _kept(action: Action, pick: Pick) -> dict[str, Any]:
    names = [decision.name for decision in action.decisions]
    typed = {
        names[at]: {name: _plain(each) for name, each in fields.items()}
        for at, fields in pick.drafts.items()
    }
    return {"decision": None if pick.decision is None else names[pick.decision], "typed": typed}


def _plain(typed: Typed) -> dict[str, Any]:
    """`asdict` with the keys that JSON makes of numbers."""
    parts = [
        {
            "decision": part.decision,
            "drafts": {
                str(at): {name: _plain(each) for name, each in fields.items()}
                for at, fields in part.drafts.items()
            },
        }
        for part in typed.parts
    ]
    return {**asdict(replace(typed, parts=())), "parts": parts}


def _pick(action: Action, kept: Mapping[str, Any], same: bool) -> Pick:
    names = [decision.name for decision in action.decisions]
    drafts = {
        at: dict(_typed(decision, kept["typed"][decision.name], same))
        for at, decision in enumerate(action.decisions)
        if decision.name in kept["typed"]
    }
    chosen = kept["decision"]
    return Pick(names.index(chosen) if chosen in names else None, drafts)


def _typed(decision: Decision, kept: Mapping[str, Any], same: bool) -> Iterator[tuple[str, Typed]]:
    for field in decision.fields:
        if field.name in kept:
            typed = _read(kept[field.name])
            yield field.name, typed if same else replace(typed, picked=(), kept=False, parts=())


def _read(kept: Mapping[str, Any]) -> Typed:
    """A field's state as `_plain` tells it, and JSON keeps it."""
    more = {
        "picked": tuple(map(int, kept["picked"])),
        "type": None if kept["type"] is None else Type(kept["type"]),
        "parts": tuple(map(_part, kept["parts"])),
    }
    return Typed(**{**kept, **more})


def _part(kept: Mapping[str, Any]) -> Pick:
    drafts = {
        int(at): {name: _read(each) for name, each in fields.items()}
        for at, fields in kept["drafts"].items()
    }
    return Pick(kept["decision"], drafts)
