"""One question in the answer pane: its form, what is worked out of it, and whether it is meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from hitl_tui.model.question import Question
from hitl_tui.text import line
from hitl_tui.tui.widgets.answer_assess import Assessment, Fault, Pick, assess
from hitl_tui.tui.widgets.answer_form import AnswerForm
from hitl_tui.tui.widgets.answer_start import Beginning
from hitl_tui.tui.widgets.assessor import Assessed, Assessor
from hitl_tui.tui.widgets.guard import Guard


class AnswerSheet(Vertical):
    """Owns what is typed for one question.

    `armed` is whether the operator touched it since it was shown or sent: only then it may be
    sent. `touched` is whether what stands there is the operator's own, to be kept as a draft.
    `sent` is whether exactly this was sent. The form starts from `draft`, else from `beginning`.
    """

    @dataclass
    class Edited(Message):
        """The operator touched it."""

        sheet: AnswerSheet

    @dataclass
    class Told(Message):
        """What will be sent of it was worked out anew."""

        sheet: AnswerSheet

    def __init__(
        self,
        question: Question,
        guard: Guard,
        draft: Sequence[Pick] = (),
        beginning: Beginning | None = None,
    ) -> None:
        super().__init__()
        self.question = question
        self.armed = self.sent = False
        self.touched = bool(draft)
        self.assessment: Assessment | None = None
        begun = beginning or Beginning()
        self.form = AnswerForm(question, guard, draft or begun.picks)
        self._assessor = Assessor(self)
        self._heading = Static(classes="sheet--heading", markup=False)
        self._note = Static(begun.note or "", classes="sheet--note", markup=False)
        self._note.display = begun.note is not None

    def compose(self) -> ComposeResult:
        """What it is about, then the form."""
        yield self._heading
        yield self._note
        yield self.form

    def on_mount(self) -> None:
        """Work out what stands there from the start."""
        self._assess()

    @property
    def interrupt_id(self) -> str:
        """The question's interrupt."""
        return self.question.interrupt.id

    @property
    def picks(self) -> tuple[Pick, ...]:
        """What is chosen and typed."""
        return self.form.picks

    def head(self, place: str) -> None:
        """Say which question it is, as `2 of 3`; nothing where there is but one."""
        self._heading.update(Content(f"{place}  {line(self.question.title)}"))
        self._heading.display = bool(place)

    def snapshot(self) -> tuple[int, Callable[[], Assessment]]:
        """How often it was edited, and what works out what it means at this very moment."""
        return self._assessor.revision, partial(assess, self.question, self.form.picks)

    def is_current(self, revision: int) -> bool:
        """Whether it was not edited since."""
        return revision == self._assessor.revision

    def focus_first(self) -> None:
        """Focus where the operator begins."""
        self.form.focus_first()

    def mark(self, faults: Sequence[Fault]) -> None:
        """Mark what is wrong, and focus the first of it."""
        self.form.mark(faults)

    def disarm(self) -> None:
        """What stands there was answered: it is nobody's draft any more."""
        self.armed = self.touched = False

    def on_answer_form_edited(self, event: AnswerForm.Edited) -> None:
        """The operator touched the form: from now on it may be sent."""
        event.stop()
        self.armed = self.touched = True
        self.sent = False
        self._assessor.edited(self._assess)
        self.post_message(self.Edited(self))

    def on_assessed(self, event: Assessed) -> None:
        """Keep what a thread worked out, unless it is about an older state."""
        if self.is_current(event.revision):
            self.assessment = event.assessment
            self.post_message(self.Told(self))

    def _assess(self) -> None:
        if self.is_attached:
            self._assessor.start(self.snapshot()[1])
