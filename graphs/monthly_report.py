"""A node that fails without having asked anything: there is no question, only *retry*.

It reads the month's numbers, one a line, from the file that the state names; without that file it
raises `FileNotFoundError`. Once the file is there, a retry finishes the thread.
"""

from pathlib import Path
from typing import TypedDict

from langgraph.graph import START, StateGraph


class State(TypedDict, total=False):
    """The graph state."""

    month: str
    file: str
    total: float


def is_there(file: str) -> bool:
    """Whether the numbers have come."""
    return Path(file).exists()


def collect(state: State) -> State:
    print(f"> Reading the numbers of {state['month']}")
    if not is_there(state["file"]):
        raise FileNotFoundError(f"No numbers yet: they are expected in the file {state['file']}")
    return {"total": sum(float(number) for number in Path(state["file"]).read_text().split())}


builder = StateGraph(State)
builder.add_node("collect", collect)
builder.add_edge(START, "collect")
graph = builder.compile()
