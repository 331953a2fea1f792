"""What a person does with the inbox, step by step, each seen on the screen before the next."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.terminal.terminal import PATIENCE, Terminal

SETTLED = 0.2
"""Seconds after a question was drawn from which keys count, with room to spare."""
QUEUE = "↑↓ Move"
"""What the footer says in the queue alone."""
QUIT = "Quit while"
"""What the command asks when it is to be left and something is going on."""
SURELY = 15.0
"""Seconds in which what a key did is on screen, however busy the machine is."""


def find(terminal: Terminal, thread: str, sees: str = "") -> None:
    """Search one thread among all and stand on its row, with its question on screen."""
    ready(terminal)
    seek(terminal, thread, sees)


def seek(terminal: Terminal, thread: str, sees: str = "") -> None:
    """As `find`, from a queue that is already there; `sees` is in the request, else its id."""
    terminal.press("6")
    search(terminal, thread)
    terminal.wait_for("All 1 ", sees)
    terminal.until(lambda: sees or terminal.text.count(thread) > 1)  # one is in the search
    press_once(terminal, "enter", QUEUE)
    terminal.read(SETTLED)


def open_answer(terminal: Terminal, thread: str, sees: str = "") -> None:
    """Find a thread and stand in its answer."""
    find(terminal, thread, sees)
    enter(terminal)


def ready(terminal: Terminal) -> None:
    """Wait until the queue and the thread under its cursor are shown."""
    terminal.wait_for("Queue", "Open", "waiting")
    terminal.read(SETTLED)


def search(terminal: Terminal, text: str) -> None:
    """Type a text into the search, instead of what is in it."""
    terminal.press_for("/", "End search")
    terminal.burst("ctrl+u", text)


def enter(terminal: Terminal) -> None:
    """Go from the queue to the answer of the thread shown."""
    terminal.wait_for(QUEUE)
    press_once(terminal, "enter", gone=QUEUE)


def back(terminal: Terminal) -> None:
    """Go back to the queue, however deep one is."""
    terminal.press_for("escape", QUEUE)


def press_once(terminal: Terminal, key: str, *texts: str, gone: str = "") -> None:
    """As `press_for`, with a key that would do something else a second time.

    So it is pressed again only when it surely was one of those that come too early and are ignored.
    """
    _until(
        terminal,
        lambda: terminal.press(key),
        lambda: (
            all(text in terminal.text for text in texts) and not (gone and gone in terminal.text)
        ),
    )


def fill(terminal: Terminal, text: str, sees: str) -> None:
    """Type a text into the input that has the focus, from its start if keys came too early."""
    _until(terminal, lambda: terminal.press("ctrl+u", text), lambda: sees in terminal.text)


def leave(terminal: Terminal) -> None:
    """Quit; what is said to be finished is written down first, and until then one is asked."""
    while terminal.child.isalive():
        terminal.press("ctrl+q")
        terminal.until(lambda: QUIT in terminal.text or not terminal.child.isalive())
        if terminal.child.isalive():
            terminal.press_for("escape", gone=QUIT)
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


def wait_until(condition: Callable[[], object], otherwise: str, timeout: float = PATIENCE) -> None:
    """Return once `condition` holds; fail with `otherwise`."""
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, otherwise
        time.sleep(0.05)


def _until(terminal: Terminal, act: Callable[[], object], seen: Callable[[], object]) -> None:
    """Act until the effect is seen."""
    end = time.monotonic() + PATIENCE
    while True:
        act()
        try:
            terminal.until(seen, SURELY)
            return
        except AssertionError:
            if time.monotonic() > end:
                raise


def _status(pid: int) -> list[str]:
    """The words of a process's status: its state, its parent, …; none when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
