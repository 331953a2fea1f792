"""Threads with far too much to read, made by real runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import Send, interrupt


class State(TypedDict):
    """Nothing but a place for the answer."""

    answer: str


def ask(saver: Any, name: str, values: Sequence[Any], *, carried: str = "") -> None:
    """Run a thread that asks each value in a task of its own, with a text in its state."""
    graph(saver, values).invoke({"answer": carried}, config(name))


def graph(saver: Any, values: Sequence[Any]) -> Any:
    """The graph of such a thread."""
    built = StateGraph(State)
    built.add_node("ask", lambda at: {"answer": str(interrupt(values[at["at"]]))})
    built.add_conditional_edges(
        START, lambda state: [Send("ask", {"at": at}) for at in range(len(values))], ["ask"]
    )
    return built.compile(checkpointer=saver)


def config(name: str) -> Any:
    """What names a thread to its graph."""
    return {"configurable": {"thread_id": name}}
