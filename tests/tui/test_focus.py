"""Where the focus goes when something takes longer than the next key."""

import threading
from dataclasses import replace

import pytest
from textual.widgets import TextArea

from hitl_tui.journal.journal import Journal
from hitl_tui.model.threads import ThreadState
from hitl_tui.tui.widgets import answer_sheet
from hitl_tui.tui.widgets.detail import Detail
from tests.fakes import PATIENCE, thread

TEXT = {"type": "string"}
QUEUE = (thread("a", "A?", minutes=9, schema=TEXT), thread("b", "B?", schema=TEXT))
SEVERAL = thread("a", {"question": "Way?", "options": ["sea", "air"]}, "Name?")


async def at_the_form(operator):
    await operator.press("enter")
    await operator.until(lambda: operator.queue.arrangement.at("answer"))


@pytest.mark.parametrize("size", [(120, 36), (80, 24)], ids=["wide", "narrow"])
@pytest.mark.parametrize("leaves", [False, True], ids=["who waits", "who left"])
async def test_a_form_that_stands_late_has_the_focus_unless_one_has_left_it(
    operate, monkeypatch, size, leaves
):
    async with operate(*QUEUE, size=size) as operator:
        looks = []

        def mounted(it):
            """Not when it is asked first; then the operator may leave."""
            looks.append(it)
            if len(looks) == 1 and leaves:
                operator.app.call_later(operator.queue.action_back)
            return len(looks) > 3

        with monkeypatch.context() as patched:
            sheet = operator.queue.answer._sheets[0]
            patched.setattr(type(sheet), "is_mounted", property(mounted))
            await operator.press("enter")
            await operator.until(lambda: leaves or len(looks) > 3)
            await operator.calm()
        assert operator.queue.arrangement.at("queue" if leaves else "answer")


async def test_json_that_comes_when_one_has_left_the_form_takes_no_focus_back(operate, monkeypatch):
    async with operate(*QUEUE) as operator:
        await at_the_form(operator)
        gate, assess = threading.Event(), answer_sheet.assess
        behind = lambda *of: (gate.wait(PATIENCE), assess(*of))[1]  # noqa: E731
        monkeypatch.setattr(answer_sheet, "assess", behind)
        await operator.press("ctrl+l", "escape")
        await operator.until(lambda: operator.app.focused is operator.list)
        gate.set()
        await operator.until(lambda: operator.queue.query("JsonSide"))
        await operator.calm()
        assert operator.app.focused is operator.list


async def test_what_is_typed_while_json_comes_does_not_fall_into_the_form_beside_it(operate):
    async with operate(SEVERAL, size=(120, 44)) as operator:
        await at_the_form(operator)
        await operator.press("tab", "t")
        await operator.until(lambda: operator.queue.answer.at == "a/1")
        focuses, focus = [], operator.queue.set_focus

        def noted(widget, *more, **others):
            focuses.append(widget)
            focus(widget, *more, **others)

        operator.queue.set_focus = noted
        await operator.press("ctrl+l")
        await operator.until(lambda: isinstance(operator.app.focused, TextArea))
        await operator.calm()
        assert set(focuses) == {operator.app.focused}


async def test_a_terminal_that_was_too_small_comes_back_with_the_focus_somewhere(operate):
    async with operate(*QUEUE) as operator:
        await at_the_form(operator)
        await operator.type("Ad")
        await operator.pilot.resize_terminal(20, 5)
        await operator.until(lambda: operator.queue.arrangement.mode == "small")
        operator.backend.put(replace(QUEUE[0], state=ThreadState.DONE, interrupts=()))
        await operator.until(lambda: operator.detail.stale)
        await operator.pilot.resize_terminal(120, 36)
        await operator.until(lambda: operator.app.focused is not None)
        assert operator.app.focused is operator.list


async def test_what_is_typed_on_before_the_focus_is_back_decides_nothing(operate, tmp_path):
    async with operate(*QUEUE) as operator:
        await at_the_form(operator)
        await operator.type("Ad")
        arrangement, field, returns = operator.queue.arrangement, operator.app.focused, []
        back, arrangement._return = arrangement._return, lambda *where: returns.append(where)
        await operator.pilot.resize_terminal(20, 5)
        await operator.until(lambda: arrangement.mode == "small")
        await operator.press("q")
        await operator.pilot.resize_terminal(120, 36)
        await operator.until(lambda: returns)
        await operator.press("m", "d", "q")
        back(*returns[-1])
        await operator.until(lambda: operator.app.focused is field and not arrangement.away)
        await operator.press("a")
        await operator.until(lambda: field.value == "Ada")
        await operator.queue.files.run(lambda: None)  # where a claim would be written
        marks = Journal(tmp_path / "journal.db").notes.marks("ann")
        assert not any(mark.claimed_by for mark in marks.values())


async def test_who_is_at_the_form_comes_back_to_it_though_the_thread_is_read_just_then(
    operate, monkeypatch
):
    async with operate(*QUEUE) as operator:
        await at_the_form(operator)
        await operator.type("Ad")
        await operator.pilot.resize_terminal(20, 5)
        await operator.until(lambda: operator.queue.arrangement.mode == "small")
        back, returned = operator.queue.arrangement._return, []

        def loaded_before(*where):
            operator.queue.on_detail_loaded(Detail.Loaded(operator.detail.opened))
            back(*where)
            returned.append(where)

        monkeypatch.setattr(operator.queue.arrangement, "_return", loaded_before)
        await operator.pilot.resize_terminal(120, 36)
        await operator.until(lambda: returned)
        await operator.calm()
        assert operator.queue.arrangement.at("answer")
        await operator.type("a")
        await operator.until(lambda: 'sends  "Ada"' in operator.text)


async def test_a_stale_form_is_opened_when_it_was_read_again_and_not_before(operate):
    async with operate(*QUEUE) as operator:
        await at_the_form(operator)
        await operator.type("Ad")
        operator.backend.put(replace(QUEUE[0], checkpoint_id="a@2"))
        await operator.until(lambda: operator.detail.stale and operator.detail.is_current)
        assert not operator.queue.check_action("send", ())
        await operator.press("escape")
        await operator.until(lambda: operator.detail.ticket is not None)
        operator.backend.put(replace(QUEUE[0], checkpoint_id="a@3"))
        await operator.until(lambda: operator.detail.stale and operator.detail.is_current)
        gate, whole = threading.Event(), operator.backend.thread
        operator.backend.thread = lambda name: (gate.wait(PATIENCE), whole(name))[1]
        await operator.press("ctrl+s")
        operator.detail.post_message(Detail.Loaded(operator.detail.opened))  # of before
        await operator.pilot.pause()
        gate.set()
        await operator.until(lambda: operator.detail.ticket is not None)
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
