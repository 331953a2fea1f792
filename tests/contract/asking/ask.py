"""A graph that asks what its input says, all at once, and keeps what it is answered."""

from __future__ import annotations

import operator
from typing import Annotated, Any, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import Send, interrupt


class State(TypedDict, total=False):
    questions: dict[str, Any]
    received: Annotated[dict[str, Any], operator.or_]


class One(TypedDict):
    name: str
    payload: Any
    schema: Any


def ask(one: One) -> State:
    answer = interrupt(one["payload"], response_schema=one["schema"])
    return {"received": {one["name"]: answer}}


def each(state: State) -> list[Send]:
    return [
        Send("ask", {"name": name, "payload": asked["payload"], "schema": asked.get("schema")})
        for name, asked in state["questions"].items()
    ]


builder = StateGraph(State)
builder.add_node("ask", ask)
builder.add_conditional_edges(START, each, ["ask"])
graph = builder.compile()
