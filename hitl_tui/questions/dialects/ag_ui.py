"""AG-UI's interrupts: a reason or message, with a schema, a tool call or a time to answer by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hitl_tui.model.question import Field, FieldKind
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.dialect import Dialect, Reading, Topic, Way
from hitl_tui.questions.dialects.wait import moment
from hitl_tui.questions.form import Form, Slot
from hitl_tui.questions.payload import headline, is_text, key_of, pick, rest
from hitl_tui.questions.ways import ways_of

MARKS = ("response_schema", "tool_call_id", "expires_at")


class AgUi(Dialect):
    """Goes back: an instance of the payload's own schema; a text if it has none."""

    name = "ag_ui"

    def claims(self, interrupt: Interrupt) -> bool:
        """A reason or message, and one of the marks."""
        value = interrupt.value
        asks = is_text(pick(value, "message")) or is_text(pick(value, "reason"))
        return asks and key_of(value, *MARKS) is not None

    def title(self, interrupt: Interrupt) -> str:
        """The message, else the reason."""
        return headline(_said(interrupt))

    def read(self, interrupt: Interrupt) -> Reading:
        """The fields of its schema, or one for a text; `expiresAt` is the deadline."""
        value, schema = interrupt.value, pick(interrupt.value, "response_schema")
        known = "message" if is_text(value.get("message")) else "reason"
        facts = rest(value, known, "response_schema", "expires_at")
        ways = ways_of(schema, schema) if isinstance(schema, Mapping) else (_TEXT,)
        topic = Topic(self.title(interrupt), ways, facts=facts)
        expires = pick(value, "expires_at")
        deadline = moment(expires)
        unknown = {} if deadline or expires is None else {"expires_at": expires}
        return Reading((topic,), _said(interrupt), unknown, deadline)

    def schema(self, interrupt: Interrupt) -> Mapping[str, Any]:
        """The payload's schema, else a text."""
        schema = pick(interrupt.value, "response_schema")
        return schema if isinstance(schema, Mapping) else {"type": "string"}


_TEXT = Way("answer", Form(slots=(Slot(Field("value", FieldKind.LINES, "Answer")),)), "Answer")


def _said(interrupt: Interrupt) -> str:
    message, reason = pick(interrupt.value, "message"), pick(interrupt.value, "reason")
    return str(message if is_text(message) else reason)
