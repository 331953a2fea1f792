"""The alarm of two answers to one question, in words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from hitl_tui.masks import Masks
from hitl_tui.model.attempts import Attempt
from hitl_tui.model.threads import Branch, Rivals, ThreadSummary
from hitl_tui.states import sent, words

_T = TypeVar("_T", bound=ThreadSummary)
_LENGTH = 120


def alarmed(thread: _T, attempts: Iterable[Attempt] | None, masks: Masks) -> _T:
    """The thread with its alarms before its reason.

    Both answers are named: what each run left, what is stored, and who of us sent which.
    `attempts` are all that the journal knows of the thread; None if nobody looked there. What
    `masks` name is not told.
    """
    known = None if attempts is None else list(attempts)
    alarms = [_alarm(each, known, masks) for each in thread.rivals]
    return replace(thread, reason=" ".join([*alarms, thread.reason]).rstrip())


def _alarm(rivals: Rivals, attempts: list[Attempt] | None, masks: Masks) -> str:
    runs = "; ".join(_told(branch, masks) for branch in rivals.branches)
    count = {2: "two"}.get(len(rivals.branches), str(len(rivals.branches)))
    text = f"ALARM: {count} runs went on from one checkpoint, and all took effect: {runs}."
    if rivals.answers:
        kept = ", ".join(short(masks.over(each)) for each in rivals.answers)
        text += f" Of the answers the source keeps {kept}."
    if attempts is None:
        return text
    ours = [_sent(attempt, masks) for attempt in sent(attempts, rivals.checkpoint_id)]
    if ours:
        return f"{text} Sent from here: {'; '.join(ours)}."
    return f"{text} Neither was sent from here."


def _told(branch: Branch, masks: Masks) -> str:
    when = f" at {branch.at.astimezone():%H:%M:%S}" if branch.at else ""
    left = ", ".join(f"{key} = {short(value)}" for key, value in masks.over(branch.left).items())
    return f"one{when} left {left or 'nothing in the state'}"


def _sent(attempt: Attempt, masks: Masks) -> str:
    answers = ", ".join(short(masks.over(each)) for each in attempt.answers.values())
    return f"{words(attempt)} {answers}".rstrip()


def short(value: object, length: int = _LENGTH) -> str:
    """A value as JSON, cut where it is too long to stand in a sentence."""
    text = json.dumps(value, default=str)
    return text if len(text) <= length else f"{text[:length]}…"
