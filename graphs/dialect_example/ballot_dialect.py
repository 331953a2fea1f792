"""Ballots: a motion to vote on, with a reason that a "no" must give.

A graph asks `interrupt({"ballot": "Move to Lyon?", "may_abstain": True})` and is given
`{"vote": "yes"}`, `{"vote": "no", "reason": "too far"}` or `{"vote": "abstain"}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hitl_tui.model.question import Field, FieldKind
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.dialect import Dialect, Reading, Topic, Way
from hitl_tui.questions.form import Form, Slot

REASON = Field("reason", FieldKind.LINES, "Reason", schema={"type": "string", "minLength": 1})


class Ballot(Dialect):
    """Goes back: the vote, and the reason of a no."""

    name = "ballot"

    def claims(self, interrupt: Interrupt) -> bool:
        """A motion under the key `ballot`."""
        return isinstance(interrupt.value, Mapping) and isinstance(
            interrupt.value.get("ballot"), str
        )

    def title(self, interrupt: Interrupt) -> str:
        """The motion."""
        return str(interrupt.value["ballot"])

    def read(self, interrupt: Interrupt) -> Reading:
        """One decision for each vote."""
        motion = interrupt.value["ballot"]
        ways = [
            Way("yes", Form({"vote": "yes"}), "Yes"),
            Way("no", Form({"vote": "no"}, (Slot(REASON, ("reason",)),)), "No"),
        ]
        if interrupt.value.get("may_abstain"):
            ways.append(Way("abstain", Form({"vote": "abstain"}), "Abstain"))
        known = {"ballot", "may_abstain"}
        unknown = {key: item for key, item in interrupt.value.items() if key not in known}
        return Reading((Topic(motion, tuple(ways)),), text=motion, unknown=unknown)

    def schema(self, interrupt: Interrupt) -> Mapping[str, Any]:
        """What is checked whichever way an answer is typed: form, JSON or command line."""
        votes = ["yes", "no", *(["abstain"] if interrupt.value.get("may_abstain") else [])]
        return {
            "type": "object",
            "properties": {"vote": {"enum": votes}, "reason": {"type": "string", "minLength": 1}},
            "required": ["vote"],
            "additionalProperties": False,
            "if": {"properties": {"vote": {"const": "no"}}},
            "then": {"required": ["reason"]},
            "else": {"properties": {"reason": False}},
        }
