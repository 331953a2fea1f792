"""Asks for an answer of a certain shape, which LangGraph checks itself."""

from typing import TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
from pydantic import BaseModel


class Answer(BaseModel):
    amount: int


class State(TypedDict, total=False):
    amount: int


def ask(state: State) -> State:
    return {"amount": interrupt("How much?", response_schema=Answer).amount}


builder = StateGraph(State)
builder.add_node("ask", ask)
builder.add_edge(START, "ask")
graph = builder.compile()
