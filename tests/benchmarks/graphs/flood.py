"""Asks, then prints lines at a steady rate for as long as it was told.

Answer `"flood"`. `seconds` in the input is how long, `rate` how many lines a second.
"""

import time
from typing import TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import interrupt

_SLICE = 0.02  # seconds


class State(TypedDict, total=False):
    """The graph state; `lines` is how many were printed."""

    name: str
    seconds: float
    rate: int
    lines: int


def flood(state: State) -> State:
    interrupt({"question": f"Flood {state['name']}?", "options": ["flood", "stop"]})
    begun, lines = time.monotonic(), 0
    while (passed := time.monotonic() - begun) < state["seconds"]:
        due = int(passed * state["rate"])
        for number in range(lines, due):
            print(f"line {number} of many that a graph prints while somebody works")
        lines = due
        time.sleep(_SLICE)
    return {"lines": lines}


builder = StateGraph(State)
builder.add_node("flood", flood)
builder.add_edge(START, "flood")
graph = builder.compile()
