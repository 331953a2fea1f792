"""What a form starts from: a draft, or the last answer where the same was asked before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from textual.content import Content

from hitl_tui.model.question import Action, Choice, Question
from hitl_tui.model.threads import Asked
from hitl_tui.tui.look import ago
from hitl_tui.tui.safe import styled
from hitl_tui.tui.widgets.answer_assess import Pick
from hitl_tui.tui.widgets.answer_defaults import started
from hitl_tui.tui.widgets.brief import brief
from hitl_tui.tui.widgets.typed import Typed

SHORT = 60
"""Characters of the last answer that the note repeats; the request shows all of it."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a question's form starts from, and what is said about that."""

    picks: tuple[Pick, ...] = ()
    note: Content | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What an operator made of a question so far: the form's state, and the JSON if it shows."""

    picks: tuple[Pick, ...]
    json: str | None = None


def starting_picks(question: Question, earlier: Sequence[Asked]) -> tuple[Pick, ...]:
    """The form's state that the last earlier answer came from; () if no form makes it."""
    from hitl_tui.questions.again import starting_choices

    choices = starting_choices(question, earlier) or ()
    pairs = zip(question.actions, choices, strict=False)
    picks = [_pick(action, choice) for action, choice in pairs]
    found = tuple(pick for pick in picks if pick is not None)
    return found if len(found) == len(question.actions) else ()


def beginning(question: Question, earlier: Sequence[Asked], now: datetime) -> Beginning:
    """Where the form of a question that was asked before begins, and what it says of that."""
    picks = starting_picks(question, earlier)
    last = earlier[-1]
    times = "asked again" if len(earlier) == 1 else f"asked again, {len(earlier)} times"
    when = f" {ago(last.answered_at, now)} ago" if last.answered_at else ""
    then = " · the form starts from it" if picks else ""
    said = f" · answered{when}: {_shortly(last.answer)}{then}"
    return Beginning(picks, styled((times, "bold $text-warning"), said))


def in_this_step(before: Sequence[Any]) -> Beginning:
    """What is said where a node took answers in this step; to what is not known, so none stays."""
    times = "answered in this step" + (f", {len(before)} times" if len(before) > 1 else "")
    return Beginning(note=styled((times, "bold"), f" · last: {_shortly(before[-1])}"))


def _shortly(answer: Any) -> str:
    shown = brief(answer, SHORT)
    return f'"{shown}"' if isinstance(answer, str) else shown


def _pick(action: Action, choice: Choice) -> Pick | None:
    if choice.decision not in [decision.name for decision in action.decisions]:
        return None
    pick = started(action.decisions, choice)
    return None if any(map(_is_kept, pick.typed.values())) else pick


def _is_kept(typed: Typed) -> bool:
    """Whether a value is too long to be typed in: kept are only the question's own defaults."""
    inner = (each for part in typed.parts for each in part.typed.values())
    return typed.kept or any(map(_is_kept, inner))
