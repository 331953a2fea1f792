"""Asks with a payload that is far too much for a screen; `shape` in the input says which one."""

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import interrupt

_DEEPEST = 200  # levels, of each of many


class State(TypedDict, total=False):
    """The graph state."""

    name: str
    shape: str


def _nested() -> Any:
    value: Any = "the bottom"
    for _ in range(_DEEPEST):
        value = [value]
    return value


SHAPES: Mapping[str, Callable[[], Any]] = {
    "50 MB in one text": lambda: "word " * 10_000_000,
    "a million keys": lambda: {f"key {number}": number for number in range(1_000_000)},
    "nested 200 deep, 2,000 times": lambda: [_nested() for _ in range(2_000)],
    "5 MB in one line": lambda: "x" * 5_000_000,
}
"""What is asked with, by its name."""


def heavy(state: State) -> State:
    interrupt({"question": f"Heavy {state['name']}?", "payload": SHAPES[state["shape"]]()})
    return {}


builder = StateGraph(State)
builder.add_node("heavy", heavy)
builder.add_edge(START, "heavy")
graph = builder.compile()
