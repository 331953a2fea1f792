"""Agent Inbox's request, LangGraph's prebuilt `HumanInterrupt`: one action to accept or change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hitl_tui.model.question import Field, FieldKind
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.dialect import Dialect, Reading, Topic, Way
from hitl_tui.questions.fields import form_of_value
from hitl_tui.questions.form import Form, Path, Slot
from hitl_tui.questions.langchain import SOME_TEXT, TEXT, closed
from hitl_tui.questions.payload import headline, is_record, not_text, pick, rest

ALLOWED = {
    "accept": "allow_accept",
    "edit": "allow_edit",
    "response": "allow_respond",
    "ignore": "allow_ignore",
}


class AgentInbox(Dialect):
    """Goes back: a list of one response, also where the request did not come in a list."""

    name = "agent_inbox"

    def claims(self, interrupt: Interrupt) -> bool:
        """A request with a config that allows something, alone or first of a list."""
        request = _request(interrupt.value)
        action = pick(request, "action_request")
        named = isinstance(pick(action, "action"), str) and "args" in action
        return named and bool(_allowed(request))

    def title(self, interrupt: Interrupt) -> str:
        """The action's name."""
        return headline(pick(_request(interrupt.value), "action_request")["action"])

    def read(self, interrupt: Interrupt) -> Reading:
        """The action, its arguments, and what its config allows."""
        request = _request(interrupt.value)
        action = pick(request, "action_request")
        said = request.get("description")
        facts = action["args"] if is_record(action["args"]) else {"args": action["args"]}
        ways = tuple(_way(name, action) for name in _allowed(request))
        text = said if isinstance(said, str) else ""
        topic = Topic(self.title(interrupt), ways, text, facts)
        return Reading((topic,), unknown=_unknown(interrupt.value))

    def schema(self, interrupt: Interrupt) -> Mapping[str, Any]:
        """A list of one of the allowed responses."""
        request = _request(interrupt.value)
        options = [_schema(name, pick(request, "action_request")) for name in _allowed(request)]
        one = {"oneOf": options, "discriminator": {"propertyName": "type"}}
        return {"type": "array", "prefixItems": [one], "minItems": 1, "maxItems": 1}

    def pack(self, interrupt: Interrupt, answers: Sequence[Any]) -> Any:
        """The response in a list."""
        return list(answers)

    def path(self, index: int) -> Path:
        """The response's place in the list."""
        return (index,)


def _request(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _unknown(value: Any) -> dict[str, Any]:
    """What stands beside the known keys, in the whole and in its parts."""
    request = _request(value)
    found = rest(request, "action_request", "config", "description")
    found |= not_text(request, "description")
    more = rest(pick(request, "action_request"), "action", "args")
    more |= rest(pick(request, "config"), *ALLOWED.values())
    others = value[1:] if isinstance(value, list) else []
    return found | more | {f"[{at}]": item for at, item in enumerate(others, 1)}


def _allowed(request: Any) -> list[str]:
    config = pick(request, "config")
    return [name for name, flag in ALLOWED.items() if pick(config, flag) is True]


def _way(name: str, action: Mapping[str, Any]) -> Way:
    if name == "accept":
        return Way(name, Form({"type": name, "args": action}), "Accept")
    if name == "ignore":
        return Way(name, Form({"type": name, "args": None}), "Ignore")
    if name == "response":
        field = Field("message", FieldKind.LINES, "Response", schema=SOME_TEXT)
        return Way(name, Form({"type": name}, (Slot(field, ("args",)),)), "Respond")
    base = {"type": name, "args": {"action": action["action"], "args": {}}}
    return Way(name, form_of_value(action["args"]).within(("args", "args"), base), "Edit")


def _schema(name: str, action: Mapping[str, Any]) -> dict[str, Any]:
    like = {"type": "object"} if is_record(action["args"]) else {}
    args: Mapping[str, Any] = {
        "accept": {"const": action},
        "edit": closed(action={"const": action["action"]}, args=like),
        "response": TEXT,
        "ignore": {"type": "null"},
    }
    return closed(type={"const": name}, args=args[name])
