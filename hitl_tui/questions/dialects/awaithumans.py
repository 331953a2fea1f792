"""awaithumans: another inbox owns the question and will answer it itself."""

from __future__ import annotations

from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.dialect import Dialect, Reading, Topic
from hitl_tui.questions.payload import facts_of, key_of, prompt

MARKS = ("task_id", "idempotency_key", "callback_url")


class AwaitHumans(Dialect):
    """Nothing goes back from here, unless a raw value is sent deliberately."""

    name = "awaithumans"

    def claims(self, interrupt: Interrupt) -> bool:
        """All of its three keys."""
        return all(key_of(interrupt.value, mark) for mark in MARKS)

    def read(self, interrupt: Interrupt) -> Reading:
        """Shown, not to be answered."""
        topic = Topic(self.title(interrupt), (), facts=facts_of(interrupt.value))
        reason = "Another inbox (awaithumans) owns this question and answers it itself."
        return Reading((topic,), prompt(interrupt.value), blocked=reason)
