"""What nobody means to lose or to send, in a real terminal: undo, kill -9, mere looks."""

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli import contents, state
from tests.terminal.using import (
    alive,
    fill,
    find,
    leave,
    open_answer,
    press_once,
    wait_until,
    workers,
)


def test_an_answer_is_taken_back(open_inbox, source):
    terminal = open_inbox(source, env={"HITL_TUI_GRACE": "60"})
    open_answer(terminal, "age-checked-1")
    press_once(terminal, "t", "✓")
    fill(terminal, "forty-one", 'sends  "forty-one"')
    terminal.press("ctrl+s")
    terminal.wait_for("sends in", "Undo send")
    press_once(terminal, "u", gone="sends in")
    terminal.wait_for('sends  "forty-one"')
    leave(terminal)
    assert state(source, "age-checked-1") == "open"


def drafts(source: Path) -> list[str]:
    """What is written down of answers that are not sent: all of a word, not only its beginning."""
    with closing(sqlite3.connect(source.with_name(f"{source.name}.hitl.db"))) as journal:
        return [draft for (draft,) in journal.execute("SELECT draft FROM drafts")]


def test_a_draft_outlives_kill_9_and_is_not_sent(open_inbox, source):
    terminal = open_inbox(source)
    open_answer(terminal, "age-checked-1")
    press_once(terminal, "t", "✓")
    fill(terminal, "forty-one", 'sends  "forty-one"')
    terminal.wait_for("✎")
    wait_until(lambda: any("forty-one" in draft for draft in drafts(source)), "no draft was kept")
    os.kill(terminal.child.pid, signal.SIGKILL)
    wait_until(lambda: not alive(terminal.child.pid), "the app did not end")
    again = open_inbox(source)
    find(again, "age-checked-1")
    again.wait_for("✎", "forty-one", 'sends  "forty-one"')
    leave(again)
    assert state(source, "age-checked-1") == "open"


def test_a_mere_look_starts_nothing_and_makes_nothing(open_inbox, source):
    before = contents(source.parent)
    terminal = open_inbox(source, "--read-only")
    find(terminal, "age-checked-1")
    terminal.wait_for("This is a read-only look")
    for key in ("Send", "Claim", "Snooze", "Retry"):
        assert key not in terminal.text.splitlines()[-1]
    terminal.press("m", "z", "c", "t", "o", "x", "u", "ctrl+s")
    terminal.read(1)
    assert not workers(terminal.child.pid)
    leave(terminal)
    assert contents(source.parent) == before
