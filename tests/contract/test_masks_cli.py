"""Secrets on the command line: shown by no command, sent as they truly are."""

import json

import pytest

from hitl_tui.cli.main import cli
from hitl_tui.errors import HitlError
from tests.conftest import ROOT

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
def source(tmp_path, capsys, monkeypatch):
    """A file with a thread whose request, state and metadata hold secrets, and their masks."""
    monkeypatch.setenv("HITL_TUI_MASKS", '["$..password", "$..pin"]')
    path = tmp_path / "checkpoints.sqlite"
    asked = json.dumps({"questions": {"login": {"payload": CALL}}})
    words = ("ask", "--thread", "t", "--config", CONFIG, "--input", asked)
    told = call(capsys, "start", path, *words, status=3)
    assert "login" in told
    return path


def call(capsys, command, path, *words, status=0):
    """All that a call prints; never a secret."""
    try:
        found = cli.main([command, str(path), *map(str, words)], standalone_mode=False) or 0
    except HitlError as error:  # what `main` would print
        found = error.exit_code
        print(error)
    printed = capsys.readouterr()
    assert found == status, printed
    for secret in (SECRET, str(PIN)):
        assert secret not in printed.out + printed.err
    return printed.out


def received(path, capsys, monkeypatch):
    """What the graph was sent: read without masks."""
    monkeypatch.setenv("HITL_TUI_MASKS", "[]")
    cli.main(["show", str(path), "t", "--json"], standalone_mode=False)
    return json.loads(capsys.readouterr().out)["values"]["received"]["login"]


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_no_command_that_looks_shows_one(source, capsys, words):
    for command in (["list"], ["show", "t"]):
        assert "login" in call(capsys, command[0], source, *command[1:], *words)
    assert "masked" in call(capsys, "show", source, "t", *words)


def test_the_output_of_a_run_shows_none_and_the_graph_gets_the_true_values(
    source, capsys, monkeypatch
):
    told = call(capsys, "answer", source, "t", "--decision", "edit", "--config", CONFIG, "--json")
    update = next(line for line in map(json.loads, told.splitlines()) if line["type"] == "update")
    args = update["update"]["received"]["login"]["decisions"][0]["edited_action"]["args"]
    assert args == {"to": "ann", "password": "•••••• (masked)", "pin": "•••••• (masked)"}
    assert "masked" in call(capsys, "audit", source)
    call(capsys, "show", source, "t", "--json")
    assert received(source, capsys, monkeypatch) == EDIT


def test_a_mark_that_was_copied_stands_for_its_value_and_another_is_refused(
    source, capsys, monkeypatch
):
    shown = json.loads(call(capsys, "show", source, "t", "--json"))["interrupts"][0]["value"]
    args = shown["action_requests"][0]["args"]
    assert args["pin"] == "•••••• (masked: action_requests.0.args.pin)"
    decision = {"type": "edit", "edited_action": {"name": "login", "args": args | {"to": "bob"}}}
    wrong = json.dumps({"decisions": [decision]}).replace("0.args.pin", "0.args.pon")
    words = ("--config", CONFIG)
    refused = call(capsys, "answer", source, "t", "--value", wrong, *words, status=4)
    assert "stands there for which there is no masked value" in refused
    value = json.dumps({"decisions": [decision]})
    call(capsys, "answer", source, "t", "--value", value, *words)
    sent = received(source, capsys, monkeypatch)["decisions"][0]["edited_action"]["args"]
    assert sent == ARGS | {"to": "bob"}


def test_a_batch_shows_none_and_sends_the_true_values(source, capsys, monkeypatch):
    words = ("--thread", "t", "--decision", "edit", "--config", CONFIG)
    assert "masked" in call(capsys, "batch", source, *words, "--dry-run")
    assert "masked" in call(capsys, "batch", source, *words, "--json")
    assert received(source, capsys, monkeypatch) == EDIT
