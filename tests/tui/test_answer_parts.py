"""Lists, inner objects, alternatives and free names, filled in by a person at the keyboard."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input

from hitl_tui.tui.widgets.command_bar import CommandBar
from hitl_tui.tui.widgets.inputs import FieldInput
from tests.tui.answering import Person, answering, asks, plays, wants

TAGS = wants(tags={"type": "array", "items": {"type": "string"}, "maxItems": 3})
LINE = wants(sku={"type": "string"}, count={"type": "integer", "minimum": 1})
LINES = wants(lines={"type": "array", "items": LINE})
SCORES = wants(scores={"type": "object", "additionalProperties": {"type": "integer"}})
ADDRESS = {"type": "object", "properties": {"home": wants(street={"type": "string"})}}
CAT = wants(kind={"const": "cat"}, lives={"type": "integer"})
DOG = wants(kind={"const": "dog"}, name={"type": "string"})
PET = wants(pet={"oneOf": [CAT, DOG], "discriminator": {"propertyName": "kind"}})
TREE: dict[str, Any] = wants(name={"type": "string"})
TREE["properties"]["children"] = {"type": "array", "items": {"$ref": "#"}}


async def sent(person: Person) -> Any:
    await person.press("ctrl+s")
    assert len(person.app.sent) == 1, person.says
    return person.app.sent[0]


def complaints(person: Person) -> list[str]:
    """What is said beside fields, from top to bottom."""
    fields = person.app.query(FieldInput).results(FieldInput)
    marked = [each for each in fields if each.has_class("-invalid")]
    return [str(each._message.render()) for each in marked]


@plays
async def test_items_are_added_and_sent_in_their_order() -> None:
    async with answering(asks("?", TAGS)) as person:
        await person.press("+", "a", "enter", "+", "b")
        assert person.says == 'sends  {"tags": ["a", "b"]}'
        assert await sent(person) == {"tags": ["a", "b"]}


@plays
async def test_an_item_is_moved_with_what_is_typed_in_it() -> None:
    async with answering(asks("?", TAGS)) as person:
        await person.press("+", "a", "enter", "+", "b", "shift+tab", "u")
        assert person.says == 'sends  {"tags": ["b", "a"]}'
        await person.press("d", "tab", "c")
        assert await sent(person) == {"tags": ["a", "bc"]}


@plays
async def test_the_first_item_cannot_be_moved_up_nor_the_last_down() -> None:
    async with answering(asks("?", TAGS)) as person:
        await person.press("+", "a", "shift+tab", "u", "d")
        assert person.says == 'sends  {"tags": ["a"]}'


@plays
async def test_holding_the_key_that_removes_takes_out_one_item_only() -> None:
    async with answering(asks("?", TAGS)) as person:
        await person.press("+", "a", "enter", "+", "b", "enter", "+", "c", "shift+tab")
        await person.press("x", "x", "x")
        assert person.says == 'sends  {"tags": ["a", "b"]}'


@plays
async def test_there_is_no_key_for_more_items_than_may_be() -> None:
    async with answering(asks("?", TAGS)) as person:
        await person.press("+", "a", "enter", "+", "b", "enter", "+", "c")
        bars = [bar for bar in person.app.query(CommandBar) if bar.display]
        assert all("add" not in [item.label for item in bar.items] for bar in bars)


@plays
async def test_an_empty_list_is_sent_only_when_it_is_meant() -> None:
    async with answering(asks("?", TAGS)) as person:
        await person.press("+", "a", "shift+tab", "x")
        assert person.says == "cannot send: tags: is required"
        await person.press("e")
        assert await sent(person) == {"tags": []}


@plays
async def test_objects_in_a_list_have_fields_and_their_errors_stand_beside_them() -> None:
    async with answering(asks("?", LINES)) as person:
        await person.press("+", "s", "tab", "1", "tab", "+", "t", "tab", "0", "ctrl+s")
        assert person.app.sent == []
        assert person.says == "cannot send: lines › 2 › count: must be at least 1"
        assert complaints(person) == ["must be at least 1"]
        focused = person.app.focused
        assert isinstance(focused, Input)
        assert focused.value == "0"
        await person.press("2")
        assert complaints(person) == []
        assert await sent(person) == {"lines": [{"sku": "s", "count": 1}, {"sku": "t", "count": 2}]}


@plays
async def test_what_is_missing_in_an_item_is_marked_and_focused() -> None:
    async with answering(asks("?", LINES)) as person:
        await person.press("+", "tab", "x", "ctrl+s")
        assert complaints(person) == ["is required", "must be a whole number, such as 12"]
        await person.press("s")
        assert "lines › 1 › count" in person.says


@plays
async def test_an_inner_object_may_be_left_out_added_and_taken_out_again() -> None:
    async with answering(asks("?", ADDRESS)) as person:
        await person.press("tab", "+", "m")
        assert person.says == 'sends  {"home": {"street": "m"}}'
        await person.press("shift+tab", "x")
        assert await sent(person) == {}


@plays
async def test_an_inner_alternative_is_picked_by_its_key_and_keeps_drafts() -> None:
    async with answering(asks("?", PET)) as person:
        assert person.says == "cannot send: pet: choose one first: cat, dog"
        await person.press("c", "tab", "9")
        assert person.says == 'sends  {"pet": {"kind": "cat", "lives": 9}}'
        await person.press("shift+tab", "d", "tab", "R", "shift+tab", "c", "shift+tab")
        assert person.says == 'sends  {"pet": {"kind": "cat", "lives": 9}}'
        assert await sent(person) == {"pet": {"kind": "cat", "lives": 9}}


@plays
async def test_free_names_are_typed_beside_their_values() -> None:
    async with answering(asks("?", SCORES)) as person:
        await person.press("+", "a", "enter", "1", "enter", "+", "b", "enter", "x", "ctrl+s")
        assert complaints(person) == ["must be a whole number, such as 12"]
        await person.press("backspace", "2")
        assert await sent(person) == {"scores": {"a": 1, "b": 2}}


@plays
async def test_a_name_cannot_be_there_twice() -> None:
    async with answering(asks("?", SCORES)) as person:
        await person.press("+", "a", "enter", "1", "enter", "+", "a", "enter", "2", "ctrl+s")
        assert person.says == "cannot send: scores › a: is there twice"
        assert person.app.sent == []


@plays
async def test_a_tree_grows_as_deep_as_it_is_typed() -> None:
    async with answering(asks("?", TREE)) as person:
        await person.press("r", "tab", "+", "a", "tab", "+", "b")
        leaf = {"name": "b"}
        assert await sent(person) == {
            "name": "r",
            "children": [{"name": "a", "children": [leaf]}],
        }


@plays
async def test_a_list_starts_from_its_default() -> None:
    schema = wants(n={"type": "array", "items": {"type": "integer"}, "default": [1, 2]})
    async with answering(asks("?", schema)) as person:
        await person.press("tab", "tab", "0")
        assert await sent(person) == {"n": [10, 2]}


@plays
async def test_a_default_that_does_not_fit_its_field_is_json_and_goes_back_as_it_is() -> None:
    schema = wants(n={"type": "array", "items": {"type": "integer"}, "default": [1, "x"]})
    async with answering(asks("?", schema)) as person:
        assert person.says == "cannot send: n › 2: must be a whole number"
        await person.press("ctrl+s")
        assert person.app.sent == []


@plays
async def test_null_is_sent_only_when_it_is_meant() -> None:
    maybe = {"type": "object", "properties": {"n": {"type": ["integer", "null"]}}}
    async with answering(asks("?", maybe)) as person:
        await person.press("tab", "ctrl+e")
        assert person.says == 'sends  {"n": null}'
        await person.press("ctrl+e")
        assert person.says == "sends  {}"
        await person.press("ctrl+e", "7")
        assert await sent(person) == {"n": 7}


@plays
async def test_keys_of_a_part_are_plain_letters_in_its_inputs() -> None:
    async with answering(asks("?", TAGS)) as person:
        await person.press("+", "x", "u", "d", "e", "+")
        assert person.says == 'sends  {"tags": ["xude+"]}'
        assert person.app.strays == []
