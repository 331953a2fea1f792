"""CopilotKit's wrapper around a text, or around an action with arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hitl_tui.model.question import Field, FieldKind
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.dialect import Dialect, Reading, Topic, Way
from hitl_tui.questions.form import Form, Slot
from hitl_tui.questions.payload import brief, facts_of, headline, not_text, prompt, rest

VALUE = "__copilotkit_interrupt_value__"
MESSAGES = "__copilotkit_messages__"


class CopilotKit(Dialect):
    """Goes back: a text, or an object."""

    name = "copilotkit"

    def claims(self, interrupt: Interrupt) -> bool:
        """Its own key."""
        return isinstance(interrupt.value, Mapping) and VALUE in interrupt.value

    def title(self, interrupt: Interrupt) -> str:
        """The text, or the action's name."""
        inner = interrupt.value[VALUE]
        action = inner.get("action") if isinstance(inner, Mapping) else None
        return headline(action if isinstance(action, str) else prompt(inner)) or brief(inner)

    def read(self, interrupt: Interrupt) -> Reading:
        """One field; the conversation it came from is shown."""
        inner = interrupt.value[VALUE]
        asks = isinstance(inner, str)
        field = Field("value", FieldKind.LINES if asks else FieldKind.ANY, "Answer")
        ways = (Way("answer", Form(slots=(Slot(field),)), "Answer"),)
        topic = Topic(self.title(interrupt), ways, facts=_facts(inner))
        return Reading((topic,), prompt(inner), rest(interrupt.value, VALUE))

    def schema(self, interrupt: Interrupt) -> Mapping[str, Any]:
        """A text or an object."""
        return {"type": ["string", "object"]}


def _facts(inner: Any) -> dict[str, Any]:
    """The action's arguments, and whatever else there is."""
    if not isinstance(inner, Mapping):
        return facts_of(inner)
    odd, args = not_text(inner, "action"), inner.get("args")
    if not isinstance(args, Mapping):
        return rest(inner, "action") | odd
    return rest(inner, "action", "args") | odd | rest(args)
