"""MCP elicitation: a server asks through the graph for an object of a schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.dialect import Dialect, Reading, Topic, Way
from hitl_tui.questions.form import Form
from hitl_tui.questions.payload import not_text, pick, prompt, rest
from hitl_tui.questions.schema import form_of


class Elicitation(Dialect):
    """Goes back: `{"action": "accept", "content": {…}}`, or decline, or cancel."""

    name = "elicitation"

    def claims(self, interrupt: Interrupt) -> bool:
        """A requested schema."""
        return isinstance(pick(interrupt.value, "requested_schema"), Mapping)

    def read(self, interrupt: Interrupt) -> Reading:
        """The schema's fields to accept with; declining and cancelling take none."""
        value, wanted = interrupt.value, pick(interrupt.value, "requested_schema")
        base = {"action": "accept", "content": {}}
        content = form_of(wanted, wanted, "content").within(("content",), base)
        ways = (
            Way("accept", content, "Accept"),
            Way("decline", Form({"action": "decline"}), "Decline"),
            Way("cancel", Form({"action": "cancel"}), "Cancel"),
        )
        unknown = rest(value, "message", "requested_schema") | not_text(value, "message")
        return Reading((Topic(self.title(interrupt), ways),), prompt(value), unknown)

    def schema(self, interrupt: Interrupt) -> Mapping[str, Any]:
        """An action, and when it accepts a content of the requested schema.

        The schema stands at the root beside ours, so that its references keep their meaning.
        """
        wanted = dict(pick(interrupt.value, "requested_schema"))
        wanted.setdefault("$id", "urn:hitl-tui:requested-schema")
        accept = {"properties": {"content": wanted}, "required": ["content"]}
        nothing: dict[str, Any] = {"properties": {"content": False}}
        return {
            "type": "object",
            "properties": {"action": {"enum": ["accept", "decline", "cancel"]}},
            "required": ["action"],
            "if": {"properties": {"action": {"const": "accept"}}, "required": ["action"]},
            "then": accept,
            "else": nothing,
        }
