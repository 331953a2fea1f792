"""An answer goes out once, for the question that was looked at, and only by the one key."""

import string
from dataclasses import replace

from hitl_tui.errors import Conflict
from hitl_tui.model.runs import GraphInfo
from hitl_tui.tui.screens.pick_graph import PickGraph
from tests.fakes import FakeBackend, thread

OPTIONS = {"question": "Deploy?", "options": ["yes", "no"]}


def values(operator) -> list[dict[str, object]]:
    """What was sent, run by run."""
    return [dict(request.resume) for request in operator.backend.sent]


async def settled(operator, runs: int = 1) -> None:
    """So many runs were begun and are over."""
    await operator.until(
        lambda: len(operator.backend.sent) == runs and not operator.queue.desk.runs
    )


async def at_the_form(operator) -> None:
    """Open the thread shown."""
    await operator.press("enter")
    await operator.until(lambda: operator.queue.arrangement.at("answer"))


async def choose_first(operator) -> None:
    """Open the thread and pick the first option."""
    await at_the_form(operator)
    await operator.press("1")
    await operator.until(lambda: operator.queue.answer.can_send)


async def test_the_keyboard_alone_answers_a_question(operate):
    async with operate(thread("a", OPTIONS)) as operator:
        await choose_first(operator)
        await operator.press("ctrl+s")
        await settled(operator)
        assert values(operator) == [{"a/0": "yes"}]


async def test_after_an_answer_the_cursor_waits_in_the_queue_at_the_next_open_thread(operate):
    async with operate(thread("a", OPTIONS, minutes=9), thread("b", OPTIONS)) as operator:
        await choose_first(operator)
        await operator.press("ctrl+s")
        await operator.shows("b")
        assert operator.app.focused is operator.list


async def test_the_output_of_the_run_is_in_the_log(operate):
    async with operate(thread("a", OPTIONS)) as operator:
        await choose_first(operator)
        await operator.press("ctrl+s")
        await operator.until(lambda: "> done" in operator.text)


async def test_pressing_send_twice_sends_once(operate):
    backend = FakeBackend(thread("a", OPTIONS))
    backend.gate.clear()
    async with operate(backend=backend) as operator:
        await choose_first(operator)
        await operator.press("ctrl+s", "ctrl+s", "ctrl+s")
        backend.gate.set()
        await settled(operator)
        assert values(operator) == [{"a/0": "yes"}]


async def test_a_thread_that_moved_on_since_it_was_shown_gets_no_answer(operate):
    async with operate(thread("a", OPTIONS)) as operator:
        await choose_first(operator)
        moved = replace(operator.backend.threads["a"], checkpoint_id="a@2")
        operator.backend.threads["a"] = moved  # and no version tells of it
        await operator.press("ctrl+s")
        await operator.until(lambda: "The thread changed" in operator.text)
        assert values(operator) == []


async def test_keys_that_come_too_early_for_a_new_question_decide_nothing(operate):
    async with operate(thread("a", OPTIONS), settle=1e9) as operator:
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        await operator.press("1", "ctrl+s")
        assert not operator.queue.answer.can_send
        assert values(operator) == []


async def test_no_printable_key_sends_anything(operate):
    async with operate(thread("a", OPTIONS), thread("b", "How old?")) as operator:
        for key in string.printable[:95].replace("q", ""):
            await operator.pilot.press({" ": "space"}.get(key, key))
            if operator.app.focused is not operator.list:
                await operator.pilot.press("escape")
        assert values(operator) == []


async def test_typing_into_an_answer_sends_nothing(operate):
    async with operate(thread("b", "How old?")) as operator:
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        await operator.press(*string.ascii_letters, "space", "enter", "enter")
        assert values(operator) == []


async def test_send_outside_the_form_only_goes_to_the_form(operate):
    async with operate(thread("a", OPTIONS)) as operator:
        await choose_first(operator)
        await operator.press("escape", "ctrl+s")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        assert values(operator) == []


async def test_a_refused_answer_is_told_and_what_was_typed_stays(operate):
    backend = FakeBackend(
        thread("b", "Name?", minutes=9, schema={"type": "string"}), thread("c", "Town?")
    )

    def refuse(request):
        raise Conflict("Bob answers it since 10:00.")
        yield

    backend.script = refuse
    async with operate(backend=backend) as operator:
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        await operator.press("A", "d", "a", "ctrl+s")
        await operator.until(lambda: "Already taken" in operator.text)
        await operator.until(lambda: not operator.queue.desk.runs)
        await operator.press("up")
        await operator.shows("b")
        await operator.until(lambda: "Ada" in operator.text)
        assert "Bob answers it since 10:00." in operator.queue.log_pane.text()


async def test_a_fault_in_a_run_is_told_and_the_app_goes_on(operate):
    backend = FakeBackend(thread("a", OPTIONS, minutes=9), thread("b", OPTIONS))

    def break_down(request):
        raise ZeroDivisionError("[red]oops")
        yield

    backend.script = break_down
    async with operate(backend=backend) as operator:
        await choose_first(operator)
        await operator.press("ctrl+s")
        await operator.until(lambda: "ZeroDivisionError: [red]oops" in operator.text)
        await operator.shows("b")


async def test_a_thread_that_names_no_graph_asks_for_it_and_then_sends(operate):
    backend = FakeBackend(thread("a", OPTIONS, graph_id=None))
    backend.declared = (GraphInfo("one", ("ask",)), GraphInfo("[b]two", ("ask",)))
    async with operate(backend=backend) as operator:
        await choose_first(operator)
        await operator.press("ctrl+s")
        await operator.until(lambda: isinstance(operator.app.screen, PickGraph))
        await operator.press("down", "enter")
        await settled(operator)
        assert [request.graph_id for request in backend.sent] == ["[b]two"]


async def test_the_cursor_of_a_long_run_has_long_moved_on(operate):
    backend = FakeBackend(thread("a", OPTIONS, minutes=9), thread("b", OPTIONS))
    backend.gate.clear()
    async with operate(backend=backend) as operator:
        await choose_first(operator)
        await operator.press("ctrl+s")
        await operator.shows("b")
        await operator.until(lambda: "1 running" in operator.text)
        await choose_first(operator)
