"""LangChain's `HumanInTheLoopMiddleware`, batched: several tool calls decided at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hitl_tui.model.threads import Interrupt
from hitl_tui.questions import langchain
from hitl_tui.questions.dialect import Dialect, Reading, Topic
from hitl_tui.questions.form import Path
from hitl_tui.questions.payload import headline, is_record, key_of, not_text, pick, rest
from hitl_tui.questions.schema import form_of_call


class ActionRequests(Dialect):
    """Goes back: `{"decisions": […]}`, one for each action, in the same order.

    The two lists are parallel: the n-th review config belongs to the n-th action, even where two
    actions have one name. Requests in camelCase come from LangGraph.js, whose edits are read
    from `editedAction`.
    """

    name = "action_requests"

    def claims(self, interrupt: Interrupt) -> bool:
        """Two parallel lists, each action with at least one decision that we know."""
        requests = pick(interrupt.value, "action_requests")
        configs = pick(interrupt.value, "review_configs")
        if not (isinstance(requests, list) and isinstance(configs, list) and requests):
            return False
        pairs = zip(requests, configs, strict=False)
        return len(requests) == len(configs) and all(_is_call(r) and _allowed(c) for r, c in pairs)

    def title(self, interrupt: Interrupt) -> str:
        """The tools' names."""
        return headline(", ".join(request["name"] for request, _ in _pairs(interrupt)))

    def read(self, interrupt: Interrupt) -> Reading:
        """One action for each call, with the decisions its own config allows."""
        topics = tuple(_topic(interrupt, request, config) for request, config in _pairs(interrupt))
        return Reading(topics, unknown=_unknown(interrupt))

    def schema(self, interrupt: Interrupt) -> Mapping[str, Any]:
        """As many decisions as actions, each one allowed for its action."""
        edited = _edited(interrupt)
        items = [
            langchain.schema(request["name"], _allowed(config), edited)
            for request, config in _pairs(interrupt)
        ]
        count = len(items)
        decisions = {"type": "array", "prefixItems": items, "minItems": count, "maxItems": count}
        return langchain.closed(decisions=decisions)

    def pack(self, interrupt: Interrupt, answers: Sequence[Any]) -> Any:
        """All decisions under one key."""
        return {"decisions": list(answers)}

    def path(self, index: int) -> Path:
        """The decision's place in the list."""
        return ("decisions", index)


def _pairs(interrupt: Interrupt) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    requests = pick(interrupt.value, "action_requests")
    return list(zip(requests, pick(interrupt.value, "review_configs"), strict=True))


def _is_call(request: Any) -> bool:
    return isinstance(pick(request, "name"), str) and is_record(pick(request, "args"))


def _allowed(config: Any) -> list[str]:
    """The decisions a review config allows, as far as we know them."""
    listed = pick(config, "allowed_decisions")
    names = listed if isinstance(listed, list) else []
    return [name for name in names if isinstance(name, str) and name in langchain.DECISIONS]


def _edited(interrupt: Interrupt) -> str:
    snake = key_of(interrupt.value, "action_requests") == "action_requests"
    return "edited_action" if snake else "editedAction"


def _topic(interrupt: Interrupt, request: Mapping[str, Any], config: Mapping[str, Any]) -> Topic:
    name, said = request["name"], request.get("description")
    edit = form_of_call(request["args"], pick(config, "args_schema"))
    ways = langchain.ways(name, _allowed(config), edit, _edited(interrupt))
    return Topic(name, ways, said if isinstance(said, str) else "", request["args"])


def _unknown(interrupt: Interrupt) -> dict[str, Any]:
    """What stands beside the known keys, in the whole, in each request and in each config."""
    found = rest(interrupt.value, "action_requests", "review_configs")
    for at, (request, config) in enumerate(_pairs(interrupt)):
        more = rest(request, "name", "args", "description") | not_text(request, "description")
        more |= rest(config, "action_name", "allowed_decisions", "args_schema")
        if pick(config, "action_name") not in (None, request["name"]):
            more["action_name"] = pick(config, "action_name")
        found |= {f"{at + 1}. {request['name']}.{key}": item for key, item in more.items()}
    return found
