"""The way in: payload → question → choices → checked answer.

Pure functions. What a question needs beyond what is shown, it reads again from its interrupt, so
a `Question` stays a plain value. Texts in a question are raw and untrusted.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hitl_tui.model.question import Action, Question
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.decide import decide, takes
from hitl_tui.questions.dialect import Reading, Topic
from hitl_tui.questions.encode import check, compose, encode, recall
from hitl_tui.questions.keys import decisions
from hitl_tui.questions.payload import one_line
from hitl_tui.questions.places import field_of, prefix
from hitl_tui.questions.registry import dialect_of
from hitl_tui.questions.titles import described, title

__all__ = [
    "check", "compose", "decide", "described", "encode", "field_of", "prefix", "read",
    "recall", "takes", "title",
]  # fmt: skip


def read(interrupt: Interrupt, *, since: datetime | None = None) -> Question:
    """What an interrupt asks, whatever its payload is; never raises.

    `since` is when it was asked, aware: with it a time to wait becomes a deadline.
    """
    dialect = dialect_of(interrupt)
    reading = dialect.read(interrupt)
    question = Question(
        interrupt,
        dialect.name,
        one_line(dialect.title(interrupt)),
        reading.text,
        tuple(_action(topic) for topic in reading.topics),
        reading.unknown,
        blocked=reading.blocked,
    )
    return replace(question, deadline=_deadline(reading, since))


def _action(topic: Topic) -> Action:
    return Action(topic.title, topic.text, topic.facts, decisions(topic.ways))


def _deadline(reading: Reading, since: datetime | None) -> datetime | None:
    """When an answer comes too late: as said, else so long after it was asked."""
    if reading.deadline or since is None or reading.patience is None:
        return reading.deadline
    try:
        return since + reading.patience
    except OverflowError:  # in a year that no calendar has: there is time enough
        return None
