"""LangChain's decisions on a tool call, shared by its batched and its per-call requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hitl_tui.model.question import Field, FieldKind
from hitl_tui.questions.dialect import Way
from hitl_tui.questions.form import Form, Slot

DECISIONS = ("approve", "edit", "reject", "respond")

TEXT = {"type": "string"}
SOME_TEXT = {"type": "string", "minLength": 1}


def ways(name: str, allowed: Sequence[str], edit: Form, edited: str) -> tuple[Way, ...]:
    """The allowed decisions on a call of the tool `name`, in the order they are allowed.

    `edit` is the form of the call's arguments, `edited` the key that an edit goes under.
    """
    base = {"type": "edit", edited: {"name": name, "args": {}}}
    made = {
        "approve": Way("approve", Form({"type": "approve"}), "Approve"),
        "edit": Way("edit", edit.within((edited, "args"), base), "Edit"),
        "reject": Way("reject", _message("reject", "Reason", required=False), "Reject"),
        "respond": Way("respond", _message("respond", "Answer", required=True), "Respond"),
    }
    return tuple(made[decision] for decision in dict.fromkeys(allowed) if decision in made)


def _message(decision: str, label: str, *, required: bool) -> Form:
    schema = SOME_TEXT if required else TEXT
    field = Field("message", FieldKind.LINES, label, required=required, schema=schema)
    return Form({"type": decision}, (Slot(field, ("message",)),))


def schema(name: str, allowed: Sequence[str], edited: str) -> dict[str, Any]:
    """The JSON Schema of one decision on a call of the tool `name`."""
    action = closed(name={"const": name}, args={"type": "object"})
    made: Mapping[str, dict[str, Any]] = {
        "approve": closed(type={"const": "approve"}),
        "edit": closed(type={"const": "edit"}, **{edited: action}),
        "reject": closed(("message",), type={"const": "reject"}, message=TEXT),
        "respond": closed(type={"const": "respond"}, message=TEXT),
    }
    options = [made[decision] for decision in dict.fromkeys(allowed) if decision in made]
    return {"oneOf": options, "discriminator": {"propertyName": "type"}}


def closed(optional: Sequence[str] = (), /, **properties: Any) -> dict[str, Any]:
    """The JSON Schema of an object with these properties and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }
