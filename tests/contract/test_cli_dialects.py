"""Every dialect from the command line: what goes in, what the graph receives, what is refused."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from hitl_tui.cli.answering import Words, value_for
from hitl_tui.cli.main import cli
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.read import check, read
from tests.conftest import ROOT
from tests.contract.asking.dialects import ASKED
from tests.places import Source, held_of, here_and_there

CONFIG = ROOT / "tests" / "contract" / "asking" / "langgraph.json"


def call(
    capsys: Any, command: str, source: Source, *words: str
) -> tuple[int, list[dict[str, Any]]]:
    """The exit status of a call, and the objects it prints."""
    arguments = [command, str(source), *words, "--json"]
    status = cli.main(arguments, standalone_mode=False)
    return status or 0, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def answer(
    capsys: Any, source: Source, thread: str, *words: str
) -> tuple[int, list[dict[str, Any]]]:
    return call(capsys, "answer", source, thread, *words, "--config", str(CONFIG))


def asking(source: Source) -> str:
    """A thread that asks in every dialect at once."""
    thread = str(uuid.uuid4())
    questions = {
        name: {"payload": one.payload, "schema": one.schema} for name, one in ASKED.items()
    }
    told = ["start", str(source), "ask", "--thread", thread, "--config", str(CONFIG)]
    told += ["--input", json.dumps({"questions": questions})]
    assert cli.main(told, standalone_mode=False) == 3
    return thread


@pytest.fixture(scope="module")
def untouched(anywhere: Source) -> str:
    """A thread that nobody's answer is ever sent to."""
    return asking(anywhere)


@pytest.fixture(scope="module")
def answered(anywhere: Source) -> str:
    """A thread each of whose questions one test may answer."""
    return asking(anywhere)


def ids(capsys: Any, source: Source, thread: str) -> dict[str, str]:
    """The interrupt id of each question that is still asked, by its name."""
    _, (told,) = call(capsys, "show", source, thread)
    values = [(it["value"], it["id"]) for it in told["interrupts"]]
    found = {
        name: next((id for value, id in values if value == one.payload), None)
        for name, one in ASKED.items()
    }
    return {name: id for name, id in found.items() if id is not None}


def test_show_names_the_dialect_of_each_question(capsys, anywhere, untouched):
    _, (thread,) = call(capsys, "show", anywhere, untouched)
    dialects = {it["id"]: it["dialect"] for it in thread["interrupts"]}
    named = {name: dialects[id] for name, id in ids(capsys, anywhere, untouched).items()}
    assert named == {name: one.dialect for name, one in ASKED.items()}


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


@here_and_there
@pytest.mark.parametrize("name", RUN)
def test_an_answer_in_words_is_received_as_its_dialect_has_it(capsys, anywhere, answered, name):
    asked = ids(capsys, anywhere, answered)
    words = ("--interrupt", asked[name], *ASKED[name].words)
    status, events = answer(capsys, anywhere, answered, *words)
    assert status == 3, events
    *_, update = [event["update"] for event in events if event["type"] == "update"]
    assert update == {"received": {name: ASKED[name].received}}


@pytest.mark.parametrize("name", ASKED)
def test_a_wrong_answer_is_refused_field_by_field_and_nothing_is_sent(
    capsys, anywhere, untouched, name
):
    before = held_of(anywhere, untouched)
    asked = ids(capsys, anywhere, untouched)
    words = ("--interrupt", asked[name], *ASKED[name].wrong)
    status, events = answer(capsys, anywhere, untouched, *words)
    refused, end = events
    assert (status, refused["type"], end["outcome"]) == (4, "error", "refused")
    assert {problem["path"] for problem in refused["problems"]} == set(ASKED[name].places)
    assert refused["message"]
    assert held_of(anywhere, untouched) == before


def test_all_are_answered_together_from_a_file(capsys, anywhere, tmp_path):
    thread = asking(anywhere)
    capsys.readouterr()
    asked = ids(capsys, anywhere, thread)
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({asked[name]: one.received for name, one in ASKED.items()}))
    status, _ = answer(capsys, anywhere, thread, "--from", str(file), "--override")
    assert status == 0
    _, (told,) = call(capsys, "show", anywhere, thread)
    assert told["values"]["received"] == {name: one.received for name, one in ASKED.items()}


def test_one_wrong_answer_of_many_keeps_all_from_being_sent(capsys, anywhere, untouched, tmp_path):
    before = held_of(anywhere, untouched)
    asked = ids(capsys, anywhere, untouched)
    values = {asked[name]: one.received for name, one in ASKED.items()}
    values |= {asked["options"]: "c", asked["schema"]: {"amount": 1}}
    (tmp_path / "answers.json").write_text(json.dumps(values))
    words = ("--from", str(tmp_path / "answers.json"), "--override")
    status, (refused, _) = answer(capsys, anywhere, untouched, *words)
    assert status == 4
    places = {problem["path"] for problem in refused["problems"]}
    assert places == {asked["options"], f"{asked['schema']}.why"}
    assert held_of(anywhere, untouched) == before
