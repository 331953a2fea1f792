"""Short steps, one after the other; or two nodes side by side that never end."""

import time
from pathlib import Path
from typing import Literal, TypedDict

from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command

State = TypedDict("State", {"step": int, "while": str}, total=False)


def walk(state: State) -> Command[Literal["walk", "__end__"]]:
    """Goes on for as long as there is a file of this name."""
    time.sleep(0.1)
    step = state.get("step", 0) + 1
    return Command(update={"step": step}, goto="walk" if Path(state["while"]).exists() else END)


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
