"""Asks what to do, then does it: each way in which a node can behave, well or badly."""

import ctypes
import logging
import os
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path
from typing import Any, TypedDict

from langgraph.config import get_config, get_stream_writer
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt


class State(TypedDict, total=False):
    done: Any


def speak() -> None:
    print("first")
    os.write(1, b"raw\n")
    get_stream_writer()({"step": 1})
    print("second")
    subprocess.run(["echo", "child"], check=True)
    logging.getLogger("speaker").info("logged %d", 1)
    print("third", file=sys.stderr)
    warnings.warn("take care", stacklevel=1)
    print("no newline", end="")


def flood() -> None:
    for number in range(100_000):
        print("line", number)


def fail() -> None:
    try:
        {}["missing"]
    except KeyError as error:
        raise ValueError("cannot \x1b[31m go on \ud800") from error


def spin() -> None:
    while True:
        pass


def stubborn() -> None:
    while True:
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            print("not yet")


def hold_the_lock() -> None:
    sum(range(10**14))


def write_in_c() -> None:
    text = b"x" * 4_000_000
    ctypes.PyDLL(None).write(1, text, len(text))


def crash() -> None:
    print("about to crash")
    ctypes.string_at(0)


def leave() -> None:
    print("leaving", end="")
    os.write(1, b", bye")
    os._exit(3)


def linger() -> None:
    threading.Thread(target=time.sleep, args=(60,)).start()


def leave_a_child() -> None:
    subprocess.Popen(["sleep", "300"])


def keep_a_child() -> None:
    subprocess.run(["sleep", "300"], check=True)


def awkward() -> Any:
    class Rude:
        def __str__(self) -> str:
            raise RuntimeError("never")

    loop: list[Any] = []
    loop.append(loop)
    huge = "x" * 1_000_000
    return {"set": {1}, 2: b"\xff", "nan": float("nan"), "loop": loop, "rude": Rude(), "big": huge}


ACTIONS = {
    "speak": speak,
    "flood": flood,
    "fail": fail,
    "spin": spin,
    "sleep": lambda: time.sleep(1e6),
    "stubborn": stubborn,
    "hold the lock": hold_the_lock,
    "write in C": write_in_c,
    "crash": crash,
    "leave": leave,
    "exit": lambda: sys.exit(4),
    "read": input,
    "linger": linger,
    "leave a child": leave_a_child,
    "keep a child": keep_a_child,
    "tell awkward things": lambda: get_stream_writer()(awkward()),
    "tell the world": lambda: print(
        os.getcwd(), os.environ.get("RUNNER_TEST_WORD"), os.getpid(), os.nice(0)
    ),
    "tell the config": lambda: print(get_config()["configurable"].get("tenant")),
    "wait": lambda: time.sleep(0.3),
}


def act(state: State) -> State:
    what = interrupt({"question": "What?"})
    if action := ACTIONS.get(what if isinstance(what, str) else ""):
        if begun := os.environ.get("RUNNER_TEST_BEGUN"):
            Path(begun).write_text(what)
        action()
    return {"done": what}


def after(state: State) -> None:
    print("after")


builder = StateGraph(State)
builder.add_node("act", act)
builder.add_node("after", after)
builder.add_edge(START, "act")
builder.add_edge("act", "after")
graph = builder.compile()
