"""Every kind of field, and a refused form, as a reviewer must see them; wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from hitl_tui.model.question import Question
from tests.tui.answering import Host, Person, asks, steady, wants

Look = Callable[..., bool]
WIDE, NARROW = (100, 30), (40, 30)

TEXTS = wants(
    line={"type": "string", "title": "Line", "description": "One line", "maxLength": 20},
    body={"type": "string", "maxLength": 900, "default": "Dear Ada,\nthank you."},
    mail={"type": "string", "format": "email", "examples": ["ann@example.com"]},
    site={"type": "string", "format": "uri", "default": "https://example.com/a"},
)
MOMENTS = wants(
    day={"type": "string", "format": "date", "default": "2026-01-31"},
    moment={"type": "string", "format": "date-time", "default": "2026-01-31T18:00:00+02:00"},
    time={"type": "string", "format": "time"},
    id={"type": "string", "format": "uuid"},
)
SCALARS = wants(
    count={"type": "integer", "minimum": 0, "maximum": 9, "multipleOf": 3, "default": 3},
    price={"type": "number", "exclusiveMinimum": 0},
    sure={"type": "boolean"},
    maybe={"type": ["boolean", "null"]},
    size={"enum": ["s", 5, None]},
    tags={"type": "array", "items": {"enum": ["late", "broken"]}, "default": ["late"]},
    any={},
)
MAYBE = {
    "type": "object",
    "properties": {
        "note": {"type": ["string", "null"]},
        "count": {"type": ["integer", "null"]},
        "marks": {"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "null"}]},
    },
}
LINE = wants(sku={"type": "string"}, count={"type": "integer", "minimum": 1})
CAT = wants(kind={"const": "cat"}, lives={"type": "integer"})
DOG = wants(kind={"const": "dog"}, name={"type": "string"})
PARTS = wants(
    lines={"type": "array", "items": LINE, "default": [{"sku": "a", "count": 1}] * 2},
    names={"type": "array", "items": {"type": "string"}, "maxItems": 3, "default": ["x", "y"]},
    pet={"oneOf": [CAT, DOG], "discriminator": {"propertyName": "kind"}},
    scores={"type": "object", "additionalProperties": {"type": "integer"}, "default": {"ann": 5}},
)
PARTS["properties"]["home"] = wants(street={"type": "string"})
ODD = wants(
    pair={"type": "array", "prefixItems": [{"type": "string"}, {}], "default": ["a", 1]},
    list={"type": "array", "items": {"type": "integer"}, "default": [1, "two"]},
    hidden={"type": "string", "default": "a\x1b[31mb"},
)


@pytest.fixture
def look(snap_compare: Callable[..., bool]) -> Look:
    """`look(question, keys…)`: the form after these keys, as accepted before."""

    def _look(question: Question, *keys: str, size: tuple[int, int] = WIDE) -> bool:
        async def act(pilot: Pilot[None]) -> None:
            app = pilot.app
            assert isinstance(app, Host)
            person = Person(app, pilot)
            await person.settle()
            await person.show(question)
            await person.press(*keys)
            steady(app)
            await person.settle()

        return snap_compare(Host(), run_before=act, terminal_size=size)

    return _look


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_texts(look: Look, size: Any) -> None:
    """A line with its help, many lines, an e-mail address, a URL and where it leads."""
    assert look(asks("?", TEXTS), size=size)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_moments(look: Look, size: Any) -> None:
    """A date and a moment said in words; a time and a UUID whose hints tell the keys."""
    assert look(asks("?", MOMENTS), size=size)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_single_values(look: Look, size: Any) -> None:
    """Numbers, yes or no, with null too, one of some, some of some, any value by its type."""
    assert look(asks("?", SCALARS), size=size)


def test_what_may_be_null(look: Look) -> None:
    """The first says that it sends null; the number and the list say how they could."""
    assert look(asks("?", MAYBE), "tab", "ctrl+e", "ctrl+e", "tab")


@pytest.mark.parametrize("size", [WIDE, (40, 45)], ids=["wide", "narrow"])
def test_parts(look: Look, size: Any) -> None:
    """Objects in a list, each with its commands; texts in a list; an inner alternative."""
    assert look(asks("?", PARTS), size=size)


def test_the_end_of_the_parts(look: Look) -> None:
    """A cat is chosen and has lives; a name with its value; an inner object to be added."""
    assert look(asks("?", PARTS), *["tab"] * 11, "c", "tab", "9")


def test_json_for_what_no_field_fits(look: Look) -> None:
    """A pair, and a list that holds a text among numbers, as JSON; ESC as an escape."""
    assert look(asks("?", ODD))


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_refused_list(look: Look, size: Any) -> None:
    """The second item's number is wrong, said beside it in red, and has the focus."""
    schema = wants(lines=PARTS["properties"]["lines"])
    keys = ("tab",) * 6
    assert look(asks("?", schema), *keys, "backspace", "0", "ctrl+s", size=size)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_refused_form(look: Look, size: Any) -> None:
    """Every wrong field is marked with its reason; the first one has the focus."""
    keys = ("x", "tab", "tab", "a", "tab", "backspace", "space", "b", "ctrl+s")
    assert look(asks("?", TEXTS), *keys, size=size)
