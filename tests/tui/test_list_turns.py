"""Keys of the list count in the order in which they were struck, though it is still being read."""

import threading
from dataclasses import replace

import pytest

from hitl_tui.errors import SourceError
from hitl_tui.journal.journal import Journal
from hitl_tui.model.threads import ThreadState
from hitl_tui.tui.screens.confirm import Confirm
from tests.fakes import PATIENCE, FakeBackend, thread

QUEUE = [thread(f"t{n}", "?", minutes=90 - n) for n in range(4)]
DONE = [thread(f"d{n}", state=ThreadState.DONE) for n in range(3)]


class Held:
    """A backend whose rows come only once `gate` is set."""

    def __init__(self, backend):
        self.gate, self._page = threading.Event(), backend.page
        self.asked = 0
        backend.page = self.page

    def page(self, *args):
        self.asked += 1
        assert self.gate.wait(PATIENCE)
        return self._page(*args)


def strike(operator, *keys):
    """Keys that come together, whatever is under way."""
    for key in keys:
        operator.app.simulate_key(key)


def held(operator):
    """Threads are read only once the event that is returned is set."""
    gate, whole = threading.Event(), operator.backend.thread
    operator.backend.thread = lambda name: (gate.wait(PATIENCE), whole(name))[1]
    return gate


async def opening_held(operator):
    """`t1` is to be opened, and is read only once the event that is returned is set."""
    gate = held(operator)
    await operator.press("down", "enter")
    await operator.until(lambda: operator.queue.opening == "t1")
    return gate


async def test_a_key_for_a_thread_waits_until_that_is_read(operate, tmp_path):
    async with operate(*QUEUE) as operator:
        gate = held(operator)
        await operator.press("down", "m")
        await operator.until(lambda: operator.detail.thread_id == "t1")
        gate.set()
        await operator.until(lambda: "claimed by ann until" in operator.text)
        assert set(Journal(tmp_path / "journal.db").notes.marks("ann")) == {"t1"}


@pytest.mark.parametrize("key", ["down", "slash", "s"])
async def test_it_does_nothing_once_the_operator_does_something_else(operate, tmp_path, key):
    async with operate(*QUEUE) as operator:
        gate = held(operator)
        await operator.press("down", "m", key)
        gate.set()
        await operator.shows("t2" if key == "down" else "t1")
        await operator.queue.files.run(lambda: None)  # where a claim would be written
        assert Journal(tmp_path / "journal.db").notes.marks("ann") == {}


async def test_it_does_nothing_where_the_thread_does_not_allow_it(operate):
    failed = thread("t1", state=ThreadState.FAILED, next=("ask",))
    async with operate(QUEUE[0], failed) as operator:
        await operator.press("6")
        await operator.shows("t0")
        gate = held(operator)
        await operator.press("down", "c")
        gate.set()
        await operator.shows("t1")
        await operator.calm()
        assert operator.app.screen is operator.queue
        await operator.press("up")
        await operator.shows("t0")
        gate.clear()
        await operator.press("down", "t")
        gate.set()
        await operator.until(lambda: isinstance(operator.app.screen, Confirm))
        await operator.press("escape")
        await operator.until(lambda: operator.app.screen is operator.queue)


async def test_keys_struck_before_the_first_rows_are_read_all_count(operate):
    backend = FakeBackend(*QUEUE)
    rows = Held(backend)
    async with operate(backend=backend, ready=False) as operator:
        await operator.until(lambda: rows.asked and operator.app.focused is operator.list)
        strike(operator, "down", "down", "space", "up", "enter")
        await operator.pilot.pause(0.1)
        assert operator.list.thread_id is None
        rows.gate.set()
        await operator.shows("t1")
        assert operator.list.marks == ("t2",)
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        assert backend.sent == []


async def test_keys_behind_that_of_a_tab_are_for_its_list(operate):
    async with operate(*QUEUE, *DONE) as operator:
        rows = Held(operator.backend)
        strike(operator, "5", "down", "down", "space")
        await operator.until(lambda: rows.asked)
        await operator.pilot.pause(0.1)
        assert (operator.list.thread_id, operator.list.marks) == ("t0", ())
        rows.gate.set()
        await operator.shows("d2")
        assert operator.list.marks == ("d2",)


async def test_keys_for_a_list_that_was_left_before_it_came_move_nothing_in_another(operate):
    async with operate(*QUEUE, *DONE) as operator:
        rows = Held(operator.backend)
        strike(operator, "5", "down", "enter", "6")
        await operator.until(lambda: operator.list.query_shown.states == frozenset())
        rows.gate.set()
        await operator.calm()
        assert operator.list.thread_id == "t0"
        assert operator.app.focused is operator.list


async def test_a_key_that_opens_does_not_call_back_who_went_elsewhere_meanwhile(operate):
    async with operate(*QUEUE, *DONE) as operator:
        rows = Held(operator.backend)
        strike(operator, "5", "down", "enter", "tab")
        await operator.until(lambda: operator.queue.arrangement.at("request"))
        rows.gate.set()
        await operator.shows("d1")
        await operator.calm()
        assert operator.queue.arrangement.at("request")
        assert operator.queue.opening is None


async def test_keys_behind_one_that_leads_to_a_row_not_read_yet_are_for_that_row(operate):
    many = [thread(f"m{n:03}", "?", minutes=900 - n) for n in range(200)]
    async with operate(*many) as operator:
        strike(operator, "end", "space", "up", "up", "shift+up", "enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        assert operator.list.marks == ("m199", "m197", "m196")
        assert operator.list.thread_id == operator.shown == "m196"


async def test_a_cursor_that_moves_while_rows_are_read_stays_with_its_thread(operate):
    async with operate(*QUEUE) as operator:
        operator.backend.put(thread("older", "O?", minutes=100))
        rows = Held(operator.backend)
        await operator.until(lambda: rows.asked)
        await operator.press("down")
        assert operator.list.thread_id == "t1"
        rows.gate.set()
        await operator.until(lambda: "O?" in operator.text)
        await operator.press("down")
        await operator.shows("t2")


async def test_keys_for_a_list_that_cannot_be_read_are_forgotten_and_the_next_ones_count(operate):
    async with operate(*QUEUE, *DONE) as operator:
        rows = Held(operator.backend)
        strike(operator, "5", "down", "enter")
        await operator.until(lambda: rows.asked)
        await operator.pilot.pause(0.1)
        operator.backend.error = SourceError("It is gone.")
        rows.gate.set()
        await operator.until(lambda: "It is gone." in operator.text)
        await operator.calm()
        assert operator.list.thread_id == "t0"
        await operator.until(lambda: operator.queue._watch.lost)
        operator.backend.error = None
        await operator.shows("d0")
        await operator.press("down")
        await operator.shows("d1")


async def test_a_key_on_an_empty_list_opens_nothing_that_comes_later(operate):
    async with operate() as operator:
        strike(operator, "enter", "space", "down")
        await operator.pilot.pause()
        operator.backend.put(thread("late", "Late?"))
        await operator.until(lambda: "Late?" in operator.text)
        await operator.calm()
        assert operator.app.focused is operator.list
        assert operator.list.marks == ()
        await operator.press("down")
        await operator.shows("late")


async def test_a_thread_that_was_left_before_it_is_read_opens_no_form(operate):
    async with operate(*QUEUE) as operator:
        gate = await opening_held(operator)
        await operator.press("escape")
        gate.set()
        await operator.shows("t1")
        await operator.until(lambda: operator.queue.detail.drawn is operator.queue.detail.opened)
        assert operator.queue.arrangement.at("queue")
        assert operator.app.focused is operator.list


@pytest.mark.parametrize("key", ["enter", "ctrl+s"])
async def test_a_thread_that_is_read_and_not_drawn_yet_is_opened_at_its_form(operate, key):
    async with operate(*QUEUE) as operator:
        gate, recall = threading.Event(), operator.detail.recall
        operator.detail.recall = lambda opened: (gate.wait(PATIENCE), recall(opened))[1]
        await operator.press("down")
        await operator.until(lambda: operator.detail.opened is not None)
        await operator.press(key)
        gate.set()
        await operator.shows("t1")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))


async def test_a_thread_that_left_the_list_before_it_was_read_opens_nothing(operate):
    async with operate(*QUEUE) as operator:
        gate = await opening_held(operator)
        operator.backend.put(replace(operator.backend.threads["t1"], state=ThreadState.DONE))
        await operator.until(lambda: operator.queue.opening is None)
        gate.set()
        await operator.calm()
        assert operator.app.focused is operator.list
