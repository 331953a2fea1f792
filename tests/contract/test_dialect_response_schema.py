"""`interrupt(…, response_schema=…)`: what the form gives is what the graph receives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, NotRequired

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import StateGraph
from langgraph.types import Command, interrupt
from pydantic import BaseModel, Field, ValidationError
from typing_extensions import TypedDict

from hitl_tui.errors import AnswerRefused
from hitl_tui.model.question import Choice, FieldKind, Question
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.read import check, encode, read

CONFIG: Any = {"configurable": {"thread_id": "1"}}


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Address(BaseModel):
    street: str
    zip: str | None = None


class Refund(BaseModel):
    amount: float = Field(ge=0, le=500, description="How much to pay back")
    reason: str = Field(min_length=3)
    colour: Colour = Colour.RED
    tags: list[Literal["late", "broken"]] = []
    on: date
    address: Address
    times: int | None


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    name: str


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]


class Ticket(TypedDict):
    title: str
    urgent: NotRequired[bool]


@dataclass
class Size:
    width: int
    height: int = 3
    marks: list[int] = field(default_factory=list)


AGE: dict[str, Any] = {
    "type": "object",
    "properties": {"age": {"type": "integer", "minimum": 0}},
    "required": ["age"],
    "additionalProperties": False,
}
REFUND = {
    "amount": 12.5,
    "reason": "it broke",
    "colour": "blue",
    "tags": ["late"],
    "on": "2026-01-31",
    "address.street": "Main",
    "address.zip": "123",
    "times": 3,
}


class State(TypedDict, total=False):
    got: Any


class Asking:
    """A graph on a real file that asks once, and keeps what it was answered."""

    def __init__(self, saver: Any, schema: Any, value: Any = "Well?") -> None:
        self.got: list[Any] = []

        def ask(state: State) -> State:
            self.got.append(interrupt(value, response_schema=schema))
            return {}

        builder = StateGraph(State).add_node("ask", ask)
        self.graph: Any = builder.set_entry_point("ask").compile(checkpointer=saver)
        self.graph.invoke({}, CONFIG)

    def question(self) -> Question:
        (asked,) = self.graph.get_state(CONFIG).interrupts
        return read(Interrupt(asked.id, asked.value, response_schema=asked.response_schema))

    def answer(self, value: Any) -> Any:
        self.graph.invoke(Command(resume={self.question().interrupt.id: value}), CONFIG)
        return self.got[-1]


@pytest.fixture
def saver(tmp_path):
    with SqliteSaver.from_conn_string(str(tmp_path / "checkpoints.sqlite")) as made:
        yield made


ANSWERS = [
    (Cat, "answer", {"lives": 9}, Cat(lives=9)),
    (Pet, "cat", {"lives": 9}, Cat(lives=9)),
    (Pet, "dog", {"name": "Rex"}, Dog(name="Rex")),
    (Cat | Dog | None, "nothing", {}, None),
    (Ticket, "answer", {"title": "x"}, {"title": "x"}),
    (Ticket, "answer", {"title": "x", "urgent": False}, {"title": "x", "urgent": False}),
    (Size, "answer", {"width": 2}, Size(2)),
    (Size, "answer", {"width": 2, "height": 0, "marks": [1]}, Size(2, 0, [1])),
    (int, "answer", {"value": 3}, 3),
    (int | None, "answer", {}, None),
    (bool, "answer", {"value": False}, False),
    (int | str, "answer", {"value": "3"}, "3"),
    (int | str, "answer", {"value": 3}, 3),
    (Literal["a", "b"], "answer", {"value": "b"}, "b"),
    (list[int], "answer", {"value": [1, 2]}, [1, 2]),
    (dict[str, Any], "answer", {"value": {"a": {"b": 1}}}, {"a": {"b": 1}}),
    (dict[str, int], "answer", {"value": {"a": 1}}, {"a": 1}),
    (list[Pet], "answer", {"value": [{"kind": "cat", "lives": 9}]}, [Cat(lives=9)]),
    (list[int] | str, "array", {"value": [1]}, [1]),
    (list[int] | str, "string", {"value": "x"}, "x"),
    (AGE, "answer", {"age": 0}, {"age": 0}),
    ({"type": "string"}, "answer", {"value": ""}, ""),
    ({"type": "null"}, "answer", {"value": None}, None),
    ({}, "answer", {"value": {}}, {}),
]


@pytest.mark.parametrize(("schema", "decision", "values", "received"), ANSWERS)
def test_the_graph_receives_what_was_typed(saver, schema, decision, values, received):
    asking = Asking(saver, schema)
    got = asking.answer(encode(asking.question(), [Choice(decision, values)]))
    assert got == received
    assert type(got) is type(received)


def test_a_model_of_many_kinds_of_fields_is_filled_in(saver):
    asking = Asking(saver, Refund, {"question": "Refund?", "order": 7})
    question = asking.question()
    assert (question.title, dict(question.actions[0].facts)) == ("Refund?", {"order": 7})
    got = asking.answer(encode(question, [Choice("answer", REFUND)]))
    assert got == Refund(
        amount=12.5,
        reason="it broke",
        colour=Colour.BLUE,
        tags=["late"],
        on=date(2026, 1, 31),
        address=Address(street="Main", zip="123"),
        times=3,
    )


def test_its_fields_are_typed_by_the_model(saver):
    (action,) = Asking(saver, Refund).question().actions
    kinds = {field.name: field.kind for field in action.decisions[0].fields}
    assert kinds == {
        "amount": FieldKind.NUMBER,
        "reason": FieldKind.LINES,
        "colour": FieldKind.CHOICE,
        "tags": FieldKind.CHOICES,
        "on": FieldKind.TEXT,
        "address.street": FieldKind.TEXT,
        "address.zip": FieldKind.TEXT,
        "times": FieldKind.INTEGER,
    }


WRONG = [
    ({"amount": 501}, "amount: must be at most 500"),
    ({"amount": -1}, "amount: must be at least 0"),
    ({"amount": "12"}, "amount: must be a number"),
    ({"reason": "no"}, "reason: must have at least 3 characters"),
    ({"colour": "pink"}, "colour: must be one of the choices"),
    ({"tags": ["lost"]}, "tags: must be a list of the choices"),
    ({"on": "31.1.2026"}, "on: must be a date such as 2026-01-31"),
    ({"address.street": None}, "address.street: must be a text"),
    ({"times": 1.5}, "times: must be a whole number"),
    ({"nonsense": 1}, "nonsense: is no field here; these are: " + ", ".join(REFUND)),
]


@pytest.mark.parametrize(("change", "problem"), WRONG)
def test_a_wrong_field_is_refused_in_words(saver, change, problem):
    question = Asking(saver, Refund).question()
    with pytest.raises(AnswerRefused) as refused:
        encode(question, [Choice("answer", REFUND | change)])
    assert [str(each) for each in refused.value.problems] == [problem]


REFUSED = [
    (Refund, {}),
    (Refund, {"amount": 1}),
    (Cat, {"lives": "nine"}),
    (Pet, {"kind": "cow"}),
    (Pet, {"kind": "dog"}),
    (Pet, {"name": "Rex"}),
    (Ticket, {"urgent": True}),
    (Size, {"width": None}),
    (int, "three"),
    (int, None),
    (Literal["a", "b"], "c"),
    (list[int], [1, "x"]),
]


@pytest.mark.parametrize(("schema", "value"), REFUSED)
def test_what_the_graph_refuses_is_refused_first(saver, schema, value):
    asking = Asking(saver, schema)
    assert check(asking.question(), value)
    with pytest.raises(ValidationError):
        asking.answer(value)


def test_a_plain_schema_is_enforced_though_langgraph_does_not(saver):
    asking = Asking(saver, AGE)
    assert [str(each) for each in check(asking.question(), {"age": -1})] == [
        "age: must be at least 0"
    ]
    assert asking.answer({"age": -1}) == {"age": -1}
