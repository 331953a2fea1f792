"""Each dialect's table: what a payload asks, and what goes back for each decision."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hitl_tui.errors import AnswerRefused
from hitl_tui.model.question import Choice, FieldKind, Question
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.read import check, encode, read, title

SEND = {"name": "send", "args": {"to": "a", "n": 3, "cc": ["x"]}, "description": "Look **twice**"}
WIPE = {"name": "wipe", "args": {"path": "/"}}
FIRST = {"action_name": "send", "allowed_decisions": ["approve", "edit", "reject", "respond"]}
SECOND = {"action_name": "wipe", "allowed_decisions": ["approve", "reject"]}
BATCH = {"action_requests": [SEND, WIPE], "review_configs": [FIRST, SECOND]}
BATCH_JS = {
    "actionRequests": [SEND],
    "reviewConfigs": [{"actionName": "send", "allowedDecisions": ["edit"]}],
}
CALL = {"type": "tool_approval", "tool_call_id": "c", "description": "", **WIPE}
INBOX = {"action_request": {"action": "mail", "args": {"to": "a"}}, "config": {"allow_edit": True}}
ASK = {"type": "ask_user", "questions": [{"question": "Name?", "type": "text"}]}
WAIT = {"question": "Go?", "__wait__": {"timeout": "2026-01-31T10:00:00+02:00", "tags": ["t"]}}
MCP = {"message": "Who?", "requestedSchema": {"properties": {"name": {"type": "string"}}}}
OPTIONS = {"prompt": "Which?", "choices": ["a", {"label": "Bee", "value": 2}]}
COPILOT = {"__copilotkit_interrupt_value__": "Well?", "__copilotkit_messages__": [1]}
AG_UI = {"reason": "tool", "message": "Sure?", "toolCallId": "c", "expiresAt": "2026-01-31T10:00Z"}
OTHERS = {"task_id": "t", "idempotency_key": "i", "callback_url": "u", "title": "Theirs"}
HOOK = {"type": "hook_invocation", "name": "h"}


def asked(payload: Any, schema: Any = None) -> Question:
    return read(Interrupt("1", payload, response_schema=schema))


RECOGNISED = [
    ("Well?", {"type": "integer"}, "schema", "Well?"),
    (BATCH, {"type": "object"}, "schema", None),
    (CALL, None, "tool_approval", "wipe"),
    (BATCH, None, "action_requests", "send, wipe"),
    (BATCH_JS, None, "action_requests", "send"),
    (INBOX, None, "agent_inbox", "mail"),
    ([INBOX], None, "agent_inbox", "mail"),
    (ASK, None, "ask_user", "Name?"),
    (WAIT, None, "wait", "Go?"),
    (MCP, None, "elicitation", "Who?"),
    (OPTIONS, None, "options", "Which?"),
    (COPILOT, None, "copilotkit", "Well?"),
    (AG_UI, None, "ag_ui", "Sure?"),
    (OTHERS, None, "awaithumans", "Theirs"),
    (HOOK, None, "hook", None),
    ("What is your age?", None, "plain", "What is your age?"),
    ({"question": "\n Age? \nIn years.", "min": 0}, None, "plain", "Age?"),
    (5, None, "plain", "5"),
    ({"b": [1, {"c": 2}]}, None, "plain", "b: [1, {…}]"),
]


@pytest.mark.parametrize(("payload", "schema", "dialect", "named"), RECOGNISED)
def test_a_payload_is_recognised_and_titled(payload, schema, dialect, named):
    assert asked(payload, schema).dialect == dialect
    if named:
        assert title(Interrupt("1", payload, response_schema=schema)) == named


ANSWERS = [
    (CALL, Choice("approve"), {"type": "approve"}),
    (
        CALL,
        Choice("edit", {"path": "/tmp"}),
        {"type": "edit", "edited_action": {"name": "wipe", "args": {"path": "/tmp"}}},
    ),
    (CALL, Choice("reject"), {"type": "reject"}),
    (CALL, Choice("reject", {"message": "no"}), {"type": "reject", "message": "no"}),
    (CALL, Choice("respond", {"message": "ok"}), {"type": "respond", "message": "ok"}),
    (
        BATCH_JS,
        Choice("edit", {"to": "b", "n": 4.5, "cc": []}),
        {
            "decisions": [
                {
                    "type": "edit",
                    "editedAction": {"name": "send", "args": {"to": "b", "n": 4.5, "cc": []}},
                }
            ]
        },
    ),
    (ASK, Choice("answer", {"1": "Ada"}), {"answers": ["Ada"]}),
    (ASK, Choice("cancel"), {"status": "cancelled", "answers": [""]}),
    (WAIT, Choice("approve", {"note": "n"}), {"action": "approve", "note": "n"}),
    (MCP, Choice("accept", {"name": "Ada"}), {"action": "accept", "content": {"name": "Ada"}}),
    (MCP, Choice("accept"), {"action": "accept", "content": {}}),
    (MCP, Choice("decline"), {"action": "decline"}),
    (OPTIONS, Choice("Bee"), 2),
    (COPILOT, Choice("answer", {"value": "yes"}), "yes"),
    (AG_UI, Choice("answer", {"value": "yes"}), "yes"),
]


@pytest.mark.parametrize(("payload", "choice", "value"), ANSWERS)
def test_what_goes_back_is_exactly(payload, choice, value):
    assert encode(asked(payload), [choice]) == value
    assert check(asked(payload), value) == ()


def test_a_batch_is_answered_in_its_own_order():
    value = encode(asked(BATCH), [Choice("respond", {"message": "done"}), Choice("approve")])
    assert value == {"decisions": [{"type": "respond", "message": "done"}, {"type": "approve"}]}


def test_two_calls_of_one_tool_have_each_their_own_config():
    payload = {"action_requests": [WIPE, WIPE], "review_configs": [SECOND, FIRST]}
    first, second = asked(payload).actions
    assert [d.name for d in first.decisions] == ["approve", "reject"]
    assert [d.name for d in second.decisions] == ["approve", "edit", "reject", "respond"]


def test_an_action_shows_its_arguments_and_starts_its_edit_from_them():
    action = asked(BATCH).actions[0]
    edit = next(decision for decision in action.decisions if decision.name == "edit")
    assert (dict(action.facts), action.text) == (SEND["args"], "Look **twice**")
    assert {field.name: (field.kind, field.default) for field in edit.fields} == {
        "to": (FieldKind.TEXT, "a"),
        "n": (FieldKind.NUMBER, 3),
        "cc": (FieldKind.JSON, ["x"]),
    }


USUAL = [("approve", "a"), ("edit", "e"), ("reject", "r"), ("respond", "m")]


def test_decisions_have_their_usual_keys():
    assert [(d.name, d.key) for d in asked(BATCH).actions[0].decisions] == USUAL
    assert [d.key for d in asked(OPTIONS).actions[0].decisions] == ["1", "2"]
    assert [d.key for d in asked(MCP).actions[0].decisions] == ["a", "d", "c"]


MALFORMED = [
    BATCH | {"review_configs": [FIRST]},
    BATCH | {"action_requests": []},
    BATCH | {"action_requests": [SEND, {"name": "wipe"}]},
    BATCH | {"review_configs": [FIRST, {"allowed_decisions": ["later"]}]},
    CALL | {"args": "path"},
    INBOX | {"config": {}},
    ASK | {"questions": []},
    {"options": ["a"]},
    {"question": "Which?", "options": []},
    {"question": "Go?", "__wait__": 5},
]


@pytest.mark.parametrize("payload", MALFORMED)
def test_what_only_resembles_a_dialect_is_plain_and_shown_in_full(payload):
    question = asked(payload)
    assert question.dialect == "plain"
    shown = dict(question.actions[0].facts)
    assert shown | {"question": question.text} == payload | {"question": question.text}


UNKNOWN = [
    (BATCH | {"trace": 1}, {"trace": 1}),
    (
        BATCH | {"action_requests": [SEND | {"risk": 9}, WIPE]},
        {"1. send.risk": 9},
    ),
    (CALL | {"risk": 9}, {"risk": 9}),
    ([INBOX | {"risk": 9}, "next"], {"risk": 9, "[1]": "next"}),
    (ASK | {"risk": 9}, {"risk": 9}),
    (MCP | {"risk": 9}, {"risk": 9}),
]


@pytest.mark.parametrize(("payload", "unknown"), UNKNOWN)
def test_keys_that_are_not_understood_are_kept(payload, unknown):
    assert dict(asked(payload).unknown) == unknown


def test_an_absolute_time_to_answer_by_is_a_deadline():
    assert asked(WAIT).deadline == datetime(2026, 1, 31, 8, tzinfo=UTC)
    assert asked(AG_UI).deadline == datetime(2026, 1, 31, 10, tzinfo=UTC)
    odd = asked(AG_UI | {"expiresAt": "soon"})
    assert (odd.deadline, dict(odd.unknown)) == (None, {"expires_at": "soon"})


@pytest.mark.parametrize("payload", [OTHERS, HOOK])
def test_a_question_that_is_not_ours_is_blocked_but_can_be_overridden(payload):
    question = asked(payload)
    assert question.blocked
    with pytest.raises(AnswerRefused, match=r"machine|inbox"):
        encode(question, [Choice("answer", {"value": 1})])
    assert check(question, {"any": "value"}) == ()


def test_many_options_are_one_field_to_choose_from():
    decision = asked({"question": "Which?", "options": list(range(12))}).actions[0].decisions[0]
    assert (decision.name, decision.fields[0].kind) == ("answer", FieldKind.CHOICE)
    assert decision.fields[0].choices == tuple(range(12))


def test_an_ask_user_choice_takes_a_free_text_too():
    payload = {"type": "ask_user", "questions": [{"question": "?", "choices": [{"value": "S"}]}]}
    (field,) = asked(payload).actions[0].decisions[0].fields
    assert (field.kind, field.free, field.choices) == (FieldKind.CHOICE, True, ("S",))


def test_an_elicitations_references_keep_their_meaning():
    schema = {"$defs": {"n": {"type": "integer"}}, "properties": {"n": {"$ref": "#/$defs/n"}}}
    question = asked({"message": "?", "requestedSchema": schema})
    assert encode(question, [Choice("accept", {"n": 3})])["content"] == {"n": 3}
    wrong = check(question, {"action": "accept", "content": {"n": "3"}})
    assert [str(problem) for problem in wrong] == ["content.n: must be a whole number"]
