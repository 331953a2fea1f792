"""Payloads of other tools, asked by small graphs that read their answers as those tools do."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import StateGraph
from langgraph.types import Command, interrupt
from typing_extensions import TypedDict

from hitl_tui.model.question import Choice
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.read import encode, read

CONFIG: Any = {"configurable": {"thread_id": "1"}}
MAIL = {"action": "mail", "args": {"to": "alice", "copies": 3}}
ALL = dict.fromkeys(["allow_ignore", "allow_respond", "allow_edit", "allow_accept"], True)
ASKED = [
    {"question": "Name?", "type": "text"},
    {"question": "Size?", "type": "multiple_choice", "choices": [{"value": "S"}, {"value": "L"}]},
    {"question": "Extras?", "type": "multi_select", "choices": [{"value": "a"}, {"value": "b"}]},
    {"question": "More?", "type": "text", "required": False},
]


class State(TypedDict, total=False):
    got: Any


def resumed(payload: Any, choice: Choice) -> Any:
    """What a node that asks with the payload is given, once the choice is sent."""
    received: list[Any] = []

    def ask(state: State) -> State:
        received.append(interrupt(payload))
        return {}

    builder = StateGraph(State).add_node("ask", ask).set_entry_point("ask")
    graph: Any = builder.compile(checkpointer=InMemorySaver())
    graph.invoke({}, CONFIG)
    (asked,) = graph.get_state(CONFIG).interrupts
    value = encode(read(Interrupt(asked.id, asked.value)), [choice])
    graph.invoke(Command(resume={asked.id: value}), CONFIG)
    return received[-1]


INBOX = [
    (Choice("accept"), {"type": "accept", "args": MAIL}),
    (
        Choice("edit", {"to": "bob", "copies": 0}),
        {"type": "edit", "args": {"action": "mail", "args": {"to": "bob", "copies": 0}}},
    ),
    (Choice("response", {"message": "Shorter!"}), {"type": "response", "args": "Shorter!"}),
    (Choice("ignore"), {"type": "ignore", "args": None}),
]


@pytest.mark.parametrize("in_a_list", [True, False])
@pytest.mark.parametrize(("choice", "response"), INBOX)
def test_agent_inbox_gets_a_list_of_one(in_a_list, choice, response):
    request = {"action_request": MAIL, "config": ALL, "description": "A mail"}
    assert resumed([request] if in_a_list else request, choice) == [response]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_langgraphs_own_types_are_agent_inbox_requests():
    from langgraph.prebuilt.interrupt import ActionRequest, HumanInterrupt, HumanInterruptConfig

    request = HumanInterrupt(
        action_request=ActionRequest(action="mail", args={"to": "alice"}),
        config=HumanInterruptConfig(
            allow_ignore=False, allow_respond=True, allow_edit=False, allow_accept=False
        ),
        description=None,
    )
    response = {"type": "response", "args": "ok"}
    assert resumed([request], Choice("response", {"message": "ok"})) == [response]


def test_ask_user_gets_a_text_for_each_question():
    payload = {"type": "ask_user", "questions": ASKED, "tool_call_id": "c"}
    typed = {"1": "Ada", "2": "XXL", "3": ["a", "b"]}
    assert resumed(payload, Choice("answer", typed)) == {"answers": ["Ada", "XXL", "a, b", ""]}
    cancelled = {"status": "cancelled", "answers": ["", "", "", ""]}
    assert resumed(payload, Choice("cancel")) == cancelled


def test_a_wait_gets_its_action():
    payload = {"question": "Ship?", "__wait__": {"timeout": 60, "allowed_actions": ["ship"]}}
    assert resumed(payload, Choice("ship", {"note": "go"})) == {"action": "ship", "note": "go"}
    assert resumed(payload, Choice("ship")) == {"action": "ship"}


def test_an_elicitation_gets_its_content():
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    payload = {"message": "How many?", "requestedSchema": schema}
    accepted = {"action": "accept", "content": {"n": 0}}
    assert resumed(payload, Choice("accept", {"n": 0})) == accepted
    assert resumed(payload, Choice("decline")) == {"action": "decline"}
    assert resumed(payload, Choice("cancel")) == {"action": "cancel"}


@pytest.mark.parametrize("value", [True, 1, "1", None, 0, False, "", [], {}])
def test_an_option_is_received_as_it_is(value):
    payload = {"question": "Which?", "options": [value]}
    name = read(Interrupt("1", payload)).actions[0].decisions[0].name
    got = resumed(payload, Choice(name))
    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize("value", [3, "3", True, 1, 1.0, None, "", 0, False, {}, [], {"a": [1]}])
@pytest.mark.parametrize("payload", ["Well?", 5, ["a"], {"question": "Well?"}, None])
def test_a_plain_answer_keeps_its_type(payload, value):
    got = resumed(payload, Choice("answer", {"value": value}))
    assert got == value
    assert type(got) is type(value)
