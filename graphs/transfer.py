"""A node that fails *after* it took the answer, as when a bank's gateway is down.

LangGraph keeps the answer: the question still shows, but every later answer is ignored and the
first one is used again. So approve, outage, reject … and the approval runs. The gateway is up once
a file exists: `TRANSFER_GATEWAY` names it, by default `hitl-tui-bank-is-open` in the folder for
temporary files. The error says which file it is. Answer with `"approve"` or `"reject"`.
"""

import os
import tempfile
from pathlib import Path
from typing import TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import interrupt


class State(TypedDict, total=False):
    """The graph state; amounts in whole euros."""

    to: str
    iban: str
    amount: int
    purpose: str
    outcome: str


def gateway() -> Path:
    """The file whose existence opens the bank."""
    default = Path(tempfile.gettempdir()) / "hitl-tui-bank-is-open"
    return Path(os.environ.get("TRANSFER_GATEWAY") or default)


def is_open() -> bool:
    """Whether the bank takes orders now."""
    return gateway().exists()


def wire(state: State) -> State:
    question = {
        "question": f"Wire {state['amount']:,} to {state['to']}?",
        "iban": state["iban"],
        "purpose": state["purpose"],
        "options": ["approve", "reject"],
    }
    if interrupt(question) != "approve":
        return {"outcome": "rejected"}
    print(f"> Sending {state['amount']:,} to {state['iban']}")
    if not is_open():
        raise ConnectionError(f"The bank does not answer; it will once the file {gateway()} exists")
    return {"outcome": f"wired {state['amount']:,}"}


builder = StateGraph(State)
builder.add_node("wire", wire)
builder.add_edge(START, "wire")
graph = builder.compile()
