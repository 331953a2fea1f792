"""Each sample graph asks what its docstring says, and ends as promised for each decision."""

import asyncio
import logging
import re
import socket
from dataclasses import dataclass
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.pregel import Pregel
from langgraph.types import Command
from pydantic import ValidationError

from graphs.seeding import load


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(self, address):
        raise AssertionError(f"a sample graph reached for {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv("DEPLOY_SECONDS", "0.001")


@dataclass
class Thread:
    """A thread of a sample graph in memory; async throughout, since one graph has to be."""

    graph: Any
    config: Any

    @classmethod
    def start(cls, graph_id: str, values: Any) -> "Thread":
        graph = asyncio.run(load.load(graph_id))
        graph.checkpointer = InMemorySaver()
        thread = cls(graph, {"configurable": {"thread_id": graph_id}})
        thread.run(values)
        return thread

    def run(self, what: Any, mode: str = "updates") -> list[Any]:
        async def collect() -> list[Any]:
            return [item async for item in self.graph.astream(what, self.config, stream_mode=mode)]

        return asyncio.run(collect())

    def answer(self, value: Any, at: int = 0, mode: str = "updates") -> list[Any]:
        return self.run(Command(resume={self.state.interrupts[at].id: value}), mode)

    @property
    def state(self) -> Any:
        return self.graph.get_state(self.config)

    @property
    def asks(self) -> list[Any]:
        return [item.value for item in self.state.interrupts]


LETTER = {"messages": [("user", "To: a@example.com, b@example.com\nSubject: Hi\n\nHello")]}
REFUND = {"customer": "Ada", "order": "1", "amount": 12.0, "reason": "broken"}
WIRE = {"to": "Ann", "iban": "NO93", "amount": 1000, "purpose": "rent"}
RECEIVED = {"sender": "jo@example.net", "subject": "Visit", "text": "When?", "draft": "Now."}
DEPLOY = {"service": "api", "version": "v2", "machines": ["a", "b"]}
EDITED = {"name": "send_email", "args": {"to": "c@example.com", "subject": "Yo", "body": "."}}
APPROVE = {"type": "approve"}


@pytest.mark.parametrize("graph_id", sorted(load.declared()))
def test_each_declared_graph_loads_by_path_and_brings_no_checkpointer(graph_id):
    graph = asyncio.run(load.load(graph_id))
    assert isinstance(graph, Pregel)
    assert graph.checkpointer is None


@pytest.mark.parametrize("graph_id", sorted(load.declared()))
def test_each_file_stands_alone_and_says_what_it_shows(graph_id):
    path = load.HOME / load.declared()[graph_id].partition(":")[0]
    text = path.read_text()
    assert not re.search(r"^\s*(from|import) (graphs|\.)", text, re.MULTILINE)
    assert (load.module(path).__doc__ or "").count("\n") >= 3


@pytest.mark.parametrize(
    ("graph_id", "values", "answer", "key", "end"),
    [
        ("age", {}, "old", "human_value", "old"),
        ("age", {}, None, "human_value", None),
        ("age_checked", {}, 5, "human_value", 5),
        (
            "onboarding",
            {"person": {"name": "Mo"}, "missing": []},
            {"desk": 3},
            "answer",
            {"desk": 3},
        ),
        ("refund", REFUND, {"approved": True, "amount": 9}, "outcome", "refunded 9.00 by card"),
        ("refund", REFUND, {"approved": False, "amount": 0}, "outcome", "declined"),
        ("transfer", WIRE, "reject", "outcome", "rejected"),
        ("deploy", DEPLOY, "abort", "report", "aborted"),
        ("inbox_email", RECEIVED, [{"type": "accept", "args": None}], "outcome", "replied: Now."),
        ("inbox_email", RECEIVED, [{"type": "ignore", "args": None}], "outcome", "ignored"),
        (
            "inbox_email",
            RECEIVED,
            [{"type": "edit", "args": {"action": "reply", "args": EDITED["args"]}}],
            "outcome",
            "replied: .",
        ),
    ],
)
def test_one_answer_finishes_the_thread(graph_id, values, answer, key, end):
    thread = Thread.start(graph_id, values)
    assert len(thread.asks) == 1
    thread.answer(answer)
    assert thread.state.next == ()
    assert thread.state.values[key] == end


@pytest.mark.parametrize("answer", [-20, "5", True, None, 5.5])
def test_an_age_that_is_none_is_asked_for_again(answer):
    thread = Thread.start("age_checked", {})
    first = thread.state.interrupts[0].id
    thread.answer(answer)
    assert thread.asks == ["What is your age?"]
    assert thread.state.interrupts[0].id != first


def test_a_refund_that_breaks_its_schema_leaves_the_question_open():
    thread = Thread.start("refund", REFUND)
    assert thread.state.interrupts[0].response_schema["required"] == ["approved", "amount"]
    with pytest.raises(ValidationError):
        thread.answer({"approved": True, "amount": -1})
    thread.answer({"approved": True, "amount": 1, "method": "voucher"})
    assert thread.state.values["outcome"] == "refunded 1.00 by voucher"


def test_an_inbox_response_changes_the_draft_and_asks_again():
    thread = Thread.start("inbox_email", RECEIVED)
    thread.answer([{"type": "response", "args": "Bring cake."}])
    assert thread.asks[0][0]["action_request"]["args"]["body"] == "Now.\n\nBring cake."


def test_the_mailer_asks_once_for_all_mails(capsys):
    thread = Thread.start("mailer", LETTER)
    (request,) = thread.asks
    assert [item["args"]["to"] for item in request["action_requests"]] == [
        "a@example.com",
        "b@example.com",
    ]
    assert len(request["review_configs"]) == 2
    thread.answer({"decisions": [{"type": "edit", "edited_action": EDITED}, {"type": "reject"}]})
    assert thread.state.next == ()
    assert capsys.readouterr().out == "> Mail to c@example.com: Yo (1 characters)\n"


def test_the_mailer_per_call_asks_for_each_mail(capsys):
    thread = Thread.start("mailer_per_call", LETTER)
    assert [item["type"] for item in thread.asks] == ["tool_approval"] * 2
    thread.answer(APPROVE, at=1)
    thread.answer({"type": "respond", "message": "Call them instead."})
    assert thread.state.next == ()
    assert capsys.readouterr().out == "> Mail to b@example.com: Hi (5 characters)\n"
    assert "Call them instead." in thread.state.values["messages"][-1].text


def test_a_trip_has_three_questions_answered_in_any_order():
    thread = Thread.start("trip", {"city": "Oslo"})
    assert thread.state.next == ("flight", "hotel", "traveller")
    thread.answer("Ann", at=2)
    thread.answer("window", at=2)
    thread.answer("single", at=1)
    thread.answer("train")
    assert thread.state.values["outcome"] == "Ann, window: train to Oslo, single"


def test_the_hotel_question_is_asked_by_a_subgraph():
    thread = Thread.start("trip", {"city": "Oslo"})
    inner = thread.graph.get_state(thread.config, subgraphs=True).tasks[1].state
    assert inner.next == ("choose",)
    assert inner.interrupts == thread.state.interrupts[1:2]


def test_a_deploy_prints_logs_reports_progress_and_streams_words(capsys, caplog):
    thread = Thread.start("deploy", DEPLOY)
    with caplog.at_level(logging.DEBUG, logger="deploy"):
        events = thread.answer("deploy", mode=["custom", "messages"])
    progress = [data["progress"] for kind, data in events if kind == "custom"]
    words = "".join(data[0].text for kind, data in events if kind == "messages")
    assert progress[-1] == 1.0
    assert words == thread.state.values["report"]
    assert len([kind for kind, _ in events if kind == "messages"]) > 10
    assert {record.levelname for record in caplog.records} >= {"DEBUG", "INFO", "WARNING", "ERROR"}
    assert capsys.readouterr().out.count("> ") == len(progress)


def test_a_transfer_keeps_the_answer_and_fails_until_its_file_appears(tmp_path, monkeypatch):
    monkeypatch.setenv("TRANSFER_GATEWAY", str(tmp_path / "open"))
    thread = Thread.start("transfer", WIRE)
    with pytest.raises(ConnectionError, match=re.escape(str(tmp_path / "open"))):
        thread.answer("approve")
    with pytest.raises(ConnectionError):
        thread.answer("reject")
    (tmp_path / "open").touch()
    thread.run(None)
    assert thread.state.values["outcome"] == "wired 1,000"


def test_a_report_fails_without_a_question_until_its_file_appears(tmp_path):
    file = tmp_path / "october.txt"
    with pytest.raises(FileNotFoundError, match=re.escape(str(file))):
        Thread.start("monthly_report", {"month": "October", "file": str(file)})
    file.write_text("1.5\n2\n")
    assert Thread.start("monthly_report", {"month": "October", "file": str(file)}).state.values[
        "total"
    ] == pytest.approx(3.5)


def test_the_gate_stops_without_a_question_and_continues():
    thread = Thread.start("approval_gate", {"article": "Sale"})
    assert thread.state.next == ("publish",)
    assert thread.asks == []
    thread.run(None)
    assert thread.state.values["published"] is True
