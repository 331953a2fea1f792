"""Payloads with a `__wait__` key: a question with allowed actions, and a time to answer by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hitl_tui.model.question import Field, FieldKind
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.dialect import Dialect, Reading, Topic, Way
from hitl_tui.questions.form import Form, Slot
from hitl_tui.questions.payload import facts_of, pick, prompt

ACTIONS = ("approve", "reject")
"""What can be done where the payload does not say."""


EPOCH = 10**9
"""Numbers from here on are points in time, in seconds since 1970; smaller ones are spans."""


class Wait(Dialect):
    """Goes back: `{"action": …}`, with `args` and a `note` if they are given."""

    name = "wait"

    def claims(self, interrupt: Interrupt) -> bool:
        """A `__wait__` mapping."""
        value = interrupt.value
        return isinstance(value, Mapping) and isinstance(value.get("__wait__"), Mapping)

    def read(self, interrupt: Interrupt) -> Reading:
        """One decision for each allowed action; the terms of the wait are shown."""
        value = interrupt.value
        terms = value["__wait__"]
        facts = {key: item for key, item in facts_of(value).items() if key != "__wait__"}
        ways = tuple(_way(action) for action in _actions(terms))
        topic = Topic(self.title(interrupt), ways, facts=facts)
        shown = {f"__wait__.{key}": item for key, item in terms.items()}
        timeout = pick(terms, "timeout")
        return Reading((topic,), prompt(value), shown, moment(timeout), patience=seconds(timeout))

    def schema(self, interrupt: Interrupt) -> Mapping[str, Any]:
        """An object with an allowed action."""
        actions = list(_actions(interrupt.value["__wait__"]))
        return {
            "type": "object",
            "properties": {"action": {"enum": actions}, "args": {}, "note": {"type": "string"}},
            "required": ["action"],
            "additionalProperties": False,
        }


def moment(value: Any) -> datetime | None:
    """A point in time, in UTC: ISO text, or (milli)seconds since 1970; None for anything else."""
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value)
            return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
        if isinstance(value, int | float) and value >= EPOCH:
            return datetime.fromtimestamp(value if value < EPOCH * 100 else value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def seconds(value: Any) -> timedelta | None:
    """A time to wait: seconds from the question on, if the number can be nothing else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return timedelta(seconds=value) if 0 < value < EPOCH else None


def _actions(terms: Mapping[str, Any]) -> tuple[str, ...]:
    listed = pick(terms, "allowed_actions")
    names = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
    return tuple(dict.fromkeys(names)) or ACTIONS


def _way(action: str) -> Way:
    """An action with a note; an edit with arguments too."""
    note = Slot(Field("note", FieldKind.LINES, "Note", required=False), ("note",))
    args = Slot(Field("args", FieldKind.JSON, "Arguments", required=action == "edit"), ("args",))
    return Way(action, Form({"action": action}, (args, note)), action.capitalize())
