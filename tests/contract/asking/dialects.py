"""A payload of each dialect, as its askers write it and in camelCase, and answers to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

DECISIONS = ["approve", "edit", "reject", "respond"]
CALL = {"name": "wipe", "args": {"path": "/tmp", "depth": 2}}
MAIL = {"action": "mail", "args": {"to": "a", "copies": 3}}
FORM = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
AMOUNT = {
    "type": "object",
    "properties": {"amount": {"type": "number", "maximum": 500}, "why": {"type": "string"}},
    "required": ["amount", "why"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Asked:
    """What is asked, how the command line answers it, and what the graph must receive.

    `wrong` is another answer, refused with problems at `places`.
    """

    dialect: str
    payload: Any
    words: tuple[str, ...]
    received: Any
    wrong: tuple[str, ...]
    places: tuple[str, ...]
    schema: Any = None


def value(json: str) -> tuple[str, ...]:
    return ("--value", json)


def decision(name: str, message: str | None = None) -> tuple[str, ...]:
    return ("--decision", name, *(("--message", message) if message is not None else ()))


ASKED = {
    "schema": Asked(
        "schema", "Refund?", value('{"amount": 5, "why": "late"}'), {"amount": 5, "why": "late"},
        value('{"amount": 501}'), ("why", "amount"), AMOUNT,
    ),
    "tool_approval": Asked(
        "tool_approval", {"type": "tool_approval", "tool_call_id": "c", "description": "", **CALL},
        decision("reject", "no"), {"type": "reject", "message": "no"},
        value('{"type": "edit", "edited_action": {"name": "other", "args": {}}}'),
        ("edited_action.name",),
    ),
    "tool_approval_js": Asked(
        "tool_approval", {"type": "tool_approval", "toolCallId": "c", "description": "", **CALL},
        decision("edit"), {"type": "edit", "editedAction": CALL},
        value('{"type": "respond"}'), ("message",),
    ),
    "action_requests": Asked(
        "action_requests",
        {
            "action_requests": [CALL, CALL],
            "review_configs": [
                {"action_name": "wipe", "allowed_decisions": DECISIONS},
                {"action_name": "wipe", "allowed_decisions": DECISIONS[:1]},
            ],
        },
        decision("approve"), {"decisions": [{"type": "approve"}] * 2},
        value('{"decisions": [{"type": "respond"}, {"type": "reject"}]}'),
        ("decisions.0.message", "decisions.1.type"),
    ),
    "action_requests_js": Asked(
        "action_requests",
        {
            "actionRequests": [CALL],
            "reviewConfigs": [{"actionName": "wipe", "allowedDecisions": DECISIONS}],
        },
        decision("edit"), {"decisions": [{"type": "edit", "editedAction": CALL}]},
        decision("respond"), ("message",),
    ),
    "agent_inbox": Asked(
        "agent_inbox",
        [{
            "action_request": MAIL,
            "config": {"allow_accept": True, "allow_edit": True, "allow_respond": True},
        }],
        decision("response", "shorter"), [{"type": "response", "args": "shorter"}],
        value('[{"type": "ignore", "args": null}]'), ("0.type",),
    ),
    "agent_inbox_js": Asked(
        "agent_inbox", {"actionRequest": MAIL, "config": {"allowAccept": True, "allowEdit": True}},
        decision("accept"), [{"type": "accept", "args": MAIL}],
        decision("ignore"), (),
    ),
    "ask_user": Asked(
        "ask_user",
        {"type": "ask_user", "tool_call_id": "c", "questions": [{"question": "?", "type": "text"}]},
        decision("answer", "Ada"), {"answers": ["Ada"]},
        value('{"answers": []}'), ("answers",),
    ),
    "ask_user_js": Asked(
        "ask_user",
        {"type": "ask_user", "toolCallId": "c", "questions": [{"question": "?", "type": "text"}]},
        decision("cancel"), {"status": "cancelled", "answers": [""]},
        decision("answer"), ("1",),
    ),
    "wait": Asked(
        "wait", {"question": "Go?", "__wait__": {"timeout": 60, "allowed_actions": ["ship"]}},
        decision("ship", "now"), {"action": "ship", "note": "now"},
        value('{"action": "sink"}'), ("action",),
    ),
    "wait_js": Asked(
        "wait", {"question": "Go?", "__wait__": {"onTimeout": "x", "allowedActions": ["ship"]}},
        decision("ship"), {"action": "ship"}, decision("approve"), (),
    ),
    "elicitation": Asked(
        "elicitation", {"message": "How many?", "requestedSchema": FORM},
        value('{"action": "accept", "content": {"n": 0}}'),
        {"action": "accept", "content": {"n": 0}},
        value('{"action": "accept", "content": {"n": "0"}}'), ("content.n",),
    ),
    "elicitation_py": Asked(
        "elicitation", {"message": "How many?", "requested_schema": FORM},
        decision("decline"), {"action": "decline"}, decision("accept"), ("n",),
    ),
    "options": Asked(
        "options", {"question": "Which?", "options": ["a", {"label": "Bee", "value": 2}]},
        decision("Bee"), 2, value('"2"'), ("",),
    ),
    "copilotkit": Asked(
        "copilotkit", {"__copilotkit_interrupt_value__": "Well?", "__copilotkit_messages__": []},
        ("--text", "yes"), "yes", value("3"), ("",),
    ),
    "ag_ui": Asked(
        "ag_ui", {"message": "How many?", "response_schema": FORM, "expires_at": "2026-01-31"},
        value('{"n": 3}'), {"n": 3}, value('{"n": "3"}'), ("n",),
    ),
    "ag_ui_js": Asked(
        "ag_ui", {"reason": "Sure?", "toolCallId": "c", "expiresAt": "2026-01-31T10:00Z"},
        decision("answer", "sure"), "sure", value("3"), ("",),
    ),
    "awaithumans": Asked(
        "awaithumans", {"task_id": "t", "idempotency_key": "i", "callback_url": "u"},
        (*value('{"ok": true}'), "--override"), {"ok": True}, value('{"ok": true}'), (),
    ),
    "hook": Asked(
        "hook", {"type": "hook_invocation", "hook": "h"},
        (*value("null"), "--override"), None, value("null"), (),
    ),
    "plain": Asked("plain", "What is your age?", value("41"), 41, decision("approve"), ()),
}  # fmt: skip
"""By a name of its own, each dialect in the order in which they are recognised."""
