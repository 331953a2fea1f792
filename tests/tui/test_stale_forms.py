"""A form that is open while its thread changes says why, keeps what is typed, and sends nothing."""

import threading
from dataclasses import replace

import pytest

from hitl_tui.model.threads import Interrupt, ThreadState
from hitl_tui.tui.widgets.detail import Detail
from tests.fakes import PATIENCE, FakeBackend, thread
from tests.tui.test_answering import at_the_form

TEXT = {"type": "string"}
FIRST = thread("a", "Name?", minutes=9, schema=TEXT)
NEXT = replace(
    FIRST, checkpoint_id="a@2", interrupts=(Interrupt("a/9", "Town?", response_schema=TEXT),)
)


async def typing(operator, text: str = "Ad") -> None:
    """Half an answer stands in the form."""
    await at_the_form(operator)
    await operator.type(text)


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (NEXT, "This question was answered meanwhile: the thread is open now."),
        (replace(FIRST, state=ThreadState.DONE, interrupts=()), "the thread is done now."),
        (replace(FIRST, state=ThreadState.LOCKED), "This thread is locked now."),
        (replace(FIRST, checkpoint_id="a@2"), "This thread moved on while you were at it"),
        (None, "This thread is gone."),
    ],
    ids=["another-question", "done", "locked", "moved-on", "gone"],
)
async def test_a_form_turns_stale(operate, now, why):
    async with operate(FIRST, thread("b", "B?")) as operator:
        await typing(operator)
        backend = operator.backend
        backend.put(now) if now else backend.remove("a")
        await operator.until(lambda: why.replace(" ", "") in words(operator))
        await operator.until(lambda: "Whatyoutypediskept" in words(operator))
        assert "Ad" in operator.text
        await operator.press("a", "space", "q", "x", "enter", "ctrl+s")  # meant for the form
        assert operator.queue.arrangement.at("answer")
        assert operator.detail.stale
        assert operator.detail.ticket is None
        assert backend.sent == []


async def test_escape_shows_the_thread_as_it_is_now(operate):
    async with operate(FIRST, thread("b", "B?")) as operator:
        await typing(operator)
        operator.backend.put(NEXT)
        await operator.until(lambda: operator.detail.stale)
        await operator.press("escape")
        await operator.until(lambda: operator.detail.ticket is not None)
        assert operator.detail.ticket.interrupt_ids == ("a/9",)
        assert operator.app.focused is operator.list
        assert "Town?" in operator.text


async def test_a_question_that_stands_again_has_what_was_typed_to_be_confirmed(operate):
    async with operate(FIRST) as operator:
        await typing(operator)
        operator.backend.put(replace(FIRST, checkpoint_id="a@2"))
        await operator.until(lambda: operator.detail.stale)
        await operator.press("escape")
        await operator.until(lambda: operator.detail.ticket is not None)
        await at_the_form(operator)
        await operator.press("ctrl+s")
        await operator.until(lambda: 'sends  "Ad"' in operator.text)
        assert operator.backend.sent == []
        await operator.press("a", "ctrl+s")
        await operator.until(lambda: operator.backend.sent)
        assert dict(operator.backend.sent[0].resume) == {"a/0": "Ada"}


async def test_what_was_typed_and_left_turns_stale_too(operate):
    async with operate(FIRST) as operator:
        await typing(operator)
        await operator.press("escape")
        await operator.until(lambda: operator.app.focused is operator.list)
        operator.backend.put(replace(FIRST, checkpoint_id="a@2"))
        await operator.until(lambda: operator.detail.stale)
        assert operator.app.focused is operator.list
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        assert not operator.queue.answer.can_send


async def test_news_of_a_stale_form_on_its_way_when_it_is_opened_again_leads_nowhere(operate):
    """Going to the form waits for the thread as it is now, whatever is told of it before."""
    async with operate(FIRST) as operator:
        await typing(operator)
        await operator.press("escape")
        detail, queue, told = operator.detail, operator.queue, []
        post = detail.post_message
        detail.post_message = lambda message: (
            (isinstance(message, Detail.Loaded) and (told.append(message) or True)) or post(message)
        )
        operator.backend.put(replace(FIRST, checkpoint_id="a@2"))
        await operator.until(lambda: detail.stale and told)
        detail.post_message = post
        gate, whole = threading.Event(), operator.backend.thread
        operator.backend.thread = lambda name: (gate.wait(PATIENCE), whole(name))[1]
        await operator.press("enter")
        await operator.until(lambda: queue.opening == "a")
        detail.post_message(told[0])
        await operator.pilot.pause()
        gate.set()
        await operator.until(lambda: queue.arrangement.at("answer"))


async def test_what_was_being_drawn_when_a_stale_form_is_opened_again_opens_nothing(operate):
    async with operate(FIRST) as operator:
        await typing(operator)
        await operator.press("escape")
        operator.backend.put(replace(FIRST, checkpoint_id="a@2"))
        await operator.until(lambda: operator.detail.stale)
        await operator.calm()
        drawing, reading, begun = threading.Event(), threading.Event(), []
        recall, whole = operator.detail.recall, operator.backend.thread
        operator.detail.recall = lambda opened: (
            begun.append("draw"), drawing.wait(PATIENCE), recall(opened)
        )[2]  # fmt: skip
        operator.backend.put(replace(FIRST, checkpoint_id="a@3"))
        await operator.until(lambda: begun)
        operator.backend.thread = lambda name: (
            begun.append("read"), reading.wait(PATIENCE), whole(name)
        )[2]  # fmt: skip
        await operator.press("enter")
        drawing.set()
        await operator.until(lambda: "read" in begun)
        await operator.until(lambda: not drawn_now(operator))
        assert operator.queue.opening == "a"
        assert not operator.queue.arrangement.at("answer")
        reading.set()
        await operator.until(lambda: operator.queue.arrangement.at("answer"))


def drawn_now(operator) -> bool:
    """Whether something is being drawn in the detail."""
    return any(w.group == "detail.draw" and not w.is_finished for w in operator.app.workers)


async def test_an_untouched_thread_simply_follows(operate):
    async with operate(backend=FakeBackend(FIRST)) as operator:
        operator.backend.put(NEXT)
        await operator.until(lambda: "Town?" in operator.text)
        assert not operator.detail.stale


def words(operator) -> str:
    """The screen without gaps and frames: a sentence may be wrapped."""
    lines = operator.text.splitlines()
    return "".join(line[49:].strip(" │╮╯") for line in lines).replace(" ", "")
