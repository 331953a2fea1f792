"""An `async def` node that asks with a dict: any JSON may be a question, and an answer.

Answer with an object, `{"desk": "4.12", "keycard": true}`, or with whatever you like: what comes
back is kept as it is, so that a number stays a number.

Declared as an async factory: a coroutine function that returns the graph.
"""

import asyncio
from typing import Any, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import interrupt


class State(TypedDict, total=False):
    """The graph state."""

    person: dict[str, Any]  # what is known so far
    missing: list[str]
    answer: Any


async def complete(state: State) -> State:
    await asyncio.sleep(0)
    value = {"known": state["person"], "missing": state["missing"]}
    answer = interrupt(value)
    print(f"> {state['person']['name']} starts with {answer!r}")
    return {"answer": answer}


async def make_graph() -> CompiledStateGraph[State, None, State, State]:
    """The graph, made anew for each caller."""
    await asyncio.sleep(0)
    builder = StateGraph(State)
    builder.add_node("complete", complete)
    builder.add_edge(START, "complete")
    return builder.compile()
