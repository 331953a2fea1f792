"""Asks, then does what cannot be undone: a line in a file, which tests count.

`FILE.down` beside the file makes the node fail after its effect, `FILE.hang` makes it wait there;
`FILE.before` and `FILE.after` kill its process before the effect and after it. What it asks stands
in `FILE.question`, if there is such a file.
"""

import os
import signal
import time
from pathlib import Path
from typing import Any, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import interrupt


class State(TypedDict, total=False):
    effects: str
    answer: Any


def act(state: State) -> State:
    answer = interrupt({"question": _question(state)})
    _die(state, "before")
    with open(state["effects"], "a") as file:
        file.write(f"{answer}\n")
    _die(state, "after")
    print("done")
    if Path(f"{state['effects']}.down").exists():
        raise ConnectionError("the service is down")
    while Path(f"{state['effects']}.hang").exists():
        time.sleep(0.02)
    return {"answer": answer}


def _question(state: State) -> str:
    file = Path(f"{state['effects']}.question")
    return file.read_text() if file.exists() else "What?"


def _die(state: State, when: str) -> None:
    if Path(f"{state['effects']}.{when}").exists():
        os.kill(os.getpid(), signal.SIGKILL)


def act_twice(state: State) -> State:
    first = interrupt({"question": "What?"})
    if Path(f"{state['effects']}.down").exists():
        raise ConnectionError("the service is down")
    second = interrupt({"question": "And then?"})
    return {"answer": [first, second]}


def compiled(name: str, node: Any) -> Any:
    builder = StateGraph(State)
    builder.add_node(name, node)
    builder.add_edge(START, name)
    return builder.compile()


def ask(state: State) -> State:
    interrupt({"question": "What?"})
    return {}


def side_by_side() -> Any:
    """Two nodes that ask at the same time."""
    builder = StateGraph(State)
    for name in ("left", "right"):
        builder.add_node(name, ask)
        builder.add_edge(START, name)
    return builder.compile()


both = side_by_side()
graph = compiled("act", act)
twice = compiled("act", act_twice)
renamed = compiled("other", act)
