"""Text that would control a terminal reaches a real one only as visible, harmless marks."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli import hitl, lines
from tests.conftest import CONFIG
from tests.terminal import wire
from tests.terminal.terminal import Terminal
from tests.terminal.using import QUEUE, back, enter, find, leave, open_answer, ready, search, seek

GRAPHS = Path(__file__).parent / "graphs" / "langgraph.json"
NAME = "evil [@click=app.quit]x[b]\x1b[>q\u202e.sqlite"
EVIL_ID = "id-[/foo]-\x1b[>q\x1b]52;c;aGE=\x07\u202e\u200b"
SEEDED = [
    ("hostile-terminal", "␛[>q␛[6n␛[c"), ("hostile-markup", "[@click=app.quit]"),
    ("hostile-hidden", "�gnihtemos�"), ("hostile-[/foo]", "hostile-[/foo]-␛[>q"),
]  # fmt: skip


def look_around(terminal: Terminal) -> None:
    """See every pane and dialog that a thread is shown in."""
    see_panes(terminal)
    terminal.press("f", "f")
    for key, sign in (("?", "esc  close"), ("ctrl+p", "Light")):
        terminal.press_for(key, sign)
        terminal.press_for("escape", gone=sign)


def see_panes(terminal: Terminal) -> None:
    """See the request, the context, the answer and the log, and come back."""
    terminal.press_for("v", "v  request")
    terminal.press_for("tab", gone=QUEUE)
    terminal.press("down", "end", "home")
    terminal.press_for("v", gone="v  request")
    terminal.press_for("tab", "pgup Page up")
    back(terminal)


@pytest.fixture(scope="module")
def usual(seeded, tmp_path_factory) -> set[str]:
    """The sequences that the app sends while a harmless thread is looked at and answered."""
    source = Path(shutil.copy(seeded, tmp_path_factory.mktemp("usual") / "checkpoints.sqlite"))
    terminal = Terminal.hitl(str(source), "--config", str(CONFIG))
    find(terminal, "transfer-1")
    look_around(terminal)
    enter(terminal)
    answer(terminal, "2", "finished")
    leave(terminal)
    return wire.sequences(terminal.raw)


def assert_harmless(terminal: Terminal, usual) -> None:
    """Nothing but what the app says on its own account went to the terminal."""
    sent = wire.sequences(terminal.raw)
    assert not sent.keys() - usual.keys()
    asking = [s for s in sent if s[-1] in "cnpqtuxy" and s.startswith("\x1b[")]
    assert {s: sent[s] for s in asking} == {s: usual[s] for s in asking}
    assert not wire.unsafe(wire.text(terminal.raw))


def test_seeded_threads_are_shown_without_being_obeyed(open_inbox, source, usual):
    terminal = open_inbox(source)
    ready(terminal)
    for thread, mark in SEEDED:
        seek(terminal, thread)
        before = len(terminal.raw)
        see_panes(terminal)
        enter(terminal)
        back(terminal)
        assert mark in wire.text(terminal.raw[before:])
    look_around(terminal)
    terminal.press(*"123456")
    leave(terminal)
    assert_harmless(terminal, usual)


@pytest.fixture(scope="module")
def begun(tmp_path_factory) -> Path:
    """A file, itself of a hostile name, with a thread of the hostile graph in it."""
    source = tmp_path_factory.mktemp("hostile") / NAME
    for thread in (EVIL_ID, "plain-id"):
        done = hitl("start", source, "hostile", "--input", "{}", "--thread", thread,
                    "--config", GRAPHS, "--json")  # fmt: skip
        assert done.returncode == 3, done.stdout + done.stderr
    return source


@pytest.fixture
def hostile(begun, tmp_path) -> Path:
    """A copy of that file and of what still stands in its WAL."""
    with (
        closing(sqlite3.connect(begun)) as origin,
        closing(sqlite3.connect(tmp_path / NAME)) as copy,
    ):
        origin.backup(copy)
    return tmp_path / NAME


def opened(source: Path) -> Terminal:
    return Terminal.hitl(str(source), "--config", str(GRAPHS))


def answer(terminal: Terminal, key: str, then: str) -> None:
    terminal.press_for(key, "✓", "sends")
    terminal.press("ctrl+s")
    terminal.wait_for(then)


def test_what_a_graph_prints_logs_asks_and_raises_is_not_obeyed(hostile, usual):
    terminal = opened(hostile)
    ready(terminal)
    enter(terminal)
    answer(terminal, "1", "paused")
    back(terminal)
    search(terminal, "id-[")
    terminal.press("enter")
    enter(terminal)
    answer(terminal, "a", "failed")
    look_around(terminal)
    leave(terminal)
    shown = wire.text(terminal.raw)
    assert "[@click=app.quit]" in shown
    assert "ValueError" in shown
    assert_harmless(terminal, usual)


def test_a_failure_told_with_hostile_words_is_not_obeyed(hostile, usual):
    with closing(sqlite3.connect(hostile)) as database:
        graph = json.dumps({"graph_id": "gone [/foo][@click=app.quit]x[/]\x1b[>q\u202e"})
        database.execute("UPDATE checkpoints SET metadata = json_patch(metadata, ?)", [graph])
        database.commit()
    terminal = opened(hostile)
    open_answer(terminal, "plain-id", sees="go  ‹2›")
    answer(terminal, "1", "is declared")
    leave(terminal)
    assert_harmless(terminal, usual)


def test_people_read_no_control_character_on_the_command_line(hostile):
    config = ("--config", GRAPHS)
    calls = [
        ("list", hostile), ("list", hostile, "--state", "all"), ("show", hostile, EVIL_ID),
        ("show", hostile, f"{EVIL_ID}?"), ("answer", hostile, EVIL_ID, "--text", EVIL_ID, *config),
        ("answer", hostile, EVIL_ID, "--text", "go", *config),
        ("answer", hostile, EVIL_ID, "--decision", "approve", *config),
        ("answer", hostile, EVIL_ID, "--decision", "[/foo]\x1b[>q", *config),
        ("list", hostile, "--state", "\x1b[>q"), ("doctor", hostile, *config),
        ("start", hostile, "\x1b[>q[/x]", "--input", "{}", *config), ("\x1b[>q",),
    ]  # fmt: skip
    for call in calls:
        done = hitl(*call)
        assert not wire.unsafe(done.stdout + done.stderr), call
    assert {line["state"] for line in lines(hitl("list", hostile, "--json"))} <= {"open", "locked"}
