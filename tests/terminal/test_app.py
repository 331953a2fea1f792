"""The real app in a real pseudo-terminal, used as a person does; the file proves what happened."""

import re
import subprocess
import sys

import pytest

from tests.cli import contents, run, shown, state
from tests.terminal.using import (
    enter,
    fill,
    find,
    leave,
    open_answer,
    press_once,
    ready,
    seek,
    wait_until,
)

TEXT = "✓"
"""What the form says once an answer is a text."""
LONG = {"DEPLOY_SECONDS": "600"}
"""A deploy that takes longer than any test."""


def test_a_person_answers_the_age_question_and_leaves(open_inbox, source):
    terminal = open_inbox(source, env={"HITL_TUI_GRACE": "2"})  # as it is unless one sets it
    open_answer(terminal, "age-1")
    fill(terminal, "41", "sends  41")
    terminal.press("ctrl+s")
    terminal.wait_for("> Received an input from the interrupt: 41", "finished")
    leave(terminal)
    assert state(source, "age-1") == "done"
    assert shown(source, "age-1")["values"]["human_value"] == 41


def test_the_text_41_is_another_answer_and_the_screen_says_which(open_inbox, source):
    terminal = open_inbox(source)
    open_answer(terminal, "age-checked-1")
    press_once(terminal, "t", TEXT)
    fill(terminal, "41", 'sends  "41"')
    terminal.press("ctrl+s")
    terminal.wait_for("> '41' is no age")
    leave(terminal)


def test_three_mails_are_decided_by_keys_only(open_inbox, source):
    terminal = open_inbox(source, rows=60)
    open_answer(terminal, "mailer-2")
    terminal.press_for("a", "✓")
    terminal.press("tab", "r", "tab", "tab", "a")
    terminal.wait_for('{"decisions": [{"type": "approve"}, {"type": "reject"')
    terminal.press("ctrl+s")
    terminal.wait_for("finished")
    leave(terminal)
    tools = [m for m in shown(source, "mailer-2")["values"]["messages"] if "tool" in str(m)]
    assert state(source, "mailer-2") == "done"
    assert tools


def test_a_transfer_is_retried_once_the_bank_answers(open_inbox, source, tmp_path):
    gateway = tmp_path / "gateway" / "open"
    gateway.parent.mkdir()
    terminal = open_inbox(source, env={"TRANSFER_GATEWAY": str(gateway)})
    open_answer(terminal, "transfer-1")
    terminal.press_for("1", 'sends  "approve"')
    terminal.press("ctrl+s")
    terminal.wait_for("The bank does not answer", "failed")
    gateway.touch()
    confirm(terminal, "t", "Run what failed again")
    terminal.wait_for("finished")
    leave(terminal)
    assert shown(source, "transfer-1")["values"]["outcome"] == "wired 1,000,000"


def test_a_gate_is_passed_only_after_a_confirmation(open_inbox, source):
    terminal = open_inbox(source)
    find(terminal, "approval-gate-1")
    terminal.press_for("c", "Run what is left of this thread?")
    terminal.press_for("escape", gone="Run what is left of this thread?")
    assert state(source, "approval-gate-1") == "paused"
    confirm(terminal, "c", "Run what is left of this thread?")
    terminal.wait_for("finished")
    leave(terminal)
    assert state(source, "approval-gate-1") == "done"


def test_a_running_deploy_is_stopped(open_inbox, source):
    terminal = open_inbox(source, env=LONG)
    deploy(terminal)
    confirm(terminal, "ctrl+x", "Stop the run")
    terminal.wait_for("cancelled")
    leave(terminal)
    assert shown(source, "deploy-1")["next"] == ["roll_out"]


def test_quitting_asks_while_something_runs_and_then_stops_it(open_inbox, source):
    terminal = open_inbox(source, env=LONG)
    deploy(terminal)
    terminal.press_for("ctrl+q", "Quit while a run is going on?")
    terminal.press_for("escape", gone="Quit while a run is going on?")
    terminal.press_for("ctrl+q", "Quit while a run is going on?")
    terminal.press_to_close("ctrl+s")
    assert terminal.wait_closed() == 0
    assert shown(source, "deploy-1")["next"] == ["roll_out"]


def test_two_threads_are_answered_in_a_row_without_waiting(open_inbox, source):
    terminal = open_inbox(source, env={"DEPLOY_SECONDS": "8"})
    deploy(terminal)
    terminal.press_for("/", "End search")
    terminal.press_for("escape", gone="End search")
    seek(terminal, "age-2")
    enter(terminal)
    fill(terminal, "7", "sends  7")
    terminal.press("ctrl+s")
    wait_until(lambda: state(source, "age-2") == "done", "age-2 was not answered")
    wait_until(lambda: state(source, "deploy-1") == "done", "deploy-1 was not answered")
    leave(terminal)


def test_the_terminal_may_change_its_size(open_inbox, source):
    terminal = open_inbox(source)
    open_answer(terminal, "age-checked-1")
    press_once(terminal, "t", TEXT)
    fill(terminal, "forty-one", 'sends  "forty-one"')
    for columns, rows in ((60, 20), (20, 5), (200, 50), (80, 24)):
        terminal.resize(columns, rows)
        terminal.wait_for("Too small" if rows == 5 else "Answer")
    terminal.wait_for("forty-one", "Answer")
    leave(terminal)


def test_ctrl_c_neither_ends_it_nor_loses_what_is_typed(open_inbox, source):
    terminal = open_inbox(source)
    open_answer(terminal, "age-checked-1")
    press_once(terminal, "t", TEXT)
    fill(terminal, "forty", 'sends  "forty"')
    terminal.press("ctrl+c", "-one")
    terminal.wait_for('sends  "forty-one"')
    leave(terminal)
    assert state(source, "age-checked-1") == "open"


def test_looking_around_changes_nothing(open_inbox, source):
    before = contents(source.parent)
    terminal = open_inbox(source)
    ready(terminal)
    terminal.press("down", "down")
    terminal.press_for("v", "v  request")
    terminal.press("6", "down", "1")
    terminal.press_for("?", "esc  close")
    terminal.press_for("escape", gone="esc  close")
    terminal.press("end", "home", "v")
    leave(terminal)
    assert contents(source.parent) == before


def test_what_another_program_writes_is_seen_without_a_key(open_inbox, source):
    terminal = open_inbox(source)
    find(terminal, "age-1")
    run("answer", source, "age-1", "--value", "9")
    terminal.wait_for("done")
    leave(terminal)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 10), (20, 5)])
def test_small_terminals_can_be_used_and_left(open_inbox, source, columns, rows):
    terminal = open_inbox(source, columns=columns, rows=rows)
    terminal.wait_for("Too small" if rows == 5 else "Wire")
    leave(terminal)


def test_a_source_that_is_not_there_is_said_on_the_screen_and_in_the_status(open_inbox, tmp_path):
    terminal = open_inbox(tmp_path / "absent.sqlite")
    terminal.wait_for("There is no file", "q  quit")
    terminal.press_to_close("q")
    assert terminal.wait_closed() == 8
    assert contents(tmp_path) == {}


def test_without_a_terminal_it_says_so(source):
    command = [sys.executable, "-m", "hitl_tui", str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=90)
    assert done.returncode == 2
    assert "terminal" in done.stderr


def confirm(terminal, key: str, question: str) -> None:
    """Press a key that asks first, and say yes."""
    terminal.press_for(key, question)
    terminal.press_for("ctrl+s", gone=question)


def deploy(terminal) -> None:
    """Let a deploy begin."""
    open_answer(terminal, "deploy-1")
    terminal.press_for("1", 'sends  "deploy"')
    terminal.press("ctrl+s")
    terminal.until(lambda: re.search(r"step \d+ of 60", terminal.text))
