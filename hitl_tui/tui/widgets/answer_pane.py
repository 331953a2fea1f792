"""The answer to one question: its form, what will be sent, and when it may be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget

from hitl_tui.model.question import Question
from hitl_tui.tui.widgets.answer_assess import Assessment, Pick
from hitl_tui.tui.widgets.answer_words import cannot, said
from hitl_tui.tui.widgets.assessor import Assessed, Assessor
from hitl_tui.tui.widgets.guard import Guard
from hitl_tui.tui.widgets.preview import Preview

if TYPE_CHECKING:
    from hitl_tui.tui.widgets.answer_form import AnswerForm

SHORT = 16
"""Rows of a terminal below which what will be sent takes less room."""

NOTHING_ASKED = "nothing is asked"


class AnswerPane(Widget):
    """Shows one question's form; posts the answer when it is sent, and sends nothing by itself.

    Only `send` sends, and only what the operator touched for this very question; then not again
    before it is edited. `clock` is monotonic, in seconds: for a moment after another question is
    shown, keys decide nothing.
    """

    @dataclass
    class Submitted(Message):
        """A checked answer, to be sent under the interrupt's id."""

        interrupt_id: str
        value: Any

    @dataclass
    class Changed(Message):
        """`can_send` or what will be sent changed."""

    def __init__(self, *, clock: Callable[[], float] = monotonic, id: str | None = None) -> None:
        super().__init__(id=id)
        self.border_title = "Answer"
        self._guard = Guard(clock)
        self._form: AnswerForm | None = None
        self._why_not = NOTHING_ASKED
        self._drafts: dict[str, tuple[Pick, ...]] = {}
        self._armed = self._touched = self._sent = False
        self._assessor = Assessor(self)
        self._body = VerticalScroll(classes="answer--body", can_focus=False)
        self._preview = Preview()

    def compose(self) -> ComposeResult:
        """The form above, what will be sent below it."""
        yield self._body
        yield self._preview

    def on_mount(self) -> None:
        """Say why nothing can be sent yet, or show what was asked to before."""
        if self._form is not None:
            self._body.mount(self._form)
        self._disclose()

    def on_resize(self) -> None:
        """Where little fits, leave room for the form."""
        self.set_class(self.app.size.height < SHORT, "-short")

    @property
    def can_send(self) -> bool:
        """Whether `send` would do something now."""
        return self._armed and not self._why_not and not self._guard.active

    @property
    def preview(self) -> str:
        """What is said about what will be sent."""
        return self._preview.text

    def show(
        self, question: Question | None, *, position: tuple[int, int] = (1, 1), why_not: str = ""
    ) -> None:
        """Show a question's form; with None or `why_not` nothing can be sent, and it says why.

        The same interrupt again keeps the form as it is; another one's draft comes back, to be
        confirmed before it can be sent. `position` is (which, of how many), from 1.
        """
        which, count = position
        self.border_title = f"Answer {which} of {count}" if count > 1 else "Answer"
        why_not = why_not or (question.blocked if question else NOTHING_ASKED)
        interrupt_id = question.interrupt.id if question else None
        if (interrupt_id, why_not) == (self._shown_id, self._why_not):
            return
        self._why_not = why_not
        self._body.disabled = bool(self._why_not)
        if interrupt_id != self._shown_id:
            self._keep_draft()
            self._replace_form(question)
        self._disclose()
        self.post_message(self.Changed())

    def send(self) -> None:
        """Check what is in the form now; post it, once, or mark and focus what is wrong."""
        if self._form is not None and self.can_send:
            self._armed = False
            self._assessor.start(self._form, sending=True)
            self.post_message(self.Changed())

    def focus_first(self) -> None:
        """Focus where the operator begins."""
        if self._form is not None:
            self._form.focus_first()

    def forget(self, interrupt_id: str) -> None:
        """Drop what was typed for a question that was answered."""
        self._drafts.pop(interrupt_id, None)
        if interrupt_id == self._shown_id:
            self._armed = self._touched = False

    @property
    def _shown_id(self) -> str | None:
        return None if self._form is None else self._form.question.interrupt.id

    def _keep_draft(self) -> None:
        if self._form is not None and self._touched:
            self._drafts[self._form.question.interrupt.id] = self._form.picks

    def _replace_form(self, question: Question | None) -> None:
        from hitl_tui.tui.widgets.answer_form import AnswerForm  # its inputs' import takes 20 ms

        self._guard.start()
        draft = self._drafts.get(question.interrupt.id, ()) if question else ()
        self._armed = self._sent = False
        self._touched = bool(draft)
        if self._form is not None and self._form.is_attached:
            self._form.remove()
        self._form = AnswerForm(question, self._guard, draft) if question else None
        if self._form is not None and self._body.is_attached:
            self._body.mount(self._form)
            self._body.scroll_home(animate=False)

    def on_answer_form_edited(self, event: AnswerForm.Edited) -> None:
        """The operator touched the form: from now on it may be sent."""
        event.stop()
        if event.form is not self._form:
            return
        self._armed = self._touched = True
        self._sent = False
        self._assessor.edited(self._disclose)
        self.post_message(self.Changed())

    def on_assessed(self, event: Assessed) -> None:
        """Send or show what a thread worked out; what is about an older state is not shown."""
        event.stop()
        current = event.form is self._form and self._assessor.is_current(event)
        if event.sending:
            self._settle(event, current)
        if current and not self._why_not:
            self._tell(event.assessment)
            self.post_message(self.Changed())

    def _settle(self, event: Assessed, current: bool) -> None:
        """Post the answer, or mark what is wrong if the form is still there."""
        faults = event.assessment.faults
        if not faults:
            self._sent = self._sent or current
            interrupt_id = event.form.question.interrupt.id
            self.post_message(self.Submitted(interrupt_id, event.assessment.value))
        elif event.form is self._form:
            self._armed = True
            event.form.mark(faults)

    def _disclose(self) -> None:
        """Say why nothing can be sent, or have worked out what will be."""
        if not self.is_attached:
            return
        if self._form is not None and not self._why_not:
            self._assessor.start(self._form)
            return
        self.border_subtitle = ""
        self._preview.say(cannot(self._why_not), "idle")

    def _tell(self, assessment: Assessment) -> None:
        text, state, self.border_subtitle = said(assessment, armed=self._armed, sent=self._sent)
        self._preview.say(text, state)
        focused = self.screen.focused
        if focused is not None and self._body in focused.ancestors:  # the form's room may shrink
            self.call_after_refresh(focused.scroll_visible, animate=False)
