"""Every printable key in every input: typed text decides nothing, and nothing is sent twice."""

import string

import pytest
from textual import events
from textual.widgets import Input, TextArea

from hitl_tui.tui.widgets.choice_bar import ChoiceBar
from hitl_tui.tui.widgets.search import Search
from tests.fakes import FakeBackend, thread
from tests.tui.answering import answering, asks, plays, wants
from tests.tui.test_answer_pane import calls

PRINTABLE = [*string.printable[:95], "enter"]
NAMES = {" ": "space"}

EVERYTHING = wants(
    line={"type": "string"},
    lines={"type": "string", "maxLength": 5000},
    whole={"type": "integer"},
    number={"type": "number"},
    yes={"type": "boolean"},
    one={"enum": ["a", "q", 5]},
    some={"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": True},
    many={"type": "array", "items": {"type": "string"}, "default": ["x"]},
    inner={"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
    date={"type": "string", "format": "date"},
    uuid={"type": "string", "format": "uuid"},
    any={},
    null={"type": ["string", "null"]},
)

QUESTIONS = {
    "schema": [asks("?", EVERYTHING)],
    "plain": [asks("How old are you?")],
    "batch": [asks(calls("mail", "wire"))],
    "several": [asks(calls("mail"), id="1"), asks("?", wants(a={"type": "string"}), id="2")],
    "options": [asks({"question": "Go?", "options": ["yes", "no"]})],
}


def key(character: str) -> str:
    return NAMES.get(character, character)


def hammer(app) -> None:
    """All printable keys at once, as a cat would."""
    for character in PRINTABLE:
        app.simulate_key(key(character))


async def opened(person, name: str) -> None:
    """Bring up the inputs that decisions and types hide."""
    if name in ("batch", "several"):
        await person.press("e")
    if name == "plain":
        await person.press("j")


@pytest.mark.parametrize("name", QUESTIONS)
@plays
async def test_no_printable_key_sends_or_reaches_past_any_input(name):
    async with answering(*QUESTIONS[name], size=(100, 120)) as person:
        await opened(person, name)
        for number in range(len(person.app.screen.focus_chain)):
            chain = person.app.screen.focus_chain
            if number >= len(chain):
                break
            widget = chain[number]
            person.app.set_focus(widget)
            await person.settle()
            decided = [sheet.form.picks for sheet in person._sheets]
            person.app.strays.clear()
            typed_in = isinstance(widget, Input | TextArea)
            for character in PRINTABLE[: -1 if typed_in else None]:
                person.app.simulate_key(key(character))
            await person.settle()
            assert person.app.sent == []
            if typed_in:
                assert person.app.strays == []
                now = [sheet.form.picks for sheet in person._sheets]
                assert decisions(now) == decisions(decided)
        await person.settle()
        assert person.app.sent == []


def decisions(sheets):
    return [[pick.decision for pick in picks] for picks in sheets]


@plays
async def test_the_json_takes_every_printable_key_as_text():
    async with answering(asks(calls("mail"))) as person:
        await person.press("ctrl+l")
        hammer(person.app)
        await person.settle()
        text = person.app.query_one(TextArea).text
        assert "".join(text.split()) == "".join("".join(PRINTABLE[:-1]).split())
        assert (person.app.sent, person.app.strays) == ([], [])


@plays
async def test_the_send_key_held_down_sends_once():
    async with answering(asks("How old are you?")) as person:
        await person.press("n", "5")
        for _ in range(20):
            person.app.simulate_key("ctrl+s")
        await person.settle()
        assert person.app.sent == [5]


@plays
@pytest.mark.parametrize(("pick", "text", "more"), [("j", '{"key": ', "yes"), ("n", "4x", "ty")])
async def test_after_a_refusal_typing_goes_on_where_it_was_wrong(pick, text, more):
    """A `y` typed on, after `ctrl+s` refused the text, must not choose yes/no above it."""
    async with answering(asks("How old are you?")) as person:
        await person.press(pick)
        await person.type(text)
        await person.press("ctrl+s")
        assert isinstance(person.app.focused, Input | TextArea)
        await person.type(more)
        assert person.says.startswith("cannot send")
        assert person.app.sent == []


@plays
async def test_enter_twice_on_a_decision_picks_and_sends_nothing():
    async with answering(asks(calls("mail"))) as person:
        await person.press("enter", "enter", "space", "space")
        assert person.app.sent == []
        assert person.says == 'sends  {"decisions": [{"type": "approve"}]}'


@plays
async def test_lines_pasted_into_a_decision_decide_nothing():
    async with answering(asks(calls("mail"))) as person:
        assert isinstance(person.app.focused, ChoiceBar)
        person.app.post_message(events.Paste("a\nr\n\x13"))
        await person.settle()
        assert person.says == "cannot send: choose a decision first"


@plays
async def test_lines_pasted_into_a_text_are_its_lines():
    async with answering(asks(calls("mail"))) as person:
        await person.press("m", "tab")
        person.app.post_message(events.Paste("one\n\ntwo\n"))
        await person.settle()
        assert person.app.sent == []
        await person.press("ctrl+s")
        assert person.app.sent == [{"decisions": [{"type": "respond", "message": "one\n\ntwo\n"}]}]


async def test_in_the_whole_app_no_text_field_lets_a_key_through(operate):
    asked = [thread("a", "?", schema=EVERYTHING, minutes=9), thread("b", calls("mail"))]
    async with operate(backend=FakeBackend(*asked), size=(120, 60)) as operator:
        await operator.press("slash")
        assert isinstance(operator.app.focused, Search)
        hammer(operator.app)
        await operator.pilot.pause()
        await operator.press("slash", "escape")
        await operator.until(lambda: operator.app.focused is operator.list)
        await operator.press("home")
        await operator.shows("a")
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        inputs = [w for w in operator.queue.focus_chain if isinstance(w, Input | TextArea)]
        kinds = {type(widget): widget for widget in inputs}
        assert len(kinds) > 1
        for widget in kinds.values():
            operator.app.set_focus(widget)
            await operator.pilot.pause()
            for character in PRINTABLE[:-1]:
                operator.app.simulate_key(key(character))
            await operator.until(lambda: not operator.app._turns._waiting)
            await operator.pilot.pause()
            assert operator.app.screen is operator.queue
            assert operator.app.focused is widget
        assert operator.backend.sent == []
