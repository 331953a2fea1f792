"""Nothing of a payload is dropped: what a dialect does not explain is still in its question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.form import Path, get, put
from hitl_tui.questions.read import read

CALL = {"name": "send", "args": {"to": {"a": 1}}, "description": "Look"}
ALLOWED = {"action_name": "send", "allowed_decisions": ["approve", "edit"]}
CHOICES = [{"value": "S"}, {"value": "L"}]
PAYLOADS: dict[str, Any] = {
    "tool_approval": {"type": "tool_approval", "tool_call_id": "c", **CALL},
    "action_requests": {"action_requests": [CALL, CALL], "review_configs": [ALLOWED, ALLOWED]},
    "agent_inbox": [
        {
            "action_request": {"action": "mail", "args": {"to": "a"}},
            "config": {"allow_accept": True, "allow_edit": True},
            "description": "A mail",
        }
    ],
    "ask_user": {
        "type": "ask_user",
        "questions": [{"question": "Size?", "type": "multiple_choice", "choices": CHOICES}],
    },
    "wait": {"question": "Go?", "__wait__": {"timeout": 60, "on_timeout": {"do": "reject"}}},
    "elicitation": {"message": "Who?", "requestedSchema": {"type": "object"}},
    "options": {"question": "Which?", "options": [{"label": "A", "value": {"id": 1}}, 2]},
    "copilotkit": {"__copilotkit_interrupt_value__": {"action": "go", "args": {"x": 1}}},
    "ag_ui": {"message": "Sure?", "reason": "r", "toolCallId": "c", "metadata": {"a": 1}},
    "awaithumans": {"task_id": 1, "idempotency_key": 2, "callback_url": 3, "payload": {"a": 1}},
    "hook": {"type": "hook_invocation", "hook": {"a": 1}},
    "plain": {"question": "Age?", "limits": {"min": 0}},
}


def mappings(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where in a payload there are objects."""
    if isinstance(value, dict):
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(item, dict | list):
            yield from mappings(item, (*path, key))


MARKED = [
    (dialect, (*path, "odd"))
    for dialect, payload in PAYLOADS.items()
    for path in mappings(payload)
    if "requestedSchema" not in path
]
REPLACED = [
    ("tool_approval", ("description",)),
    ("action_requests", ("action_requests", 1, "description")),
    ("action_requests", ("review_configs", 1, "action_name")),
    ("agent_inbox", (0, "description")),
    ("elicitation", ("message",)),
    ("copilotkit", ("__copilotkit_interrupt_value__", "action")),
    ("ag_ui", ("reason",)),
    ("ag_ui", ("expiresAt",)),
    ("wait", ("__wait__", "allowed_actions")),
    ("ask_user", ("questions", 0, "type")),
    ("ask_user", ("questions", 0, "required")),
]


@pytest.mark.parametrize(("dialect", "place"), MARKED + REPLACED)
def test_what_is_not_understood_is_shown(dialect, place):
    payload = put(PAYLOADS[dialect], place, {"it is": "here"})
    assert get(payload, place) == {"it is": "here"}
    question = read(Interrupt("1", payload))
    assert question.dialect == dialect
    shown = [(a.text, dict(a.facts)) for a in question.actions]
    assert "here" in str((question.text, dict(question.unknown), shown))


@pytest.mark.parametrize("dialect", PAYLOADS)
def test_each_payload_is_of_its_dialect(dialect):
    assert read(Interrupt("1", PAYLOADS[dialect])).dialect == dialect
