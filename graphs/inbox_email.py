"""The Agent Inbox's shape: a list of one `{action_request, config, description}`.

Answer with a list of one: `[{"type": "accept", "args": null}]`, `[{"type": "edit", "args":
{"action": "reply", "args": {…}}}]`, `[{"type": "response", "args": "what to do instead"}]`,
`[{"type": "ignore", "args": null}]`. A response makes the graph draft again, and ask again.
"""

from typing import Any, Literal, TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import Command, interrupt


class State(TypedDict, total=False):
    """The graph state."""

    sender: str
    subject: str
    text: str
    draft: str
    outcome: str


def reply(state: State) -> Command[Literal["reply", "__end__"]]:
    action = {"to": state["sender"], "subject": f"Re: {state['subject']}", "body": state["draft"]}
    config = dict.fromkeys(("allow_ignore", "allow_respond", "allow_edit", "allow_accept"), True)
    request: dict[str, Any] = {
        "action_request": {"action": "reply", "args": action},
        "config": config,
        "description": f"# {state['subject']}\n\n**{state['sender']}** wrote:\n\n{state['text']}",
    }
    answer = interrupt([request])[0]
    if answer["type"] == "ignore":
        return Command(update={"outcome": "ignored"}, goto="__end__")
    if answer["type"] == "response":
        return Command(update={"draft": f"{state['draft']}\n\n{answer['args']}"}, goto="reply")
    mail = answer["args"]["args"] if answer["type"] == "edit" else action
    print(f"> Replying to {mail['to']}: {mail['subject']}")
    return Command(update={"outcome": f"replied: {mail['body']}"}, goto="__end__")


builder = StateGraph(State)
builder.add_node("reply", reply)
builder.add_edge(START, "reply")
graph = builder.compile()
