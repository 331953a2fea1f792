"""Dialogs that take their time: no key that was meant for something else answers them."""

import threading

from hitl_tui.model.threads import ThreadState
from hitl_tui.tui.screens.confirm import Confirm
from hitl_tui.tui.settling import Settling
from tests.fakes import PATIENCE, thread

LOCKED = thread("a", "A?", minutes=9, state=ThreadState.LOCKED)


def behind(gate, job):
    return lambda *given: (gate.wait(PATIENCE), job(*given))[1]


async def test_who_went_on_is_asked_nothing_about_the_thread_that_they_left(operate):
    async with operate(LOCKED, thread("b", "B?")) as operator:
        gate, inbox = threading.Event(), operator.queue._inbox
        inbox.consequences = behind(gate, inbox.consequences)
        await operator.press("6", "home")
        await operator.shows("a")
        await operator.press("t", "down")
        await operator.shows("b")
        gate.set()
        await operator.until(lambda: "You went on from a." in operator.text)
        assert not isinstance(operator.app.screen, Confirm)
        await operator.press("up")
        await operator.shows("a")
        await operator.press("t")
        await operator.until(lambda: isinstance(operator.app.screen, Confirm))


def test_keys_that_come_in_one_go_answer_nothing_that_came_in_between():
    settling = Settling(2.0).another(3)
    settling.drawn()
    since = settling._since
    for at in (0.1, 5.0, 10.0, 15.9):
        assert settling.interrupts(since + at)
    assert not settling.interrupts(since + 15.9 + 6.1)


def test_what_is_typed_before_it_is_drawn_does_not_begin_it():
    settling = Settling(2.0)
    assert settling.interrupts(5.0)
    settling.drawn()
    assert not settling.interrupts(settling._since + 2.1)
