"""Stops before `work` without a question, then asks one."""

from typing import TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import interrupt


class State(TypedDict, total=False):
    x: str


def work(state: State) -> State:
    return {"x": interrupt("Sure?")}


builder = StateGraph(State)
builder.add_node("work", work)
builder.add_edge(START, "work")
graph = builder.compile(interrupt_before=["work"])
