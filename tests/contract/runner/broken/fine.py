"""A graph that is well, among things that are none."""

from typing import Any, TypedDict

from langgraph.graph import START, StateGraph

number = 5


class State(TypedDict, total=False):
    x: int


def factory() -> Any:
    raise ConnectionError("no database")


builder = StateGraph(State)
builder.add_node("alone", lambda state: state)

whole = StateGraph(State)
whole.add_node("step", lambda state: state)
whole.add_edge(START, "step")
graph = whole.compile()
