"""Any value at all: what is asked is shown, and the operator types the answer's value and type."""

from __future__ import annotations

from hitl_tui.model.question import Field, FieldKind
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.dialect import Dialect, Reading, Topic, Way
from hitl_tui.questions.form import Form, Slot
from hitl_tui.questions.payload import facts_of, prompt


class Plain(Dialect):
    """A string, number, list or object that no other dialect explains."""

    name = "plain"

    def claims(self, interrupt: Interrupt) -> bool:
        """Everything."""
        return True

    def read(self, interrupt: Interrupt) -> Reading:
        """One field for any value; what the payload holds besides its prompt are facts."""
        value = interrupt.value
        form = Form(slots=(Slot(Field("value", FieldKind.ANY, label="Answer")),))
        topic = Topic(self.title(interrupt), (Way("answer", form),), facts=facts_of(value))
        return Reading((topic,), text=prompt(value))
