"""The real app in a real pseudo-terminal, used as a person does; the file proves what happened."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


def shown(source: Path, thread: str) -> dict:
    command = [sys.executable, "-m", "hitl_tui", "show", str(source), thread, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    return json.loads(done.stdout)


def find(terminal, thread: str) -> None:
    """Search the queue for one thread and go back to its row."""
    terminal.press("/", thread, "enter")
    terminal.wait_for(thread)


def test_a_person_answers_the_age_question_and_leaves(open_inbox, source):
    terminal = open_inbox(source)
    terminal.wait_for("Queue", "refund")
    find(terminal, "age-1")
    terminal.wait_for("what is your age?")
    terminal.press("enter")
    terminal.read(0.4)
    terminal.press("4", "1")
    terminal.wait_for("sends")
    terminal.press("ctrl+s")
    terminal.wait_for("> Received an input from the interrupt:", "finished")
    terminal.press("ctrl+q")
    assert terminal.wait_closed() == 0
    assert shown(source, "age-1")["state"] == "done"
    assert str(shown(source, "age-1")["values"]["human_value"]) == "41"


def test_leaving_gives_the_terminal_back_and_leaves_no_process(open_inbox, source):
    terminal = open_inbox(source)
    terminal.wait_for("Queue", "refund")
    wait_until(lambda: workers(terminal.child.pid), "no worker was warmed up")
    started = workers(terminal.child.pid)
    terminal.press("ctrl+q")
    assert terminal.wait_closed() == 0
    assert b"\x1b[?1049l" in terminal.raw
    wait_until(lambda: not any(map(alive, started)), "a worker outlived the app")


def test_kill_9_leaves_no_process(open_inbox, source):
    terminal = open_inbox(source)
    terminal.wait_for("Queue", "refund")
    wait_until(lambda: workers(terminal.child.pid), "no worker was warmed up")
    started = workers(terminal.child.pid)
    os.kill(terminal.child.pid, signal.SIGKILL)
    wait_until(lambda: not any(map(alive, started)), "a worker outlived the app")


def test_looking_around_changes_nothing(open_inbox, source):
    before = source.read_bytes()
    terminal = open_inbox(source)
    terminal.wait_for("Queue", "refund")
    terminal.press("down", "down", "6", "down", "1", "?", "escape", "end", "home")
    terminal.read(1)
    terminal.press("ctrl+q")
    assert terminal.wait_closed() == 0
    assert source.read_bytes() == before
    assert [p.name for p in source.parent.iterdir()] == [source.name]


def test_what_another_program_writes_is_seen_within_a_second(open_inbox, source):
    terminal = open_inbox(source)
    terminal.wait_for("Queue", "refund")
    config = Path(__file__).parents[2] / "graphs" / "langgraph.json"
    command = [
        sys.executable, "-m", "hitl_tui", "start", str(source), "age", "--input", '{"foo": "x"}',
        "--thread", "brand-new", "--config", str(config),
    ]  # fmt: skip
    find(terminal, "brand-new")
    subprocess.run(command, check=False, capture_output=True, timeout=60)
    terminal.wait_for("what is your age?", timeout=5)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (40, 10), (20, 5)])
def test_small_terminals_can_be_used_and_left(open_inbox, source, columns, rows):
    terminal = open_inbox(source, columns=columns, rows=rows)
    terminal.read(3)
    assert terminal.text.strip()
    terminal.press("ctrl+q")
    assert terminal.wait_closed() == 0


def test_without_a_terminal_it_says_so(source):
    command = [sys.executable, "-m", "hitl_tui", str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 2
    assert "terminal" in done.stderr


def workers(owner: int) -> list[int]:
    """The living processes whose parent is `owner`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if words[1] == str(owner) and words[0] != "Z":
                found.append(int(entry.name))
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until(condition, otherwise: str, timeout: float = 20) -> None:
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, otherwise
        time.sleep(0.05)
