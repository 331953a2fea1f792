"""A typed answer: `response_schema` tells what the answer must look like.

The Pydantic model is stored with the question as JSON Schema, so a form can be made of it without
this code. LangGraph checks the answer before it keeps it: a bad one raises, the question stays
open. Answer: `{"approved": true, "amount": 120.0, "method": "card"}`, with an optional `note`.
"""

from typing import Literal, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import interrupt
from pydantic import BaseModel, Field


class Verdict(BaseModel):
    """What the clerk decides."""

    approved: bool = Field(description="Does the customer get money back?")
    amount: float = Field(ge=0, le=10_000, description="How much, in euros")
    method: Literal["card", "bank transfer", "voucher"] = "card"
    note: str | None = Field(default=None, max_length=500, description="Told to the customer")


class State(TypedDict, total=False):
    """The graph state; amounts in euros."""

    customer: str
    order: str
    amount: float
    reason: str
    outcome: str


def review(state: State) -> State:
    question = {
        "question": f"Refund {state['amount']:.2f} to {state['customer']}?",
        "order": state["order"],
        "reason": state["reason"],
    }
    verdict = interrupt(question, response_schema=Verdict)
    if not verdict.approved:
        return {"outcome": "declined"}
    print(f"> Refunding {verdict.amount:.2f} by {verdict.method}")
    return {"outcome": f"refunded {verdict.amount:.2f} by {verdict.method}"}


builder = StateGraph(State)
builder.add_node("review", review)
builder.add_edge(START, "review")
graph = builder.compile()
