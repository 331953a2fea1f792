"""What is sent, when, and how often: nothing by accident, nothing twice, nothing unseen."""

from __future__ import annotations

import string
from typing import Any

import pytest
from textual import events
from textual.widgets import Input, TextArea

from hitl_tui.tui.widgets import guard
from hitl_tui.tui.widgets.answer_pane import AnswerPane
from hitl_tui.tui.widgets.choice_bar import ChoiceBar
from hitl_tui.tui.widgets.decision_bar import DecisionBar
from hitl_tui.tui.widgets.inputs import FieldInput
from hitl_tui.tui.widgets.options import Options
from hitl_tui.tui.widgets.run_log import RunLog
from hitl_tui.tui.widgets.safe_inputs import LineInput, LinesInput
from tests.tui.answering import Host, Person, answering, asks, plays, wants

DECISIONS = ["approve", "edit", "reject", "respond"]


def calls(*names: str, allowed: list[str] = DECISIONS) -> dict[str, Any]:
    """A batched request of LangChain about these tools."""
    return {
        "action_requests": [{"name": name, "args": {"to": "ann", "n": 1}} for name in names],
        "review_configs": [{"action_name": n, "allowed_decisions": allowed} for n in names],
    }


AMOUNT = wants(amount={"type": "integer", "minimum": 1}, reason={"type": "string"})


@pytest.mark.parametrize(
    ("keys", "decision"),
    [
        (["a"], {"type": "approve"}),
        (["right", "right", "enter"], {"type": "reject"}),
        (["left", "space", "tab", "h", "i"], {"type": "respond", "message": "hi"}),
        (["r", "tab", "n", "o"], {"type": "reject", "message": "no"}),
    ],
)
@plays
async def test_a_decision_is_picked_by_key_or_arrows(keys: list[str], decision: Any) -> None:
    async with answering(asks(calls("mail"))) as person:
        await person.press(*keys)
        assert person.app.sent == []
        await person.press("ctrl+s")
        assert person.app.sent == [{"decisions": [decision]}]


@plays
async def test_an_edit_starts_from_the_arguments_and_keeps_their_types() -> None:
    async with answering(asks(calls("mail"))) as person:
        await person.press("e", "tab", "x", "ctrl+s")
        edited = {"name": "mail", "args": {"to": "annx", "n": 1}}
        assert person.app.sent == [{"decisions": [{"type": "edit", "edited_action": edited}]}]


@plays
async def test_a_decision_that_is_not_allowed_is_not_there() -> None:
    async with answering(asks(calls("mail", allowed=["approve"]))) as person:
        await person.press("r", "e")
        assert not person.pane.can_send
        assert person.app.strays == ["r", "e"]


@plays
async def test_each_action_of_a_batch_takes_its_own_decision() -> None:
    async with answering(asks(calls("mail", "mail")), size=(80, 40)) as person:
        await person.press("a", "ctrl+s")
        assert person.app.sent == []
        assert "2. mail" in person.says
        assert person.app.focused is person.app.query(DecisionBar).last()
        await person.press("r", "ctrl+s")
        assert person.app.sent == [{"decisions": [{"type": "approve"}, {"type": "reject"}]}]


@plays
async def test_another_decision_s_fields_keep_what_was_typed() -> None:
    async with answering(asks(calls("mail"))) as person:
        await person.press("m", "tab", "h", "i", "shift+tab", "a", "m")
        assert person.says == 'sends  {"decisions": [{"type": "respond", "message": "hi"}]}'


@plays
async def test_a_stray_send_on_an_untouched_question_sends_nothing() -> None:
    async with answering(
        asks("?", {"type": "object", "properties": {"note": {"type": "string"}}})
    ) as person:
        assert person.says == "sends  {}"
        await person.press("ctrl+s")
        assert (person.app.sent, person.pane.can_send) == ([], False)
        await person.press("a", "ctrl+s")
        assert person.app.sent == [{}]


@plays
async def test_sending_twice_sends_once_until_it_is_edited() -> None:
    async with answering(asks("How old are you?")) as person:
        await person.press("n", "5", "ctrl+s", "ctrl+s")
        assert person.app.sent == [5]
        assert person.says == "sent  5"
        await person.press("6", "ctrl+s")
        assert person.app.sent == [5, 56]


@plays
async def test_two_sends_in_one_moment_send_once() -> None:
    async with answering(asks("How old are you?")) as person:
        await person.press("n", "5")
        person.pane.send()
        person.pane.send()
        await person.settle()
        assert person.app.sent == [5]


@plays
async def test_a_refused_answer_marks_and_focuses_the_first_wrong_field() -> None:
    async with answering(asks("?", AMOUNT)) as person:
        await person.press("0", "ctrl+s")
        wrong = [
            each.field.name for each in person.app.query(FieldInput) if each.has_class("-invalid")
        ]
        assert wrong == ["reason"]
        assert person.app.sent == []
        await person.press("x", "ctrl+s")
        assert person.says == "cannot send: amount: must be at least 1"
        assert person.app.focused is person.app.query(Input).first()


@plays
async def test_editing_a_marked_field_takes_the_mark_away() -> None:
    async with answering(asks("?", AMOUNT)) as person:
        await person.press("z", "ctrl+s", "backspace", "7")
        assert not person.app.query(FieldInput).first().has_class("-invalid")


@plays
async def test_what_is_sent_is_what_the_form_holds_at_that_very_moment() -> None:
    async with answering(asks("How old are you?")) as person:
        await person.press("n", "5")
        field = person.app.focused
        assert isinstance(field, Input)
        field.insert_text_at_cursor("0")
        await person.pilot.press("ctrl+s")
        await person.settle()
        assert person.app.sent == [50]


@plays
async def test_a_draft_comes_back_and_must_be_confirmed() -> None:
    first, second = asks("one?", id="1"), asks("two?", id="2")
    async with answering(first) as person:
        await person.press("t", "h", "i")
        await person.show(second)
        await person.show(first)
        assert person.says == 'sends  "hi"'
        await person.press("ctrl+s")
        assert person.app.sent == []
        await person.press("a", "ctrl+s")
        assert person.app.sent == ["hi"]


@plays
async def test_sending_a_draft_that_is_wrong_leads_to_what_is_wrong() -> None:
    first, second = asks("one?", id="1"), asks("two?", id="2")
    async with answering(first) as person:
        await person.press("n", "1", "2", "x")
        await person.show(second)
        await person.show(first)
        await person.press("ctrl+s", "backspace", "ctrl+s")
        assert person.app.sent == [12]


@plays
async def test_showing_the_same_interrupt_again_keeps_focus_and_text() -> None:
    async with answering(asks("one?")) as person:
        await person.press("t", "h")
        person.pane.show([asks("one?")])
        await person.press("i", "ctrl+s")
        assert person.app.sent == ["hi"]


@plays
async def test_a_forgotten_draft_does_not_come_back() -> None:
    first, second = asks("one?", id="1"), asks("two?", id="2")
    async with answering(first) as person:
        await person.press("t", "h", "i", "ctrl+s")
        person.pane.forget("1")
        await person.show(second)
        await person.show(first)
        assert person.says.startswith("cannot send")


@plays
async def test_why_nothing_can_be_sent_is_said() -> None:
    async with answering() as person:
        assert person.says == "cannot send: nothing is asked"
        await person.show(asks("one?"), why_not="read only \x1b[>q")
        assert person.says == "cannot send: read only ␛[>q"
        await person.press("t", "h", "ctrl+s")
        assert person.app.sent == []


@plays
async def test_a_reason_that_comes_later_stops_a_sendable_form() -> None:
    async with answering(asks("one?")) as person:
        await person.press("t", "h")
        await person.show(asks("one?"), why_not="the thread moved on")
        await person.press("ctrl+s")
        assert person.app.sent == []
        assert person.says == "cannot send: the thread moved on"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@plays
async def test_keys_that_come_too_early_decide_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "SECONDS", 0.15)
    clock = Clock()
    async with answering(asks(calls("mail")), clock=clock) as person:
        await person.press("a", "enter", "ctrl+s")
        assert (person.says, person.app.sent) == ("cannot send: choose a decision first", [])
        clock.now += 0.15
        await person.press("a", "ctrl+s")
        assert person.app.sent == [{"decisions": [{"type": "approve"}]}]


@plays
async def test_text_that_comes_too_early_is_not_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "SECONDS", 0.15)
    async with answering(asks("?", AMOUNT), clock=Clock()) as person:
        await person.press("5")
        person.app.focused.post_message(events.Paste("6"))
        await person.settle()
        assert person.app.query(Input).first().value == ""
        assert not person.pane.can_send


async def _types_all(person: Person) -> None:
    for key in [*string.ascii_letters, *string.digits, "enter", "space", "tab", "full_stop"]:
        await person.pilot.press(key)
    await person.settle()
    assert person.app.sent == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "schema", [None, AMOUNT, wants(size={"enum": [1, 2]}, ok={"type": "boolean"})]
)
@plays
async def test_no_printable_key_sends_in_any_form(schema: Any) -> None:
    async with answering(asks("?", schema), size=(80, 40)) as person:
        await _types_all(person)


@pytest.mark.slow
@plays
async def test_no_printable_key_sends_a_decision() -> None:
    async with answering(asks(calls("mail", "wire")), size=(80, 40)) as person:
        await _types_all(person)


@pytest.mark.parametrize("keys", [["t"], ["n"], ["j"]])
@plays
async def test_letters_typed_into_an_input_reach_nothing_else(keys: list[str]) -> None:
    async with answering(asks("?")) as person:
        await person.press(*keys, *"aermtnyj5")
        assert person.app.strays == []
        assert isinstance(person.app.focused, Input | TextArea)


@plays
async def test_pasted_lines_land_in_a_line_whole_and_send_nothing() -> None:
    async with answering(asks("?")) as person:
        await person.press("t")
        person.app.focused.post_message(events.Paste("one\ntwo\r\nthree"))
        await person.settle()
        assert person.says == 'sends  "one two three"'
        assert person.app.sent == []


@pytest.mark.parametrize("keys", [["t", "x"], ["j", "1"]])
@plays
async def test_the_screen_s_send_key_reaches_it_from_every_input(keys: list[str]) -> None:
    async with answering(asks("?")) as person:
        await person.press(*keys, "ctrl+s")
        assert len(person.app.sent) == 1


HOSTILE = [
    "[/foo]",
    "[@click=app.quit]x[/]",
    "\x1b[>q",
    "\x9b6n",
    "\ud800",
    "\u202eabc",
    "[b",
    "\x00",
]


@pytest.mark.parametrize("text", HOSTILE)
@plays
async def test_hostile_text_is_shown_and_does_nothing(text: str) -> None:
    schema = {
        "type": "object",
        "title": text,
        "properties": {
            text: {"type": "string", "title": text, "description": text, "default": text},
            "pick": {"enum": [text, "b"], "description": text},
        },
    }
    async with answering(asks({"question": text}, schema)) as person:
        await person.press("a")
        shown = "\n".join("".join(s.text for s in strip) for strip in _strips(person))
        assert not set(shown) & set("\x1b\x9b\ud800\u202e\x00")
        await person.press("ctrl+s")
        assert person.app.sent[0][text] == text


def _strips(person: Person) -> Any:
    return person.app.screen._compositor.render_strips()


@plays
async def test_what_is_pasted_is_drawn_harmless_and_sent_exactly() -> None:
    async with answering(asks("?")) as person:
        await person.press("t")
        person.app.focused.post_message(events.Paste("a\x1b[>qb"))
        await person.settle()
        assert "\x1b" not in "".join(s.text for strip in _strips(person) for s in strip)
        await person.press("ctrl+s")
        assert person.app.sent == ["a\x1b[>qb"]


@plays
async def test_a_long_answer_is_never_cut_and_scrolls_within() -> None:
    async with answering(asks("?")) as person:
        await person.press("j")
        await person.type('["' + "x" * 50_000 + '"]')
        assert person.says == 'sends  ["' + "x" * 50_000 + '"]'
        assert person.pane._preview.size.height < 8
        assert person.pane._preview.max_scroll_y > 100


@plays
async def test_what_will_be_sent_takes_the_focus_only_when_it_scrolls() -> None:
    async with answering(asks("?")) as person:
        assert not person.pane._preview.can_focus
        await person.press("j")
        await person.type('["' + "x" * 1_000 + '"]')
        assert person.pane._preview.can_focus


@plays
async def test_enter_in_a_line_goes_on_to_the_next_field() -> None:
    async with answering(asks("?", AMOUNT)) as person:
        await person.press("7", "enter", "x", "ctrl+s")
        assert person.app.sent == [{"amount": 7, "reason": "x"}]


@plays
async def test_a_form_higher_than_its_pane_scrolls_and_what_is_sent_stays_in_sight() -> None:
    schema = wants(**{f"field{n}": {"type": "integer"} for n in range(20)})
    async with answering(asks("?", schema), size=(40, 10)) as person:
        await person.press(*["1", "enter"] * 20)
        region = person.pane._preview.region
        assert region.height >= 2
        assert region.bottom <= 10
        await person.press("ctrl+s")
        assert person.app.sent == [{f"field{n}": 1 for n in range(20)}]


@plays
async def test_everything_is_safe_to_show_before_it_is_mounted() -> None:
    app = Host()
    app.pane.show([asks("How old are you?")])
    async with app.run_test() as pilot:
        person = Person(app, pilot)
        await person.settle()
        person.pane.focus_first()
        await person.press("n", "5", "ctrl+s")
        assert app.sent == [5]


def test_every_binding_of_ours_has_an_id_and_a_tooltip() -> None:
    for widget in (AnswerPane, ChoiceBar, Options, LineInput, LinesInput, RunLog):
        for binding in widget.__dict__.get("BINDINGS", ()):
            assert binding.id
            assert binding.tooltip
