"""Whatever a payload or a schema holds: it is read, has a title, and what is made of it holds."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hitl_tui.errors import AnswerRefused
from hitl_tui.model.question import Question
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.payload import TITLE_LENGTH
from hitl_tui.questions.read import check, decide, encode, read, title

NAMES = [
    "type", "tool_approval", "name", "args", "description", "action_requests", "actionRequests",
    "review_configs", "reviewConfigs", "allowed_decisions", "allowedDecisions", "approve", "edit",
    "reject", "respond", "action_request", "action", "config", "allow_accept", "allow_edit",
    "allow_respond", "allow_ignore", "ask_user", "questions", "question", "choices", "value",
    "multi_select", "required", "__wait__", "timeout", "allowed_actions", "requestedSchema",
    "message", "options", "label", "__copilotkit_interrupt_value__", "reason", "responseSchema",
    "toolCallId", "expiresAt", "task_id", "idempotency_key", "callback_url", "hook_invocation",
    "properties", "$ref", "#", "#/$defs/a", "$defs", "a", "anyOf", "oneOf", "allOf", "enum",
    "const", "items", "object", "string", "integer", "null", "array", "default", "discriminator",
    "propertyName", "__type__", "format", "maxLength", "minimum", "title", "examples", "pattern",
    "(",
]  # fmt: skip
words = st.sampled_from(NAMES) | st.text(max_size=8)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | words
payloads = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=5),
    max_leaves=20,
)
schemas = st.none() | st.dictionaries(words, payloads, max_size=5)


def answered(question: Question, message: str | None) -> list[Any]:
    """The values of all decisions that every action of the question allows."""
    names = [{d.name for d in action.decisions} for action in question.actions]
    found = []
    for name in sorted(set.intersection(*names)) if names else ():
        with suppress(AnswerRefused):
            found.append(encode(question, decide(question, name, message)))
    return found


@given(payloads, schemas)
@example(None, {"type": [], "anyOf": [None]})
@settings(max_examples=400, deadline=None)
def test_every_payload_is_read_and_titled_in_one_line(value, schema):
    question = read(Interrupt("1", value, response_schema=schema))
    named = title(Interrupt("1", value, response_schema=schema))
    assert question.title == named
    assert len(named) <= TITLE_LENGTH
    assert len(named.splitlines()) <= 1


@given(payloads, schemas, st.none() | st.text(max_size=5))
@settings(max_examples=300, deadline=None)
def test_what_is_encoded_passes_the_check(value, schema, message):
    question = read(Interrupt("1", value, response_schema=schema))
    for answer in answered(question, message):
        assert check(question, answer) == ()


@given(payloads)
@settings(max_examples=200, deadline=None)
def test_every_decision_has_a_name_and_a_key_of_its_own(value):
    for action in read(Interrupt("1", value)).actions:
        names = [decision.name for decision in action.decisions]
        keys = [decision.key for decision in action.decisions if decision.key]
        assert len(names) == len(set(names))
        assert len(keys) == len(set(keys))
        for decision in action.decisions:
            fields = [field.name for field in decision.fields]
            assert len(fields) == len(set(fields))


def test_a_payload_without_end_has_a_title_too():
    endless: dict[str, Any] = {"a": [1]}
    endless["a"].append(endless)
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    assert "a:" in title(Interrupt("1", endless))
    assert read(Interrupt("1", deep)).actions[0].facts == {"value": deep}


@pytest.mark.parametrize(
    ("value", "titled"),
    [
        ({"__type__": "shop.Item", "name": "x", "n": 2}, "Item(name: x, n: 2)"),
        ({"colour": {"__type__": "shop.Colour", "value": "red"}}, "colour: red"),
        ([{"__type__": "shop.Set", "value": [1, 2]}], "[Set(value: […])]"),
        ({"__type__": 5}, "5()"),
    ],
)
def test_an_object_is_titled_by_its_name_and_what_it_holds(value, titled):
    assert title(Interrupt("1", value)) == titled


def test_keys_that_are_no_text_are_shown_and_none_is_lost():
    question = read(Interrupt("1", {1: "one", "1": "uno", None: "none"}))
    assert sorted(question.actions[0].facts.values()) == ["none", "one", "uno"]
