"""Asks, then computes in pure Python for as long as it was told: the worst neighbour of a screen.

Answer `"spin"`. `seconds` in the input is how long it spins, or `cpu` how long it computes, not
counting the time in which others have the processor.
"""

import time
from typing import TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import interrupt


class State(TypedDict, total=False):
    """The graph state; `rounds` is how often the loop went round."""

    name: str
    seconds: float
    cpu: float
    rounds: int


def spin(state: State) -> State:
    interrupt({"question": f"Spin {state['name']}?", "options": ["spin", "stop"]})
    clock, length = time.monotonic, state.get("seconds", 0.0)
    if "cpu" in state:
        clock, length = time.thread_time, state["cpu"]
    rounds, end = 0, clock() + length
    while clock() < end:
        rounds += 1
    return {"rounds": rounds}


builder = StateGraph(State)
builder.add_node("spin", spin)
builder.add_edge(START, "spin")
graph = builder.compile()
