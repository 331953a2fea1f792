"""A question that comes again after an answer: said, shown, and started from."""

from dataclasses import replace
from datetime import timedelta

from hitl_tui.model.threads import Asked
from hitl_tui.tui.widgets.answer_start import beginning
from hitl_tui.tui.widgets.decision_bar import DecisionBar
from hitl_tui.tui.widgets.safe_inputs import LineInput
from tests.fakes import NOW, FakeBackend, thread
from tests.tui.answering import answering, asks, plays, wants

AGE = "What is your age?"


def before(*answers, value=AGE):
    """Earlier answers, one an hour, the last an hour ago."""
    times = [NOW - timedelta(hours=len(answers) - n) for n in range(len(answers))]
    return tuple(
        Asked(value, "ask", answer, time) for answer, time in zip(answers, times, strict=True)
    )


def begun(question, *answers):
    return {question.interrupt.id: beginning(question, before(*answers), NOW)}


def begun_as(question, answer):
    last = (Asked("?", "ask", answer, NOW),)
    return {question.interrupt.id: beginning(question, last, NOW)}


@plays
async def test_the_form_says_so_and_starts_from_the_last_answer():
    question = asks(AGE)
    async with answering() as person:
        await person.show(question, beginnings=begun(question, "abc", -20))
        assert person.says == "sends  -20"
        assert person.app.query_one(".sheet--note").content.plain == (
            "asked again, 2 times · answered 1h ago: -20 · the form starts from it"
        )


@plays
async def test_nothing_goes_before_the_operator_touched_the_form():
    question = asks(AGE)
    async with answering() as person:
        await person.show(question, beginnings=begun(question, -20))
        await person.press("ctrl+s", "ctrl+s")
        assert (person.app.sent, person.pane.can_send) == ([], False)
        await person.press("tab", "tab", "backspace", "backspace", "1", "ctrl+s")
        assert person.app.sent == [-1]


@plays
async def test_one_begins_at_what_one_would_change_and_ctrl_s_leads_to_what_confirms():
    question = asks(AGE)
    async with answering() as person:
        await person.show(question, beginnings=begun(question, 7))
        assert isinstance(person.app.focused, LineInput)
        await person.press("ctrl+s")
        assert isinstance(person.app.focused, DecisionBar)
        await person.press("a", "ctrl+s")
        assert person.app.sent == [7]


@plays
async def test_one_goes_on_at_the_end_of_lines_that_were_answered_before():
    question = asks("?", wants(text={"type": "string", "maxLength": 900}))
    async with answering() as person:
        await person.show(question, beginnings=begun_as(question, {"text": "Dear Ada,\nthank"}))
        await person.press("s", "ctrl+s")
        assert person.app.sent == [{"text": "Dear Ada,\nthanks"}]


@plays
async def test_a_text_is_told_from_a_number():
    question = asks(AGE)
    async with answering() as person:
        await person.show(question, beginnings=begun(question, "20"))
        assert person.says == 'sends  "20"'
        assert 'answered 1h ago: "20"' in person.app.query_one(".sheet--note").content.plain


@plays
async def test_an_answer_that_no_form_makes_is_only_told():
    question = asks(AGE, wants(age={"type": "integer"}))
    async with answering() as person:
        await person.show(question, beginnings=begun(question, "nonsense"))
        assert person.says == "cannot send: age: is required"
        note = person.app.query_one(".sheet--note").content.plain
        assert note == 'asked again · answered 1h ago: "nonsense"'


@plays
async def test_a_draft_comes_before_the_last_answer():
    question = asks(AGE)
    async with answering() as person:
        await person.show(question, beginnings=begun(question, 7))
        await person.press("5")
        await person.show(asks("Other?", id="two"))
        await person.show(question, beginnings=begun(question, 7))
        assert person.says == "sends  75"


async def test_the_request_tells_all_earlier_answers(operate):
    backend = FakeBackend(thread("a", AGE))
    backend.history["a"] = before("abc", -20)
    async with operate(backend=backend, size=(120, 40)) as operator:
        await operator.until(lambda: "the form starts from" in operator.text)
        assert "earlier answers" in operator.text
        assert '"abc"' in operator.text


async def test_another_question_was_not_asked_before(operate):
    backend = FakeBackend(thread("a", AGE))
    backend.history["a"] = before(5, value="What is your name?")
    async with operate(backend=backend) as operator:
        assert "asked again" not in operator.text


async def test_a_loop_in_other_words_shows_what_was_answered_in_this_step(operate):
    asked = thread("a", "'abc' is no age. What is your age?")
    asked = replace(asked, interrupts=(replace(asked.interrupts[0], before=("abc", None)),))
    async with operate(backend=FakeBackend(asked), size=(120, 40)) as operator:
        await operator.until(lambda: "answered before in this step" in operator.text)
        assert "answered in this step, 2 times · last: null" in operator.text
        assert '"abc"' in operator.text
