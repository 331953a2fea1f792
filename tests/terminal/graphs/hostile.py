"""Says, asks, logs and raises what a terminal would act on, wherever a graph can."""

import logging
import os
import sys
from typing import Any, TypedDict

from langgraph.config import get_stream_writer
from langgraph.graph import START, StateGraph
from langgraph.types import interrupt

ANSWERED = "\x1b[>q\x1b[6n\x1b[c"  # a terminal replies to these
COMMANDS = "\x1b]52;c;aGE=\x07\x1b]0;owned\x07\x1b]8;;http://x\x1b\\"
C1 = "\x9b31m\x9d0;owned\x9c\x1bP+q\x1b\\"
HIDDEN = "\x00\x08\x7f\u202egnp\u202c\u200b\u2066\ufeff"
MARKUP = "[/foo][@click=app.quit]x[/] [b] list[str] \\["
EVIL = f"evil {MARKUP}{ANSWERED}{COMMANDS}{C1}{HIDDEN}"
TALKER = f"talk {MARKUP}\x1b[>q\x07\u202e"


class State(TypedDict, total=False):
    """The graph state."""

    said: Any


def ask(state: State) -> State:
    question = {"question": EVIL, EVIL: [EVIL, {EVIL: EVIL}], "options": ["go", EVIL]}
    return {"said": interrupt(question)}


def talk(state: State) -> State:
    print(EVIL)
    print(EVIL, file=sys.stderr, flush=True)
    os.write(1, EVIL.encode() + b"\xff\xfe\n")
    logging.getLogger(EVIL).error("%s\ud800", EVIL)
    get_stream_writer()({EVIL: EVIL})
    return {"said": EVIL}


def ask_again(state: State) -> State:
    action = {"name": EVIL, "args": {EVIL: EVIL}, "description": EVIL}
    review = {"action_name": EVIL, "allowed_decisions": ["approve"]}
    interrupt({"action_requests": [action], "review_configs": [review]})
    raise ValueError(f"{EVIL}\ud800")


builder = StateGraph(State)
builder.add_node("ask", ask)
builder.add_node(TALKER, talk)
builder.add_node("ask_again", ask_again)
builder.add_edge(START, "ask")
builder.add_edge("ask", TALKER)
builder.add_edge(TALKER, "ask_again")
graph = builder.compile()


def pay(state: State) -> State:
    action = {"name": f"pay {ANSWERED}", "args": {"to": ANSWERED}}
    review = {"action_name": action["name"], "allowed_decisions": ["approve", "reject"]}
    return {"said": interrupt({"action_requests": [action], "review_configs": [review]})}


asks = StateGraph(State).add_node("pay", pay).add_edge(START, "pay").compile()
