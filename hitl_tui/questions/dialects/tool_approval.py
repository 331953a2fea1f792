"""LangChain's `HumanInTheLoopMiddleware`, per call: one tool call, one interrupt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hitl_tui.model.question import MISSING
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions import langchain
from hitl_tui.questions.dialect import Dialect, Reading, Topic
from hitl_tui.questions.form import Form
from hitl_tui.questions.payload import headline, is_record, key_of, not_text, rest
from hitl_tui.questions.resolve import Schema, alternatives, resolve
from hitl_tui.questions.schema import form_of_call
from hitl_tui.questions.ways import marked

KEYS = ("type", "tool_call_id", "name", "args", "description")


class ToolApproval(Dialect):
    """Goes back: one decision. The response schema lists the allowed ones; without it, all are."""

    name = "tool_approval"

    def claims(self, interrupt: Interrupt) -> bool:
        """A call, and decisions that we know; what else a schema may offer is left to it."""
        value = interrupt.value
        if not is_record(value) or value.get("type") != "tool_approval":
            return False
        allowed = _decisions(interrupt)
        known = bool(allowed) and all(name in langchain.DECISIONS for name in allowed)
        return known and isinstance(value.get("name"), str) and is_record(value.get("args"))

    def title(self, interrupt: Interrupt) -> str:
        """The tool's name."""
        return headline(interrupt.value["name"])

    def read(self, interrupt: Interrupt) -> Reading:
        """The call's arguments, to be approved or edited as the tool's own types have it."""
        value = interrupt.value
        said = value.get("description")
        allowed = _decisions(interrupt)
        edit = _edit_form(allowed.get("edit"), interrupt)
        ways = langchain.ways(value["name"], tuple(allowed), edit, _edited(interrupt))
        text = said if isinstance(said, str) else ""
        topic = Topic(value["name"], ways, text, value["args"])
        return Reading((topic,), unknown=rest(value, *KEYS) | not_text(value, "description"))

    def schema(self, interrupt: Interrupt) -> Mapping[str, Any]:
        """The response schema, else one of all decisions."""
        if interrupt.response_schema:
            return interrupt.response_schema
        return langchain.schema(interrupt.value["name"], langchain.DECISIONS, _edited(interrupt))


def _decisions(interrupt: Interrupt) -> dict[str, Schema]:
    """The allowed decisions' names and schemas; all, with nothing known, if none is said."""
    root = interrupt.response_schema
    if not root:
        return {name: {} for name in langchain.DECISIONS}
    plain = resolve(root, root)
    options = alternatives(plain, root) or [plain]
    names = [marked(option, "type", root) for option in options]
    return {
        "" if name is MISSING else str(name): option
        for name, option in zip(names, options, strict=True)
    }


def _edited(interrupt: Interrupt) -> str:
    """The key an edit goes under: as its schema spells it, else as the request is spelled."""
    edit = _decisions(interrupt).get("edit", {})
    listed = key_of(edit.get("properties"), "edited_action")
    camel = key_of(interrupt.value, "tool_call_id") == "toolCallId"
    return listed or ("editedAction" if camel else "edited_action")


def _edit_form(edit: Schema | None, interrupt: Interrupt) -> Form:
    """The arguments' fields: typed by the tool's schema if there is one, else by their values."""
    args, root = interrupt.value["args"], interrupt.response_schema or {}
    place: Any = edit or {}
    for name in (_edited(interrupt), "args"):
        place = resolve(place, root).get("properties", {})
        place = place.get(name, {}) if isinstance(place, Mapping) else {}
    return form_of_call(args, place, root)
