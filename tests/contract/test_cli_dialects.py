"""Every dialect from the command line: what goes in, what the graph receives, what is refused."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from hitl_tui.cli.answering import Words, value_for
from hitl_tui.cli.main import cli
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.read import check, read
from tests.conftest import ROOT
from tests.contract.asking.dialects import ASKED

CONFIG = ROOT / "tests" / "contract" / "asking" / "langgraph.json"


def call(capsys: Any, command: str, source: Path, *words: str) -> tuple[int, list[dict[str, Any]]]:
    """The exit status of a call, and the objects it prints."""
    arguments = [command, str(source), *words, "--json"]
    status = cli.main(arguments, standalone_mode=False)
    return status or 0, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def answer(capsys: Any, source: Path, *words: str) -> tuple[int, list[dict[str, Any]]]:
    return call(capsys, "answer", source, "all", *words, "--config", str(CONFIG))


@pytest.fixture(scope="module")
def asked(tmp_path_factory) -> Path:
    """A file with one thread that asks in every dialect at once."""
    source = tmp_path_factory.mktemp("asked") / "checkpoints.sqlite"
    questions = {
        name: {"payload": one.payload, "schema": one.schema} for name, one in ASKED.items()
    }
    told = ["start", str(source), "ask", "--thread", "all", "--config", str(CONFIG)]
    told += ["--input", json.dumps({"questions": questions})]
    assert cli.main(told, standalone_mode=False) == 3
    return source


@pytest.fixture
def source(asked: Path, tmp_path: Path) -> Path:
    """A copy of it, with what still stands in its write-ahead log."""
    copy = tmp_path / "checkpoints.sqlite"
    with closing(sqlite3.connect(asked)) as whole, closing(sqlite3.connect(copy)) as made:
        whole.backup(made)
    return copy


@pytest.fixture
def ids(capsys: Any, source: Path) -> dict[str, str]:
    """Each question's interrupt id by its name."""
    _, (thread,) = call(capsys, "show", source, "all")
    pending = thread["interrupts"]
    return {
        name: next(it["id"] for it in pending if it["value"] == one.payload)
        for name, one in ASKED.items()
    }


def test_show_names_the_dialect_of_each_question(capsys, source, ids):
    _, (thread,) = call(capsys, "show", source, "all")
    dialects = {it["id"]: it["dialect"] for it in thread["interrupts"]}
    assert {name: dialects[id] for name, id in ids.items()} == {
        name: one.dialect for name, one in ASKED.items()
    }


@pytest.mark.parametrize("name", ASKED)
def test_a_calls_words_make_exactly_what_goes_back(name):
    one = ASKED[name]
    given = [word for word in one.words if word != "--override"]
    flags = dict(zip(given[::2], given[1::2], strict=True))
    options = ("--value", "--text", "--decision", "--message")
    words = Words(*(flags.get(option) for option in options), file=None)
    question = read(Interrupt("1", one.payload, response_schema=one.schema))
    made = value_for(words, question)
    assert json.dumps(made) == json.dumps(one.received)
    assert check(question, made) == ()


RUN = ["schema", "tool_approval", "action_requests", "options", "copilotkit", "hook"]


@pytest.mark.parametrize("name", RUN)
def test_an_answer_in_words_is_received_as_its_dialect_has_it(capsys, source, ids, name):
    status, events = answer(capsys, source, "--interrupt", ids[name], *ASKED[name].words)
    assert status == 3, events
    updates = [event["update"] for event in events if event["type"] == "update"]
    assert updates == [{"received": {name: ASKED[name].received}}]


@pytest.mark.parametrize("name", ASKED)
def test_a_wrong_answer_is_refused_field_by_field_and_nothing_is_sent(capsys, source, ids, name):
    before = source.read_bytes()
    status, events = answer(capsys, source, "--interrupt", ids[name], *ASKED[name].wrong)
    refused, end = events
    assert (status, refused["type"], end["outcome"]) == (4, "error", "refused")
    assert {problem["path"] for problem in refused["problems"]} == set(ASKED[name].places)
    assert refused["message"]
    assert source.read_bytes() == before


def test_all_are_answered_together_from_a_file(capsys, source, ids, tmp_path):
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({ids[name]: one.received for name, one in ASKED.items()}))
    status, _ = answer(capsys, source, "--from", str(file), "--override")
    assert status == 0
    _, (thread,) = call(capsys, "show", source, "all")
    assert thread["values"]["received"] == {name: one.received for name, one in ASKED.items()}


def test_one_wrong_answer_of_many_keeps_all_from_being_sent(capsys, source, ids, tmp_path):
    before = source.read_bytes()
    values = {ids[name]: one.received for name, one in ASKED.items()}
    values |= {ids["options"]: "c", ids["schema"]: {"amount": 1}}
    (tmp_path / "answers.json").write_text(json.dumps(values))
    words = ("--from", str(tmp_path / "answers.json"), "--override")
    status, (refused, _) = answer(capsys, source, *words)
    assert status == 4
    places = {problem["path"] for problem in refused["problems"]}
    assert places == {ids["options"], f"{ids['schema']}.why"}
    assert source.read_bytes() == before
