"""Each kind of field sends a value of its own type, exactly as the preview shows it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from textual.widgets import OptionList

from hitl_tui.model.question import Field, FieldKind
from hitl_tui.text import is_safe
from hitl_tui.tui.widgets.answer_defaults import initial
from hitl_tui.tui.widgets.answer_values import Typed, to_json, value_of
from hitl_tui.tui.widgets.safe_inputs import LineInput
from tests.tui.answering import Person, answering, asks, form, plays, wants


async def _sent(person: Person) -> Any:
    await person.press("ctrl+s")
    assert len(person.app.sent) == 1, person.says
    return person.app.sent[0]


@plays
async def test_5_typed_as_a_number_is_sent_as_a_number() -> None:
    async with answering(asks("How old are you?")) as person:
        await person.press("n", "5")
        assert person.says == "sends  5"
        assert await _sent(person) == 5


@plays
async def test_5_typed_as_a_text_is_sent_as_a_text() -> None:
    async with answering(asks("How old are you?")) as person:
        await person.press("t", "5")
        assert person.says == 'sends  "5"'
        assert await _sent(person) == "5"


@plays
async def test_yes_is_sent_as_true() -> None:
    async with answering(asks("Sure?")) as person:
        await person.press("y", "y")
        assert person.says == "sends  true"
        assert await _sent(person) is True


@plays
async def test_json_is_sent_as_the_value_it_means() -> None:
    async with answering(asks("Which?")) as person:
        await person.press("j")
        await person.type('{"a": [1, 2.0, null]}')
        assert person.says == 'sends  {"a": [1, 2.0, null]}'
        assert await _sent(person) == {"a": [1, 2.0, None]}


@plays
async def test_what_is_typed_before_a_type_is_chosen_goes_nowhere() -> None:
    async with answering(asks("How old are you?")) as person:
        await person.press("5")
        assert "choose a type first" in person.says
        assert person.app.strays == ["5"]


@plays
async def test_a_broken_json_names_line_and_column() -> None:
    async with answering(asks("Which?")) as person:
        await person.press("j")
        await person.type('{\n "a": }')
        assert "line 2 column 7" in person.says


@plays
async def test_changing_the_type_keeps_what_was_typed() -> None:
    async with answering(asks("How old are you?")) as person:
        await person.press("t", "5", "shift+tab", "n")
        assert person.says == "sends  5"


@pytest.mark.parametrize("text", ["five", "5.0", "1e3", "0x10", "1_000", "--5", "٥", "9" * 5000])
@plays
async def test_an_integer_field_refuses(text: str) -> None:
    async with answering(asks("?", wants(count={"type": "integer"}))) as person:
        await person.type(text)
        assert person.says.startswith("cannot send: count: ")


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "1,5", "."])
@plays
async def test_a_number_field_refuses(text: str) -> None:
    async with answering(asks("?", wants(amount={"type": "number"}))) as person:
        await person.type(text)
        assert person.says.startswith("cannot send: amount: ")


@pytest.mark.parametrize(
    ("text", "value"), [("12.50", 12.5), ("-3", -3), ("+.5", 0.5), ("2e2", 200.0)]
)
@plays
async def test_a_number_field_takes(text: str, value: float) -> None:
    async with answering(asks("?", wants(amount={"type": "number"}))) as person:
        await person.type(text)
        sent = (await _sent(person))["amount"]
        assert (sent, type(sent)) == (value, type(value))


@plays
async def test_a_yes_or_no_is_unset_until_it_is_chosen() -> None:
    async with answering(asks("?", wants(ok={"type": "boolean"}))) as person:
        assert person.says == "cannot send: ok: is required"
        await person.press("n")
        assert await _sent(person) == {"ok": False}


@plays
async def test_a_choice_is_sent_with_its_own_type() -> None:
    async with answering(asks("?", wants(size={"enum": [5, "5", None]}))) as person:
        await person.press("down", "enter")
        assert person.says == 'sends  {"size": "5"}'
        await person.press("up", "space")
        assert await _sent(person) == {"size": 5}


@plays
async def test_choosing_again_takes_a_choice_back() -> None:
    async with answering(asks("?", wants(size={"enum": ["a", "b"]}))) as person:
        await person.press("enter", "enter")
        assert person.says == "cannot send: size: is required"


@plays
async def test_a_checklist_sends_what_is_ticked_in_the_list_s_order() -> None:
    items = {"type": "array", "items": {"enum": ["a", "b", "c"]}, "uniqueItems": True}
    async with answering(asks("?", wants(tags=items))) as person:
        assert isinstance(person.app.focused, OptionList)
        await person.press("down", "down", "space", "home", "space")
        assert await _sent(person) == {"tags": ["a", "c"]}


@plays
async def test_an_empty_text_is_sent_only_when_it_is_meant() -> None:
    async with answering(asks("?", wants(note={"type": "string"}))) as person:
        await person.press("x", "backspace", "ctrl+s")
        assert person.app.sent == []
        await person.press("ctrl+e")
        assert person.says == 'sends  {"note": ""}'
        assert await _sent(person) == {"note": ""}


def offers_empty(person) -> bool:
    active = person.app.screen.active_bindings.values()
    return "ctrl+e" in {it.binding.key for it in active if it.binding.action == "mean_empty"}


@plays
@pytest.mark.parametrize("kind", [FieldKind.TEXT, FieldKind.LINES])
async def test_an_empty_text_is_offered_only_where_nothing_is_typed(kind) -> None:
    async with answering(form(Field("note", kind))) as person:
        assert offers_empty(person)
        await person.press("x")
        assert not offers_empty(person)
        await person.press("ctrl+e")
        assert person.pane._form.picks[0].typed["note"] == Typed(text="x")
        await person.press("backspace")
        assert offers_empty(person)


@plays
@pytest.mark.parametrize(
    ("schema", "offered"),
    [
        ({"type": "string"}, True),
        ({"type": ["integer", "null"]}, True),
        ({"type": "integer"}, False),
        ({"type": "string", "minLength": 1}, False),
        ({"type": "string", "format": "date"}, False),
    ],
)
async def test_something_empty_is_offered_only_where_the_field_takes_it(schema, offered) -> None:
    async with answering(asks("?", wants(note=schema))) as person:
        person.app.query_one(LineInput).focus()
        await person.settle()
        assert offers_empty(person) is offered


@plays
async def test_an_optional_field_left_empty_is_left_out() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}
    async with answering(asks("?", schema)) as person:
        await person.press("tab", "x")
        assert await _sent(person) == {"a": "x"}


@plays
async def test_many_lines_are_sent_with_their_ends() -> None:
    lines = Field("body", FieldKind.LINES)
    assert value_of(lines, Typed(text="x\ny\n")) == "x\ny\n"
    async with answering(form(lines)) as person:
        await person.press("x", "enter", "y")
        assert person.pane._form.picks[0].typed["body"].text == "x\ny"


@pytest.mark.parametrize(
    "text",
    ["\x1b[31mred", "tab\there", "two\nlines", "\u202eevil", "\ud800", "del\x7f", "\r", "\x85"],
)
@pytest.mark.parametrize("kind", [FieldKind.TEXT, FieldKind.LINES, FieldKind.ANY])
def test_a_default_goes_back_exactly_whatever_it_holds(text: str, kind: FieldKind) -> None:
    field = Field("it", kind, default=text)
    assert value_of(field, initial(field)) == text
    assert is_safe(initial(field).text)


@pytest.mark.parametrize("default", [None, True, 5, 5.0, "5", "", [], {"a": ["\x9b"]}, 10**400])
def test_a_default_of_any_type_goes_back_with_its_type(default: Any) -> None:
    field = Field("it", FieldKind.ANY, default=default)
    sent = value_of(field, initial(field))
    assert (sent, type(sent)) == (default, type(default))


def test_the_preview_escapes_what_cannot_be_shown() -> None:
    shown = to_json({"a": "\x1b\x7f\x9b\u202e\ud800é"})
    assert is_safe(shown)
    assert json.loads(shown) == {"a": "\x1b\x7f\x9b\u202e\ud800é"}


def test_a_default_too_long_to_edit_goes_back_as_it_is() -> None:
    field = Field("it", FieldKind.LINES, default="x" * 1_000_000)
    assert initial(field).text == ""
    assert value_of(field, initial(field)) == field.default


@pytest.mark.parametrize("depth", [100, 500, 900, 950, 980, 990, 1000, 100_000])
@plays
async def test_deep_json_is_sent_or_refused(depth: int) -> None:
    async with answering(asks("Which?")) as person:
        await person.press("j")
        await person.type("[" * depth + "]" * depth)
        assert person.says.startswith(("sends  [[", "cannot send: "))
