"""The first rows, shown before the rest of the screen is loaded: true, in their place, and safe."""

import threading
from concurrent.futures import Future
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest

from hitl_tui.errors import SourceError
from hitl_tui.tui.ahead import Ahead
from hitl_tui.tui.screens.queue import QueueScreen
from hitl_tui.tui.screens.source_error import SourceErrorScreen
from hitl_tui.tui.widgets.first_rows import FirstRows
from hitl_tui.tui.widgets.search import Search
from tests.fakes import PATIENCE, FakeBackend, thread
from tests.tui.operator import Operator, make_app


@asynccontextmanager
async def starting(tmp_path, backend, size=(120, 36)):
    """The app as it starts: its first rows are read ahead, and come when the gate is opened."""
    app = make_app(backend, tmp_path / "journal.db")
    app.rows, held, gate = Ahead(app._inbox).rows, Future(), threading.Event()
    app._ahead = SimpleNamespace(rows=held)
    held.set_running_or_notify_cancel()

    def come() -> None:
        gate.wait()
        held.set_result(app.rows.result())

    threading.Thread(target=come, daemon=True).start()
    async with app.run_test(size=size) as pilot:
        try:
            yield Operator(app, pilot, backend), gate
        finally:
            gate.set()


def stands(operator: Operator) -> bool:
    return isinstance(operator.app.screen, QueueScreen) and operator.queue._warm


def drawn(monkeypatch, look) -> list[str]:
    """What the screen looks like as soon as the first rows are drawn."""
    found, show = [], FirstRows.show

    async def shown(self, rows):
        await show(self, rows)
        found.append(look())

    monkeypatch.setattr(FirstRows, "show", shown)
    return found


@pytest.mark.parametrize("size", [(120, 36), (101, 20), (80, 24), (40, 10)])
async def test_the_rows_stand_where_the_queue_has_them(tmp_path, monkeypatch, size):
    backend = FakeBackend(*(thread(f"thread-{n}", f"Question {n}?") for n in range(40)))
    async with starting(tmp_path, backend, size) as (operator, gate):
        first = drawn(monkeypatch, lambda: operator.text)
        gate.set()
        await operator.until(lambda: stands(operator))
        await operator.calm()
        rows = [line for line in first[0].splitlines() if "Question" in line]
        assert len(rows) > 4
        assert first[0].splitlines()[0].startswith(" hitl-tui · checkpoints.sqlite")
        width = len(rows[0].partition("   │")[0].rstrip())  # up to a border or scroll bar
        now = [line[:width].replace("▌", " ") for line in operator.text.splitlines()]
        before = [line[:width] for line in first[0].splitlines()]
        at = [n for n, line in enumerate(before) if "Question" in line]
        assert [before[n] for n in at] == [now[n] for n in at]


@pytest.fixture(autouse=True)
def patience(request, monkeypatch):
    """Rows may come late in a test that is not about that."""
    if "slow" not in request.node.name:
        monkeypatch.setattr("hitl_tui.tui.app._PATIENCE", 60.0)


async def test_keys_struck_before_the_screen_stands_come_to_it_in_order(tmp_path):
    backend = FakeBackend(thread("a", "Alpha?"), thread("b", "Beta?"))
    async with starting(tmp_path, backend) as (operator, gate):
        for key in ("slash", "b", "e"):
            operator.app.simulate_key(key)
        gate.set()
        await operator.until(lambda: stands(operator))
        await operator.until(lambda: operator.queue.query_one(Search).value == "be")
        assert backend.sent == []


async def test_a_source_that_is_slow_does_not_hold_the_screen_back(tmp_path):
    async with starting(tmp_path, FakeBackend(thread("a", "Alpha?"))) as (operator, _):
        await operator.until(lambda: stands(operator))
        assert "Alpha?" in operator.text


async def test_the_app_can_be_left_before_anything_is_read(tmp_path):
    async with starting(tmp_path, FakeBackend(thread("a", "Alpha?"))) as (operator, _):
        await operator.pilot.press("ctrl+q")
        await operator.until(lambda: not operator.app.is_running)


async def test_hostile_text_is_made_visible_here_too(tmp_path, monkeypatch):
    backend = FakeBackend(
        thread("a\x1b]0;t\x07", "Really\x1b[>q\u202e?"), name="f\x1b[6n[red]x[/red].sqlite"
    )
    async with starting(tmp_path, backend) as (operator, gate):
        first = drawn(monkeypatch, lambda: operator.raw)
        gate.set()
        await operator.until(lambda: stands(operator))
    (raw,) = first
    assert "Really␛[>q�?" in raw
    assert "f␛[6n[red]x[/red].sqlite" in raw
    assert not set(raw) & set("\x1b\x07\u202e")


async def test_a_source_that_cannot_be_read_is_told_by_the_screen(tmp_path):
    backend = FakeBackend()
    backend.error = SourceError("It is gone.")
    async with starting(tmp_path, backend) as (operator, gate):
        gate.set()
        await operator.until(lambda: isinstance(operator.app.screen, SourceErrorScreen))
        await operator.until(lambda: "It is gone." in operator.text)


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark", "ansi-light", "gruvbox"])
async def test_they_are_drawn_in_every_theme(tmp_path, theme):
    async with starting(tmp_path, FakeBackend(thread("a", "Alpha?"))) as (operator, gate):
        operator.app.theme = theme
        first = operator.app.query_one(FirstRows)
        await first.show(operator.app.rows.result(PATIENCE))
        assert "Alpha?" in operator.text
        gate.set()
        await operator.until(lambda: stands(operator))


async def test_who_started_the_app_is_told_once_when_all_of_the_screen_is_there(tmp_path):
    async with starting(tmp_path, FakeBackend(thread("a", "?"))) as (operator, gate):
        told = []
        operator.app.loaded = lambda: told.append(stands(operator) or operator.app.screen)
        gate.set()
        await operator.until(lambda: told)
        await operator.calm()
        assert len(told) == 1
        assert isinstance(operator.app.screen, QueueScreen)
