"""Dates, times, UUIDs, addresses: typed with less typing, said in words, checked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hitl_tui.questions.formats import formats
from hitl_tui.tui.widgets.formats import FORMATS
from tests.tui.answering import Person, answering, asks, plays, wants

NOW = datetime(2026, 1, 31, 18, 5, 9, tzinfo=timezone(timedelta(hours=2)))


def formatted(name: str) -> dict[str, Any]:
    return wants(it={"type": "string", "format": name})


async def sent(person: Person) -> Any:
    await person.press("ctrl+s")
    assert len(person.app.sent) == 1, person.says
    return person.app.sent[0]["it"]


STEPS = [
    ("date", "2026-01-31", 1, False, "2026-02-01"),
    ("date", "2026-01-31", 1, True, "2026-02-28"),
    ("date", "2024-03-31", -1, True, "2024-02-29"),
    ("date", "9999-12-31", 1, False, "9999-12-31"),
    ("date", "tomorrow", 1, False, "tomorrow"),
    ("date-time", "2026-01-31T23:30:00Z", 1, False, "2026-02-01T00:30:00Z"),
    ("date-time", "2026-01-31T18:00:00+02:00", -1, True, "2026-01-30T18:00:00+02:00"),
    ("date-time", "2026-01-31T18:00:00+00:00", 1, False, "2026-01-31T19:00:00+00:00"),
    ("time", "23:59:00Z", 1, False, "00:00:00Z"),
    ("time", "08:00:00", -1, True, "07:00:00"),
    ("uuid", "abc", 1, False, "abc"),
]


@pytest.mark.parametrize(("name", "text", "by", "large", "then"), STEPS)
def test_a_text_is_stepped_as_its_format_has_it(name, text, by, large, then):
    assert FORMATS[name].stepped(text, by, large=large, now=NOW) == then


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("date", "2026-01-31"),
        ("date-time", "2026-01-31T18:05:09+02:00"),
        ("time", "16:05:00Z"),
    ],
)
def test_where_nothing_is_typed_a_step_starts_from_now(name, text):
    assert FORMATS[name].stepped("", 1, large=False, now=NOW) == text
    assert formats({"format": name}).conforms(text, name)


@pytest.mark.parametrize("name", ["date", "date-time", "time"])
@given(
    st.datetimes(timezones=st.just(UTC)),
    st.lists(st.tuples(st.integers(-9, 9), st.booleans()), max_size=5),
)
def test_whatever_is_stepped_to_is_of_the_format(name, now, steps):
    text = ""
    for by, large in steps:
        text = FORMATS[name].stepped(text, by, large=large, now=now)
        assert formats({"format": name}).conforms(text, name)


READINGS = [
    ("date", "2026-01-31", "Saturday, 31 January 2026"),
    ("date", "2026-02-30", ""),
    ("date-time", "2026-01-31T18:00:00Z", "Saturday, 31 January 2026 at 18:00 UTC"),
    (
        "date-time",
        "2026-01-31T18:00:00+02:00",
        "Saturday, 31 January 2026 at 18:00, 16:00 UTC",
    ),
    ("uri", "https://user@example.com:8080/a?b=https://bank.test", "leads to example.com"),
    ("uri", "mailto:a@b.c", ""),
    ("uri", "http://[", ""),
    ("email", "a@example.com", ""),
]


@pytest.mark.parametrize(("name", "text", "words"), READINGS)
def test_a_text_is_said_in_words(name, text, words):
    assert FORMATS[name].reading(text) == words


@plays
async def test_a_date_is_stepped_with_the_arrow_keys() -> None:
    async with answering(asks("?", formatted("date"))) as person:
        await person.type("2026-01-30")
        await person.press("up", "pageup", "down")
        assert await sent(person) == "2026-02-27"


@plays
async def test_a_wrong_date_is_refused_in_words() -> None:
    async with answering(asks("?", formatted("date"))) as person:
        await person.type("31.1.2026")
        assert person.says == "cannot send: it: must be a date such as 2026-01-31"


@plays
async def test_a_uuid_is_made_on_request() -> None:
    async with answering(asks("?", formatted("uuid"))) as person:
        await person.press("ctrl+n")
        assert str(UUID(made := await sent(person))) == made


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("email", "ann", "ann@example.com"),
        ("uri", "not a uri", "https://example.com/x"),
        ("date-time", "2026-01-31 18:00", "2026-01-31T18:00:00Z"),
        ("time", "6pm", "18:00:00Z"),
        ("uuid", "1234", "7c9e6679-7425-40de-944b-e07fc1f90ae7"),
    ],
)
@plays
async def test_a_format_is_checked_as_it_is_typed(name: str, wrong: str, right: str) -> None:
    async with answering(asks("?", formatted(name))) as person:
        await person.type(wrong)
        assert person.says.startswith("cannot send: it: must be ")
        await person.press("ctrl+u")
        await person.type(right)
        assert await sent(person) == right
