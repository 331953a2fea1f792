"""A question in a subgraph, and two in parallel branches beside it."""

from operator import add
from typing import Annotated, Any, TypedDict

from langgraph.config import get_stream_writer
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt


class State(TypedDict, total=False):
    heard: Annotated[list[Any], add]


def deep(state: State) -> State:
    heard = interrupt("deep?")
    get_stream_writer()("from the deep")
    return {"heard": [heard]}


def left(state: State) -> State:
    return {"heard": [interrupt("left?")]}


def right(state: State) -> State:
    return {"heard": [interrupt("right?")]}


inner = StateGraph(State)
inner.add_node("deep", deep)
inner.add_edge(START, "deep")

builder = StateGraph(State)
builder.add_node("inner", inner.compile())
builder.add_node("left", left)
builder.add_node("right", right)
builder.add_edge(START, "inner")
builder.add_edge(START, "left")
builder.add_edge(START, "right")
graph = builder.compile()
