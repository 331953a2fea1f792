"""Several questions at once: parallel branches, two in a row in one node, one in a subgraph.

`flight`, `hotel` and `traveller` run side by side and each asks, so three questions are open, to
be answered in any order. `traveller` asks a second one after the first. `hotel` is a graph of its
own: its question is asked by `hotel › choose`. When all is answered, `book` sums up.
Answer `flight` and `hotel` with one of the options, `traveller` with text.
"""

from typing import TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import interrupt


class State(TypedDict, total=False):
    """The graph state."""

    city: str
    flight: str
    room: str
    traveller: str
    outcome: str


class Room(TypedDict):
    """What the hotel's graph gives back."""

    room: str


def flight(state: State) -> State:
    options = ["07:10 direct", "09:45 via Zürich", "train"]
    question = f"Which way to {state['city']}?"
    return {"flight": interrupt({"question": question, "options": options})}


def choose(state: State) -> State:
    options = ["single", "double", "quiet side"]
    question = f"Which room in {state['city']}?"
    return {"room": interrupt({"question": question, "options": options})}


def traveller(state: State) -> State:
    name = interrupt("Name as in the passport?")
    seat = interrupt(f"Where does {name} like to sit?")
    return {"traveller": f"{name}, {seat}"}


def book(state: State) -> State:
    outcome = f"{state['traveller']}: {state['flight']} to {state['city']}, {state['room']}"
    print(f"> Booked {outcome}")
    return {"outcome": outcome}


hotel = StateGraph(State, output_schema=Room)
hotel.add_node("choose", choose)
hotel.add_edge(START, "choose")

builder = StateGraph(State)
builder.add_node("flight", flight)
builder.add_node("hotel", hotel.compile())
builder.add_node("traveller", traveller)
builder.add_node("book", book)
for branch in ("flight", "hotel", "traveller"):
    builder.add_edge(START, branch)
builder.add_edge(["flight", "hotel", "traveller"], "book")
graph = builder.compile()
