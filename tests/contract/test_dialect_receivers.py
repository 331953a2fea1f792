"""What our encoder gives, real receivers accept; what they refuse, we refused first."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Annotated, Any, Literal, NotRequired
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema
from langgraph.checkpoint.memory import InMemorySaver
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from hitl_tui.model.question import Choice, Question
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.read import check, encode, read, recall
from tests.contract.test_dialect_langchain import CONFIG, DECISIONS, Agent, choice, expected_calls

PATIENT = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
FORMATS = {"uuid": st.uuids().map(str)}
scalars = st.sampled_from([None, True, False, 0, 1, -1, 2.5, "", "x", "approve", [], {}, [1]])


@st.composite
def spoilt(draw: Callable[..., Any], value: Any) -> Any:
    """The value with something in it replaced, left out, doubled or added."""
    if isinstance(value, dict) and value and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(value)))
        rest = {name: item for name, item in value.items() if name != key}
        return (
            draw(st.sampled_from([rest, value | {"more": 1}]))
            if draw(st.booleans())
            else (rest | {key: draw(spoilt(value[key]))})
        )
    if isinstance(value, list) and value and draw(st.booleans()):
        at = draw(st.integers(0, len(value) - 1))
        inner = draw(spoilt(value[at]))
        return draw(st.sampled_from([[*value, value[at]], value[:at], [*value[:at], inner]]))
    return draw(scalars)


class Line(BaseModel):
    sku: str = Field(min_length=1, pattern="^[a-z0-9-]+$")
    count: int = Field(ge=1, le=99)


class Folder(BaseModel):
    name: str
    inside: list[Folder] = []


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str
    owner: str | None = None


class Order(BaseModel):
    lines: list[Line] = Field(min_length=1, max_length=3)
    notes: dict[str, int] = {}
    gift: Line | None = None
    on: date
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]


class Moment(TypedDict):
    at: datetime
    id: UUID
    daily: NotRequired[time]


@dataclass
class Size:
    width: int
    name: Literal["s", "l"] = "s"
    marks: list[float] = field(default_factory=list)


TYPES = [Line, Folder, Order, Moment, Size, Cat | list[int] | None, dict[str, Size], int, bool]


def asked(kind: Any) -> Question:
    """The question of `interrupt(…, response_schema=kind)`, as LangGraph stores it."""
    return read(Interrupt("1", "Well?", response_schema=TypeAdapter(kind).json_schema()))


def closed(schema: Any) -> Any:
    """The schema without room for what it does not name, so that instances are of the type only."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    more = {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else {}
    return more | {key: closed(part) for key, part in schema.items()}


def instances(kind: Any) -> st.SearchStrategy[Any]:
    if kind is Folder:  # the generator of instances knows no schema that contains itself
        return FOLDERS
    return from_schema(closed(TypeAdapter(kind).json_schema()), custom_formats=FORMATS)


@pytest.mark.parametrize("kind", TYPES, ids=str)
@given(data=st.data())
@settings(PATIENT, max_examples=12)
def test_a_type_accepts_what_its_form_gives(kind, data):
    question = asked(kind)
    choices = recall(question, data.draw(instances(kind)))
    assert choices is not None
    TypeAdapter(kind).validate_python(encode(question, choices))


FOLDERS = st.recursive(
    st.fixed_dictionaries({"name": st.text(max_size=2)}),
    lambda inner: st.fixed_dictionaries(
        {"name": st.text(max_size=2), "inside": st.lists(inner, max_size=2)}
    ),
    max_leaves=5,
)
GOOD: dict[Any, Any] = {
    Line: {"sku": "a", "count": 1},
    Folder: {"name": "a", "inside": [{"name": "b", "inside": []}]},
    Order: {
        "lines": [{"sku": "a", "count": 1}],
        "notes": {"x": 1},
        "gift": {"sku": "b", "count": 2},
        "on": "2026-01-31",
        "pet": {"kind": "dog", "name": "Rex", "owner": None},
    },
    Moment: {
        "at": "2026-01-31T18:00:00Z",
        "id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "daily": "18:00:00",
    },
    Size: {"width": 1, "name": "l", "marks": [1, 2.5]},
}


@pytest.mark.parametrize("kind", GOOD, ids=str)
@given(data=st.data())
@PATIENT
def test_what_a_type_refuses_is_refused_first(kind, data):
    value = data.draw(spoilt(GOOD[kind]))
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        assert check(asked(kind), value)


def test_the_good_ones_are_good():
    for kind, value in GOOD.items():
        TypeAdapter(kind).validate_python(value)
        assert check(asked(kind), value) == ()


@given(made=st.lists(st.sampled_from(DECISIONS), min_size=1, max_size=20))
@settings(PATIENT, max_examples=15)
def test_the_middleware_takes_any_decisions_on_any_number_of_calls(made):
    agent = Agent(InMemorySaver(), "batched", len(made))
    (question,) = agent.questions()
    choices = [choice(decision, number) for number, decision in enumerate(made)]
    agent.answer({question.interrupt.id: encode(question, choices)})
    assert sorted(agent.sent, key=str) == sorted(expected_calls(made), key=str)


GIVEN = {"decisions": [{"type": "approve"}, {"type": "respond", "message": "x"}]}


@pytest.mark.parametrize("mode", ["batched", "per_call"])
@given(data=st.data())
@settings(PATIENT, max_examples=25)
def test_what_the_middleware_refuses_is_refused_first(mode, data):
    batched = mode == "batched"
    agent = Agent(InMemorySaver(), mode, 2 if batched else 1)
    (question,) = agent.questions()
    edit = {"type": "edit", "edited_action": {"name": "send", "args": {"to": "a", "count": 1}}}
    value = data.draw(spoilt(GIVEN if batched else edit))
    if not check(question, value):
        agent.answer({question.interrupt.id: value})
        assert agent.graph.get_state(CONFIG).next == ()


ALLOWED = ["allow_ignore", "allow_respond", "allow_edit", "allow_accept"]


@given(
    st.sets(st.sampled_from(ALLOWED), min_size=1),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3) | st.integers(), max_size=3),
)
@PATIENT
def test_a_human_response_of_langgraph_is_what_the_inbox_gets(allowed, args):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from langgraph.prebuilt.interrupt import ActionRequest, HumanInterrupt, HumanResponse
    request = HumanInterrupt(
        action_request=ActionRequest(action="mail", args=args),
        config={name: name in allowed for name in ALLOWED},
        description="A mail",
    )
    question = read(Interrupt("1", [request]))
    names = {"ignore": {}, "response": {"message": "x"}, "edit": args, "accept": {}}
    for decision in question.actions[0].decisions:
        (response,) = encode(question, [Choice(decision.name, names[decision.name])])
        assert TypeAdapter(HumanResponse).validate_python(response) == response
    assert len(question.actions[0].decisions) == len(allowed)
