"""A validation loop: a bad answer is not an error, the question is asked again.

`Command(goto="node")` sends the run back to the node that asked. It is a new task by then, so the
question comes under a new interrupt id. A whole number from 0 up ends the loop: `5`, not `"5"`.

Declared as a builder: whoever loads the graph compiles it.
"""

from collections import Counter
from typing import Literal, TypedDict

from langchain_core.runnables import RunnableConfig
from langgraph.graph import START, StateGraph
from langgraph.types import Command, interrupt


class State(TypedDict, total=False):
    """The graph state."""

    foo: str
    human_value: int


entered: Counter[str] = Counter()


def node(state: State, config: RunnableConfig) -> Command[Literal["node", "__end__"]]:
    thread = str(config["configurable"]["thread_id"])
    entered[thread] += 1
    print(f"> Entered the node: {entered[thread]} # of times")
    answer = interrupt("What is your age?")
    if not isinstance(answer, int) or isinstance(answer, bool) or answer < 0:
        print(f"> {answer!r} is no age: asking again")
        return Command(goto="node")
    return Command(update={"human_value": answer}, goto="__end__")


builder = StateGraph(State)
builder.add_node("node", node)
builder.add_edge(START, "node")
