"""Each sample graph asks what its docstring says, and ends as promised for each decision."""

import asyncio
import logging
import re

import pytest
from langgraph.pregel import Pregel
from pydantic import ValidationError

from graphs.seeding import load
from tests.contract.sample_thread import Thread, refuse_network


@pytest.fixture(autouse=True)
def alone_and_quick(monkeypatch):
    refuse_network(monkeypatch)
    monkeypatch.setenv("DEPLOY_SECONDS", "0.001")


REFUND = {"customer": "Ada", "order": "1", "amount": 12.0, "reason": "broken"}
WIRE = {"to": "Ann", "iban": "NO93", "amount": 1000, "purpose": "rent"}
DEPLOY = {"service": "api", "version": "v2", "machines": ["a", "b"]}


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
