"""Ask and resume: the smallest graph that waits for a person.

`interrupt("what is your age?")` stops the run. Whoever answers gives any value back, and LangGraph
runs the node again *from its top*, with `interrupt` returning that value: so the first line below
is printed once more. The count is kept per thread, in this process: a worker that is started
later begins at 1 again, which shows how little of a node survives an interrupt.
"""

from collections import Counter
from typing import TypedDict

from langchain_core.runnables import RunnableConfig
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt


class State(TypedDict, total=False):
    """The graph state."""

    foo: str
    human_value: object  # the answer, of whatever type it came


entered: Counter[str] = Counter()


def node(state: State, config: RunnableConfig) -> State:
    thread = str(config["configurable"]["thread_id"])
    entered[thread] += 1
    print(f"> Entered the node: {entered[thread]} # of times")
    answer = interrupt("what is your age?")
    print(f"> Received an input from the interrupt: {answer}")
    return {"human_value": answer}


builder = StateGraph(State)
builder.add_node("node", node)
builder.add_edge(START, "node")
graph = builder.compile()
