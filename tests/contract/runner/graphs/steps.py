"""A hundred short steps, one after the other; or two nodes side by side that never end."""

import time
from typing import Literal, TypedDict

from langgraph.config import get_stream_writer
from langgraph.graph import START, StateGraph
from langgraph.types import Command


class State(TypedDict, total=False):
    step: int


def walk(state: State) -> Command[Literal["walk", "__end__"]]:
    time.sleep(0.1)
    step = state.get("step", 0) + 1
    return Command(update={"step": step}, goto="walk" if step < 20 else "__end__")


def for_ever(state: State) -> None:
    get_stream_writer()("begun")
    while True:
        pass


walking = StateGraph(State)
walking.add_node("walk", walk)
walking.add_edge(START, "walk")
graph = walking.compile()

spinning = StateGraph(State)
spinning.add_node("left", for_ever)
spinning.add_node("right", for_ever)
spinning.add_edge(START, "left")
spinning.add_edge(START, "right")
parallel = spinning.compile()
