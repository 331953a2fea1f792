"""What a person does with the inbox, step by step, each seen on the screen before the next."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.terminal.terminal import Terminal

SETTLED = 0.3
"""Seconds after a question was drawn from which keys count, with room to spare."""


def find(terminal: Terminal, thread: str, tab: str = "6") -> None:
    """Search one thread among all and stand on its row, with its question on screen."""
    terminal.wait_for("Queue", "refund")
    terminal.press(tab, "/")
    terminal.wait_for("End search")
    terminal.press(thread)
    terminal.wait_for(thread, "All 1")
    terminal.press("enter")
    terminal.wait_for("↑↓ Move")
    terminal.read(SETTLED)


def open_answer(terminal: Terminal, thread: str) -> None:
    """Find a thread and stand in its answer."""
    find(terminal, thread)
    terminal.press("enter")
    terminal.wait_while("↑↓ Move")
    terminal.read(SETTLED)


def leave(terminal: Terminal) -> None:
    """Quit; nothing runs, so nothing is asked."""
    terminal.press("ctrl+q")
    assert terminal.wait_closed() == 0


def workers(owner: int) -> list[int]:
    """The living processes whose parent is `owner`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            words = _status(int(entry.name))
            if words and words[1] == str(owner) and words[0] != "Z":
                found.append(int(entry.name))
    return found


def alive(pid: int) -> bool:
    """Whether a process runs."""
    words = _status(pid)
    return bool(words) and words[0] != "Z"


def wait_until(condition: Callable[[], object], otherwise: str, timeout: float = 20) -> None:
    """Return once `condition` holds; fail with `otherwise`."""
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, otherwise
        time.sleep(0.05)


def _status(pid: int) -> list[str]:
    """The words of a process's status: its state, its parent, …; none when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
