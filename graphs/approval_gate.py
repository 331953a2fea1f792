"""A static breakpoint: the run stops before a node, and asks nothing.

`interrupt_before` is set when the graph is compiled. There is no question to answer, only a next
node: *continue* runs it. (`interrupt()` in a node is the better tool for asking a person.)
"""

from typing import TypedDict

from langgraph.graph import START, StateGraph


class State(TypedDict, total=False):
    """The graph state."""

    article: str
    draft: str
    published: bool


def write(state: State) -> State:
    print(f"> Drafting {state['article']}")
    return {"draft": f"# {state['article']}\n\nA first draft."}


def publish(state: State) -> State:
    print(f"> Publishing {state['article']}")
    return {"published": True}


builder = StateGraph(State)
builder.add_node("write", write)
builder.add_node("publish", publish)
builder.add_edge(START, "write")
builder.add_edge("write", "publish")
graph = builder.compile(interrupt_before=["publish"])
