"""Secrets on the command line: shown by no command, sent as they truly are."""

import json
import uuid

import pytest

from hitl_tui.cli.main import cli
from hitl_tui.errors import HitlError
from tests.conftest import ROOT
from tests.places import here_and_there

CONFIG = ROOT / "tests" / "contract" / "asking" / "langgraph.json"
SECRET, PIN = "hunter2-and-more", 987654321
ARGS = {"to": "ann", "password": SECRET, "pin": PIN}
CALL = {
    "action_requests": [{"name": "login", "args": ARGS, "description": f"Log in with {ARGS}"}],
    "review_configs": [
        {"action_name": "login", "allowed_decisions": ["approve", "edit", "reject"]}
    ],
}
EDIT = {"decisions": [{"type": "edit", "edited_action": {"name": "login", "args": ARGS}}]}


@pytest.fixture
def thread(anywhere, capsys, monkeypatch):
    """A thread whose request, state and metadata hold secrets, and their masks."""
    monkeypatch.setenv("HITL_TUI_MASKS", '["$..password", "$..pin"]')
    asked = json.dumps({"questions": {"login": {"payload": CALL}}})
    name = str(uuid.uuid4())
    words = ("ask", "--thread", name, "--config", CONFIG, "--input", asked)
    told = call(capsys, "start", anywhere, *words, status=3)
    assert "login" in told
    return name


def call(capsys, command, source, *words, status=0):
    """All that a call prints; never a secret."""
    try:
        found = cli.main([command, str(source), *map(str, words)], standalone_mode=False) or 0
    except HitlError as error:  # what `main` would print
        found = error.exit_code
        print(error)
    printed = capsys.readouterr()
    assert found == status, printed
    for secret in (SECRET, str(PIN)):
        assert secret not in printed.out + printed.err
    return printed.out


def received(source, thread, capsys, monkeypatch):
    """What the graph was sent: read without masks."""
    monkeypatch.setenv("HITL_TUI_MASKS", "[]")
    cli.main(["show", str(source), thread, "--json"], standalone_mode=False)
    return json.loads(capsys.readouterr().out)["values"]["received"]["login"]


def test_no_command_that_looks_shows_one(anywhere, thread, capsys):
    for words in ((), ("--json",)):
        assert "login" in call(capsys, "list", anywhere, "--search", thread, *words)
        shown = call(capsys, "show", anywhere, thread, *words)
        assert "login" in shown
        assert "masked" in shown


def test_the_output_of_a_run_shows_none_and_the_graph_gets_the_true_values(
    anywhere, thread, capsys, monkeypatch
):
    words = ("--decision", "edit", "--config", CONFIG, "--json")
    told = call(capsys, "answer", anywhere, thread, *words)
    update = next(line for line in map(json.loads, told.splitlines()) if line["type"] == "update")
    args = update["update"]["received"]["login"]["decisions"][0]["edited_action"]["args"]
    assert args == {"to": "ann", "password": "•••••• (masked)", "pin": "•••••• (masked)"}
    assert "masked" in call(capsys, "audit", anywhere, "--thread", thread)
    call(capsys, "show", anywhere, thread, "--json")
    assert received(anywhere, thread, capsys, monkeypatch) == EDIT


@here_and_there
def test_a_mark_that_was_copied_stands_for_its_value_and_another_is_refused(
    anywhere, thread, capsys, monkeypatch
):
    told = call(capsys, "show", anywhere, thread, "--json")
    args = json.loads(told)["interrupts"][0]["value"]["action_requests"][0]["args"]
    assert args["pin"] == "•••••• (masked: action_requests.0.args.pin)"
    decision = {"type": "edit", "edited_action": {"name": "login", "args": args | {"to": "bob"}}}
    wrong = json.dumps({"decisions": [decision]}).replace("0.args.pin", "0.args.pon")
    words = ("--config", CONFIG)
    refused = call(capsys, "answer", anywhere, thread, "--value", wrong, *words, status=4)
    assert "stands there for which there is no masked value" in refused
    value = json.dumps({"decisions": [decision]})
    call(capsys, "answer", anywhere, thread, "--value", value, *words)
    sent = received(anywhere, thread, capsys, monkeypatch)
    assert sent["decisions"][0]["edited_action"]["args"] == ARGS | {"to": "bob"}


@here_and_there
def test_a_batch_shows_none_and_sends_the_true_values(anywhere, thread, capsys, monkeypatch):
    words = ("--thread", thread, "--decision", "edit", "--config", CONFIG)
    assert "masked" in call(capsys, "batch", anywhere, *words, "--dry-run")
    assert "masked" in call(capsys, "batch", anywhere, *words, "--json")
    assert received(anywhere, thread, capsys, monkeypatch) == EDIT
