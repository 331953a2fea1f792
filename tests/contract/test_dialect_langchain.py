"""LangChain's middleware, both modes: what is sent, and what tools and model then receive."""

from __future__ import annotations

from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, ToolMessage
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command

from hitl_tui.errors import AnswerRefused
from hitl_tui.model.question import Choice, Question
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.read import check, decide, encode, read

CONFIG: Any = {"configurable": {"thread_id": "1"}}
DECISIONS = ("approve", "edit", "reject", "respond")
MODES = ("batched", "per_call")


class Scripted(GenericFakeChatModel):
    """A model that says what it was told to, whatever tools it is given."""

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        return self


class Agent:
    """A real agent on a real file, whose one tool keeps what it was called with."""

    def __init__(self, saver: Any, mode: Any, calls: int, allowed: Any = True) -> None:
        self.sent: list[dict[str, Any]] = []
        proposed = [
            {"name": "send", "args": {"to": f"a{n}", "count": n, "cc": None}, "id": f"call{n}"}
            for n in range(calls)
        ]

        def send(to: str, count: int, cc: list[str] | None = None) -> str:
            """Send something."""
            self.sent.append({"to": to, "count": count, "cc": cc})
            return "sent"

        self.graph: Any = create_agent(
            Scripted(messages=iter([AIMessage("", tool_calls=proposed), AIMessage("bye")])),
            [send],
            middleware=[HumanInTheLoopMiddleware({"send": allowed}, interrupt_mode=mode)],
            checkpointer=saver,
        )
        self.graph.invoke({"messages": [("user", "go")]}, CONFIG)

    def questions(self) -> list[Question]:
        pending = self.graph.get_state(CONFIG).interrupts
        return [
            read(Interrupt(each.id, each.value, response_schema=each.response_schema))
            for each in pending
        ]

    def answer(self, values: dict[str, Any]) -> list[ToolMessage]:
        self.graph.invoke(Command(resume=values), CONFIG)
        messages = self.graph.get_state(CONFIG).values["messages"]
        told = [message for message in messages if isinstance(message, ToolMessage)]
        return sorted(told, key=lambda message: int(message.tool_call_id.removeprefix("call")))


@pytest.fixture
def saver(tmp_path):
    with SqliteSaver.from_conn_string(str(tmp_path / "checkpoints.sqlite")) as made:
        yield made


def choice(decision: str, number: int) -> Choice:
    values: dict[str, dict[str, Any]] = {
        "edit": {"to": f"b{number}", "count": 7, "cc": ["x"]},
        "reject": {"message": f"no {number}"},
        "respond": {"message": f"did it {number}"},
    }
    return Choice(decision, values.get(decision, {}))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("calls", [1, 2, 3, 20])
@pytest.mark.parametrize("first", range(4))
def test_each_call_gets_its_own_decision(saver, mode, calls, first):
    agent = Agent(saver, mode, calls)
    made = [DECISIONS[(first + n) % 4] for n in range(calls)]
    told = agent.answer(values_for(agent.questions(), made))
    for number, (decision, message) in enumerate(zip(made, told, strict=True)):
        expected = {"approve": "sent", "reject": f"no {number}", "respond": f"did it {number}"}
        assert expected.get(decision, "sent") in message.content
    assert sorted(agent.sent, key=str) == sorted(expected_calls(made), key=str)


def values_for(questions: list[Question], made: list[str]) -> dict[str, Any]:
    """The answers by interrupt id: one for all calls, or one for each."""
    choices = [choice(decision, number) for number, decision in enumerate(made)]
    if len(questions) == 1:
        return {questions[0].interrupt.id: encode(questions[0], choices)}
    by_tool = {question.interrupt.value["tool_call_id"]: question for question in questions}
    ordered = [by_tool[f"call{number}"] for number in range(len(made))]
    return {q.interrupt.id: encode(q, [c]) for q, c in zip(ordered, choices, strict=True)}


def expected_calls(made: list[str]) -> list[dict[str, Any]]:
    edited = {"count": 7, "cc": ["x"]}
    called = {
        n: {"to": f"a{n}", "count": n, "cc": None} if d == "approve" else {"to": f"b{n}"} | edited
        for n, d in enumerate(made)
    }
    return [called[n] for n, d in enumerate(made) if d in {"approve", "edit"}]


@pytest.mark.parametrize("mode", MODES)
def test_an_edit_that_changes_nothing_calls_with_the_same_values(saver, mode):
    agent = Agent(saver, mode, 1)
    (question,) = agent.questions()
    agent.answer({question.interrupt.id: encode(question, decide(question, "edit", None))})
    assert agent.sent == [{"to": "a0", "count": 0, "cc": None}]


@pytest.mark.parametrize("mode", MODES)
def test_a_rejection_needs_no_reason(saver, mode):
    agent = Agent(saver, mode, 1)
    (question,) = agent.questions()
    value = encode(question, decide(question, "reject", None))
    (message,) = agent.answer({question.interrupt.id: value})
    assert message.status == "error"
    assert agent.sent == []


@pytest.mark.parametrize("mode", MODES)
def test_a_decision_that_is_not_allowed_is_not_there(saver, mode):
    agent = Agent(saver, mode, 1, {"allowed_decisions": ["reject", "approve"]})
    (question,) = agent.questions()
    assert [d.name for d in question.actions[0].decisions] == ["reject", "approve"]
    with pytest.raises(AnswerRefused):
        encode(question, [choice("respond", 0)])


@pytest.mark.parametrize("mode", MODES)
def test_a_single_allowed_decision_is_found(saver, mode):
    agent = Agent(saver, mode, 1, {"allowed_decisions": ["respond"]})
    (question,) = agent.questions()
    assert [d.name for d in question.actions[0].decisions] == ["respond"]


def test_an_edit_of_the_wrong_type_is_refused_before_the_tool_would(saver):
    (question,) = Agent(saver, "per_call", 1).questions()
    with pytest.raises(AnswerRefused) as refused:
        encode(question, [Choice("edit", {"to": "b", "count": "many", "cc": None})])
    assert [str(problem) for problem in refused.value.problems] == ["count: must be a whole number"]


WRONG = [
    None,
    [],
    "approve",
    {"decisions": []},
    {"decisions": [{"type": "approve"}]},
    {"decisions": [{"type": "approve"}] * 3},
    {"decisions": [{"type": "approve"}, {"type": "respond", "message": "x"}]},
    {"decisions": [{"type": "approve"}, {"type": "edit"}]},
    {"decisions": [{"type": "approve"}, {"kind": "approve"}]},
    {"decisions": {"0": {"type": "approve"}}},
]


@pytest.mark.parametrize("value", WRONG)
def test_what_locks_a_batched_thread_is_refused_first(saver, value):
    agent = Agent(saver, "batched", 2, {"allowed_decisions": ["approve", "edit"]})
    (question,) = agent.questions()
    assert check(question, value)
    with pytest.raises((ValueError, TypeError, KeyError)):
        agent.answer({question.interrupt.id: value})


WRONG_CALL = [
    None,
    "approve",
    {"type": "respond", "message": "x"},
    {"type": "edit", "edited_action": {"name": "other", "args": {"to": "a", "count": 1}}},
    {"type": "edit", "edited_action": {"name": "send", "args": {"to": "a"}}},
    {"type": "edit", "edited_action": {"name": "send", "args": {"to": 1, "count": 1}}},
    {"decisions": [{"type": "approve"}]},
]


@pytest.mark.parametrize("value", WRONG_CALL)
def test_what_a_call_refuses_is_refused_first(saver, value):
    agent = Agent(saver, "per_call", 1, {"allowed_decisions": ["approve", "edit"]})
    (question,) = agent.questions()
    assert check(question, value)
    with pytest.raises(ValueError, match="validation error"):
        agent.answer({question.interrupt.id: value})
