"""Hook invocations: a machine waits for a machine."""

from __future__ import annotations

from collections.abc import Mapping

from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.dialect import Dialect, Reading, Topic
from hitl_tui.questions.payload import facts_of, prompt


class Hook(Dialect):
    """Nothing goes back from here, unless a raw value is sent deliberately."""

    name = "hook"

    def claims(self, interrupt: Interrupt) -> bool:
        """Its type."""
        value = interrupt.value
        return isinstance(value, Mapping) and value.get("type") == "hook_invocation"

    def read(self, interrupt: Interrupt) -> Reading:
        """Shown, not to be answered."""
        topic = Topic(self.title(interrupt), (), facts=facts_of(interrupt.value))
        reason = "A machine waits for a machine here (a hook): there is nothing to decide."
        return Reading((topic,), prompt(interrupt.value), blocked=reason)
