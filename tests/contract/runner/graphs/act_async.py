"""The same with an `async def` node, beside a plain one."""

import asyncio
import os
from pathlib import Path
from typing import Any, TypedDict

from langgraph.config import get_stream_writer
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt


class State(TypedDict, total=False):
    done: Any


async def act(state: State) -> State:
    what = interrupt({"question": "What?"})
    if what == "speak":
        print("first")
        get_stream_writer()({"step": 1})
        print("second")
        await asyncio.sleep(0)
    if what == "hang":
        if begun := os.environ.get("RUNNER_TEST_BEGUN"):
            Path(begun).write_text(what)
        await asyncio.Event().wait()
    if what == "fail":
        raise ValueError("async failure")
    return {"done": what}


def after(state: State) -> None:
    print("after")


builder = StateGraph(State)
builder.add_node("act", act)
builder.add_node("after", after)
builder.add_edge(START, "act")
builder.add_edge("act", "after")
graph = builder.compile()
