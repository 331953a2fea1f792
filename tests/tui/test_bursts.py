"""Keys that come in one burst: what is typed right before an answer is sent is in it."""

import pytest
from textual.widgets import Input

from tests.fakes import thread
from tests.tui.test_answering import settled, values

SCHEMAS = {
    "number": ({"type": "integer"}, "42", 42),
    "text": ({"type": "string"}, "yes", "yes"),
    "lines": ({"type": "string", "maxLength": 5000}, "yes", "yes"),
    "list": ({"type": "array", "items": {"type": "string"}, "default": ["x"]}, "yes", ["xyes"]),
}


@pytest.mark.parametrize("armed", [False, True], ids=["all at once", "its end at once"])
@pytest.mark.parametrize("name", SCHEMAS)
async def test_what_is_typed_right_before_an_answer_is_sent_is_in_it(operate, name, armed):
    kind, typed, expected = SCHEMAS[name]
    schema = {"type": "object", "properties": {"a": kind}, "required": ["a"]}
    async with operate(thread("t", "?", schema=schema)) as operator:
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        if name == "list":
            operator.queue.answer.query(Input).first().focus()
            await operator.pilot.pause()
        if armed:
            await operator.press(typed[0])
            await operator.until(lambda: operator.queue.answer.can_send)
            typed = typed[1:]
        for key in (*typed, "ctrl+s"):
            operator.app.simulate_key(key)
        await settled(operator)
        assert values(operator) == [{"t/0": {"a": expected}}]


async def test_what_is_taken_back_right_before_an_answer_is_sent_is_not_in_it(operate):
    inner = {"type": "object", "properties": {"b": SCHEMAS["list"][0]}, "required": ["b"]}
    nested = {"type": "array", "items": inner, "default": [{"b": ["x"]}]}
    schema = {"type": "object", "properties": {"a": nested}, "required": ["a"]}
    async with operate(thread("t", "?", schema=schema)) as operator:
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        operator.queue.answer.query(Input).first().focus()
        await operator.pilot.pause()
        await operator.press("y", "n")
        await operator.until(lambda: operator.queue.answer.can_send)
        for key in ("z", "backspace", "backspace", "ctrl+s"):
            operator.app.simulate_key(key)
        await settled(operator)
        assert values(operator) == [{"t/0": {"a": [{"b": ["xy"]}]}}]
