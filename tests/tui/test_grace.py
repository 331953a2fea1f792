"""For a moment an answer can be taken back; until it goes nothing is sent, and nothing is lost."""

import re
from dataclasses import replace

from hitl_tui.journal.journal import Journal
from hitl_tui.tui.screens.confirm import Confirm
from tests.fakes import FakeBackend, thread
from tests.tui.test_answering import OPTIONS, choose_first, settled, values

LONG = 900.0  # seconds: longer than any test waits
TEXT = {"type": "string"}


async def send(operator, *typed: str) -> None:
    """Open the thread shown, type, and send."""
    await operator.press("enter")
    await operator.until(lambda: operator.queue.arrangement.at("answer"))
    await operator.press(*typed)
    await operator.until(lambda: operator.queue.answer.can_send)
    await operator.press("ctrl+s")


def hasten(operator) -> None:
    """What is held begins its time anew, and it is short."""
    outbox = operator.queue.outbox
    outbox.pause()
    outbox._grace = 0.1
    outbox.resume()


async def test_an_answer_waits_and_then_goes(operate):
    async with operate(thread("a", OPTIONS), grace=LONG) as operator:
        await choose_first(operator)
        await operator.press("ctrl+s")
        await operator.until(lambda: "a" in operator.queue.outbox)
        assert values(operator) == []
        hasten(operator)
        await settled(operator)
        assert values(operator) == [{"a/0": "yes"}]


async def test_while_it_waits_the_row_says_so_and_the_cursor_is_at_the_next_open_thread(operate):
    async with operate(
        thread("a", OPTIONS, minutes=9), thread("b", OPTIONS), grace=LONG
    ) as operator:
        await send(operator, "1")
        await operator.shows("b")
        assert re.search(r"sends in \d{3}s", operator.text)
        await operator.press("up")
        await operator.shows("a")
        await operator.until(lambda: re.search(r"goes in \d{3}s: u takes it back", operator.text))
        assert operator.detail.ticket is None
        assert values(operator) == []


async def test_u_takes_it_back_with_what_was_typed(operate):
    async with operate(
        thread("a", "Name?", minutes=9, schema=TEXT), thread("b", OPTIONS), grace=LONG
    ) as operator:
        await send(operator, *"Ada")
        await operator.shows("b")
        await operator.press("u")
        await operator.shows("a")
        await operator.until(lambda: "Ada" in operator.text)
        assert "sends in" not in operator.text
        assert not operator.queue.answer.can_send
        assert not operator.queue.check_action("take_back", ())
        await send(operator, "a")  # the draft is meant
        await operator.until(lambda: "a" in operator.queue.outbox)
        assert operator.queue.outbox.take_back("a").interrupt_ids == ("a/0",)


async def test_u_takes_back_the_only_thread_there_is_too(operate):
    async with operate(thread("a", "Name?", schema=TEXT), grace=LONG) as operator:
        await send(operator, *"Ada")
        await operator.until(lambda: "u takes it back" in operator.text)
        await operator.press("u")
        await operator.until(lambda: 'sends  "Ada"' in operator.text)
        assert values(operator) == []
        assert operator.list.thread_id == "a"


async def test_u_takes_back_the_last_one_from_any_tab(operate):
    async with operate(
        thread("a", OPTIONS, minutes=9), thread("b", OPTIONS), thread("c", "C?"), grace=LONG
    ) as operator:
        await send(operator, "1")
        await operator.shows("b")
        await send(operator, "2")
        await operator.shows("c")
        await operator.press("5", "u")
        await operator.shows("b")
        assert list(operator.queue.outbox.left()) == ["a"]


async def test_typing_a_u_takes_nothing_back(operate):
    async with operate(
        thread("a", OPTIONS, minutes=9), thread("b", "Name?", schema=TEXT), grace=LONG
    ) as operator:
        await send(operator, "1")
        await operator.shows("b")
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        await operator.type("u")
        assert "a" in operator.queue.outbox


async def test_quitting_meanwhile_sends_nothing_and_keeps_the_draft(operate, tmp_path):
    backend = FakeBackend(thread("a", "Name?", schema=TEXT))
    async with operate(backend=backend, grace=LONG) as operator:
        await send(operator, *"Ada")
        await operator.until(lambda: "a" in operator.queue.outbox)
        await operator.press("ctrl+q")
        await operator.until(lambda: not operator.app.is_running)
    assert backend.sent == []
    assert Journal(tmp_path / "journal.db").attempts("a") == []
    async with operate(backend=backend) as operator:
        await operator.until(lambda: 'sends  "Ada"' in operator.text)
        assert not operator.queue.answer.can_send


async def test_while_one_is_asked_whether_to_quit_nothing_goes(operate):
    backend = FakeBackend(thread("a", OPTIONS, minutes=9), thread("b", OPTIONS))
    async with operate(backend=backend, grace=LONG) as operator:
        await send(operator, "1")
        await operator.shows("b")
        backend.gate.clear()
        operator.queue.outbox._let_go(operator.queue.outbox._held["a"])
        await operator.until(lambda: backend.sent)
        await send(operator, "1")
        await operator.until(lambda: "b" in operator.queue.outbox)
        await operator.press("ctrl+q")
        await operator.until(lambda: isinstance(operator.app.screen, Confirm))
        assert operator.queue.outbox._held["b"].timer is None
        await operator.press("escape")
        await operator.until(lambda: operator.queue.outbox._held["b"].timer is not None)


async def test_a_thread_that_changed_meanwhile_gets_nothing_and_the_draft_stays(operate):
    async with operate(thread("a", "Name?", schema=TEXT), grace=LONG) as operator:
        await send(operator, *"Ada")
        await operator.until(lambda: "a" in operator.queue.outbox)
        moved = replace(operator.backend.threads["a"], checkpoint_id="a@2")
        operator.backend.threads["a"] = moved
        hasten(operator)
        await operator.until(lambda: "The thread changed" in operator.text)
        await operator.until(lambda: 'sends  "Ada"' in operator.text)
        assert values(operator) == []
        assert not operator.queue.answer.can_send
