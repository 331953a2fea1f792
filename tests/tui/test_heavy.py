"""Payloads that are far too much for a screen: their beginning is shown, and the way to all of it.

A real file, written by LangGraph, read by the real backend as a screen has it read: what is heavy
is told by its size until it is read.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from hitl_tui.backends import looks
from hitl_tui.backends.caching import Caching
from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.model.batches import Member
from hitl_tui.model.question import Question
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.read import described
from hitl_tui.tui import turns
from tests.contract.heavy import ask
from tests.fakes import PATIENCE, thread
from tests.tui.test_answering import choose_first
from tests.tui.test_batches import at_table

KEYS = 300_000
HEAVY = {
    "a-text": lambda: {"question": "Read all this?", "text": "word " * 10_000_000},
    "b-keys": lambda: {"question": "Which of them?", **{f"k{n}": n for n in range(KEYS)}},
    "c-line": lambda: "x" * 5_000_000,
}
QUESTIONS = 200
DEEPEST = 250
"""Levels of a payload: LangGraph itself refuses to store some more."""


@pytest.fixture(scope="module")
def heavy(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("heavy") / "checkpoints.sqlite"
    with SqliteSaver.from_conn_string(str(path)) as saver:
        for name, made in HEAVY.items():
            ask(saver, name, [made()])
        ask(saver, "d-many", [f"Number {number}?" for number in range(QUESTIONS)])
        ask(saver, "e-deep", [{"question": "How deep?", "down": _nested(DEEPEST - 1)}])
    return path


def _nested(levels: int) -> Any:
    value: Any = "the bottom"
    for _ in range(levels):
        value = [value]
    return value


@pytest.fixture
def backend(heavy) -> Iterator[SqliteBackend]:
    backend = SqliteBackend(heavy, describe=described, in_passing=True)
    yield backend
    backend.close()


@pytest.fixture
def gate(monkeypatch) -> Iterator[threading.Event]:
    """While it is not set, nobody comes to the end of a heavy thread."""
    gate = threading.Event()
    for name in ("apart", "row_apart"):
        monkeypatch.setattr(looks, name, partial(_behind, gate, getattr(looks, name)))
    yield gate
    gate.set()


def _behind(gate: threading.Event, read: Callable[..., Any], *given: Any) -> Any:
    assert gate.wait(PATIENCE)
    return read(*given)


async def test_nothing_waits_for_what_is_heavy(operate, backend, gate):
    """Rows, keys and other threads come while it is read; then it is shown as it truly is."""
    async with operate(backend=backend, ready=False, size=(140, 40)) as operator:
        await operator.until(lambda: operator.text.count("are being read") == 3)
        assert "… " in _row(operator, "50 MB are being read")
        assert "●" not in _row(operator, "50 MB are being read")
        assert "● " in _row(operator, "How deep?")
        await operator.until(lambda: "Reading 50 MB …" in operator.text)
        for _ in range(4):
            await operator.press("down")
        await operator.shows("e-deep")
        assert "How deep?" in operator.text
        await operator.press("up")
        await operator.shows("d-many")
        assert "Number 0?" in operator.text
        assert not gate.is_set()
        gate.set()
        await operator.until(lambda: "Read all this?" in operator.text)
        await operator.until(lambda: "are being read" not in operator.text)
        assert "● " in _row(operator, "Read all this?")


async def test_a_thread_that_becomes_heavy_while_the_screen_is_open_hides_nothing_new(
    operate, tmp_path, gate
):
    """A file with an index, which follows what changes; the row below is drawn at once."""
    path, folder = tmp_path / "checkpoints.sqlite", tmp_path / "cache"
    command = (sys.executable, "-m", "hitl_tui", "index", str(path), "--cache", str(folder))
    with SqliteSaver.from_conn_string(str(path)) as saver:
        ask(saver, "a-first", ["Light?"])
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
        nothing = Caching(folder, (sys.executable, "-c", ""), index_from=0)
        backend = SqliteBackend(path, caching=nothing, describe=described, in_passing=True)
        async with operate(backend=backend, size=(140, 40)) as operator:
            await operator.until(lambda: "Light?" in operator.text)
            ask(saver, "b-heavy", [HEAVY["c-line"]()])
            ask(saver, "c-light", ["New and light?"])
            await operator.until(lambda: "New and light?" in operator.text)
            assert "… " in _row(operator, "5 MB are being read")
            assert not gate.is_set()
            gate.set()
            await operator.until(lambda: "are being read" not in operator.text)
            assert "● " in _row(operator, "xxxx")


def _row(operator, words: str) -> str:
    """The line of the queue with these words."""
    return next(at for at in operator.text.splitlines() if words in at).partition("││")[0]


async def test_what_reads_much_knows_of_every_key(operate, monkeypatch):
    struck: list[str] = []
    monkeypatch.setattr(turns, "key_came", lambda: struck.append("key"))
    async with operate(thread("a", "Go?")) as operator:
        await operator.press("down", "slash", "x")
    assert len(struck) == 3


async def test_what_is_too_much_is_cut_and_says_so(operate, backend):
    async with operate(backend=backend, ready=False, size=(200, 80)) as operator:
        await operator.until(lambda: "Read all this?" in operator.text)
        await operator.shows("a-text")
        assert "49,996,000 characters more" in operator.text
        await operator.press("down", "down", "down")
        await operator.shows("d-many")
        assert "question 1 of 200" in operator.text
        await operator.press("left_square_bracket")
        await operator.until(lambda: "question 200 of 200" in operator.text)
        assert "Number 199?" in operator.text


async def test_too_many_lines_and_too_long_ones_are_cut_and_say_so(operate, backend):
    """On a screen that has room for all that is shown of them; drawing it takes long."""
    async with operate(backend=backend, ready=False, size=(200, 480)) as operator:
        await operator.until(lambda: operator.list.thread_id == "a-text")
        await operator.press("down")
        await operator.shows("b-keys")
        await operator.until(lambda: "k350" in operator.text)
        assert "more than 400 lines" in operator.text
        await operator.press("down")
        await operator.shows("c-line")
        assert "characters more" in operator.text


async def test_no_key_waits_until_what_is_sent_is_spelled_out(operate, monkeypatch):
    """A background job is described in words of ours, not by all that it is given."""
    spelled: list[str] = []

    def spell(it: object) -> str:
        if threading.current_thread() is threading.main_thread():
            spelled.append(type(it).__name__)
        return ""

    for each in (Question, Interrupt, Member):
        monkeypatch.setattr(each, "__repr__", spell)
    options = {"question": "Deploy?", "options": ["yes", "no"]}
    async with operate(*(thread(name, options) for name in "abc")) as operator:
        await choose_first(operator)
        await operator.press("ctrl+s")
        await operator.until(lambda: len(operator.backend.sent) == 1)
        await at_table(operator, "space", "shift+down")
        await operator.press("ctrl+s")
        await operator.until(lambda: operator.app.screen._phase == "over")
    assert len(operator.backend.sent) > 1
    assert spelled == []


async def test_a_flood_is_searched_at_its_beginning(operate, backend):
    async with operate(backend=backend, ready=False) as operator:
        await operator.until(lambda: "Which of them?" in operator.text)
        await operator.until(lambda: "being read" not in operator.text)
        await operator.press("slash", *"k999")
        await operator.until(lambda: operator.list.thread_id == "b-keys")
        assert "k999" in operator.text
