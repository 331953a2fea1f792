"""Any value becomes plain JSON of bounded size."""

import dataclasses
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage
from pydantic import BaseModel

from hitl_tui.runner.worker.plain import plain

KEYS = st.text() | st.integers() | st.none() | st.tuples(st.integers())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner) | st.tuples(inner, inner),
)
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_everything_is_json(value):
    json.dumps(plain(value), allow_nan=False).encode("ascii")


@given(PLAIN)
def test_what_is_plain_stays_as_it_is(value):
    assert plain(value, 10**9) == value


@given(VALUES, st.integers(0, 500))
def test_the_size_is_bounded(value, most):
    assert len(json.dumps(plain(value, most))) < 14 * most + 600


class Model(BaseModel):
    name: str
    self_made: object = None


@dataclasses.dataclass
class Point:
    x: int


class Shouting(str):
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (float("inf"), "inf"),
        ({1, 2}, [1, 2]),
        ({1: {None: 2}}, {"1": {"None": 2}}),
        (b"\x00\xff", {"__type__": "builtins.bytes", "base64": "AP8="}),
        (datetime(2030, 1, 2, tzinfo=UTC), "2030-01-02T00:00:00+00:00"),
        (Shouting("quiet"), "quiet"),
        ("\ud800", "\ud800"),
        (ValueError("no"), {"__type__": "builtins.ValueError", "message": "no"}),
        (Point(1), {"__type__": f"{__name__}.Point", "x": 1}),
        (Model(name="n"), {"__type__": f"{__name__}.Model", "name": "n", "self_made": None}),
    ],
)
def test_known_kinds_of_values(value, shown):
    assert plain(value) == shown


def test_a_message_shows_its_content():
    shown = plain(HumanMessage("hello", id="1"))
    assert (shown["type"], shown["content"]) == ("human", "hello")


def test_an_endless_int_and_a_deep_list_are_cut_with_a_mark():
    deep: list = []
    for _ in range(5000):
        deep = [deep]
    text = json.dumps(plain([10**10_000, deep, "x" * 100_000]))
    assert "nested too deep" in text
    assert "more characters" in text
