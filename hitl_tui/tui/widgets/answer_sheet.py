"""One question in the answer pane: its form or JSON, what is worked out of it, if it is meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from hitl_tui.model.question import Question
from hitl_tui.text import line
from hitl_tui.tui.widgets.answer_assess import Assessment, Fault, Pick, assess
from hitl_tui.tui.widgets.answer_form import AnswerForm
from hitl_tui.tui.widgets.answer_json import JsonSide, assess_json
from hitl_tui.tui.widgets.answer_start import Beginning, Draft
from hitl_tui.tui.widgets.answer_turning import TurnedOver
from hitl_tui.tui.widgets.assessor import Assessed, Assessor
from hitl_tui.tui.widgets.guard import Guard


class AnswerSheet(TurnedOver):
    """Owns what is typed for one question, in its form or, when asked to, as JSON.

    `armed` is whether the operator touched it since it was shown or sent: only then it may be
    sent. `touched` is whether what stands there is the operator's own, to be kept as a draft.
    `sent` is whether exactly this was sent. The form starts from `draft`, else from `beginning`.
    """

    help_title = "Answer"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l", "turn_over", "JSON", id="answer.json",
                tooltip="Type the answer as JSON, or go back to the form with the same value"),
        Binding("ctrl+g", "edit", "Editor", id="answer.editor",
                tooltip="Edit the text, or the answer as JSON, in $VISUAL or $EDITOR"),
    ]  # fmt: skip

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
        draft: Draft | None = None,
        beginning: Beginning | None = None,
    ) -> None:
        super().__init__()
        self.question = question
        self.armed = self.sent = False
        self._entering = False  # it is to have the focus as soon as it is there
        self.touched = draft is not None
        self.assessment: Assessment | None = None
        begun = beginning or Beginning()
        self._guard = guard
        self.form = AnswerForm(question, guard, draft.picks if draft else begun.picks)
        self._json = JsonSide(draft.json, guard) if draft and draft.json is not None else None
        self._assessor = Assessor(self)
        self._heading = Static(classes="sheet--heading", markup=False)
        self._note = Static(begun.note or "", classes="sheet--note", markup=False)
        self._note.display = begun.note is not None
        self._changes = Static(classes="sheet--changes", markup=False)

    def compose(self) -> ComposeResult:
        """What it is about, the form or its JSON, and what that changes."""
        yield self._heading
        yield self._note
        yield self._side
        yield self._changes

    def on_mount(self) -> None:
        """Work out what stands there from the start."""
        self._assess()

    @property
    def interrupt_id(self) -> str:
        """The question's interrupt."""
        return self.question.interrupt.id

    @property
    def picks(self) -> tuple[Pick, ...]:
        """What is chosen and typed in the form."""
        return self.form.picks

    @property
    def draft(self) -> Draft:
        """What is chosen and typed."""
        return Draft(self.form.picks, None if self._json is None else self._json.text)

    def head(self, place: str) -> None:
        """Say which question it is, as `2 of 3`; nothing where there is but one."""
        self._heading.update(Content(f"{place}  {line(self.question.title)}"))
        self._heading.display = bool(place)

    def snapshot(self) -> tuple[int, Callable[[], Assessment]]:
        """How often it was edited, and what works out what it means at this very moment."""
        if self._json is not None:
            job = partial(assess_json, self.question, self._json.text)
        else:
            job = partial(assess, self.question, self.form.picks)
        return self._assessor.revision, job

    def is_current(self, revision: int) -> bool:
        """Whether it was not edited since."""
        return revision == self._assessor.revision

    def focus_first(self) -> None:
        """Focus where the operator begins, as soon as that is there, unless `stay` comes before."""
        self._entering = True
        self._enter()

    def stay(self) -> None:
        """The operator went elsewhere: what comes late takes no focus any more."""
        self._entering = False

    def _enter(self) -> None:
        if self._entering and not self.is_mounted:
            self.call_later(self._enter)  # comes after what it is made of
        elif self._entering:
            self._entering = False
            self._side.focus_first()

    def lead(self) -> None:
        """Focus what is wrong, and say so there; if nothing is, what confirms it."""
        if self.assessment is not None and self.assessment.faults:
            self.mark(self.assessment.faults)
        elif self._json is None:
            self.form.focus_confirm()
        else:
            self.focus_first()

    def mark(self, faults: Sequence[Fault]) -> None:
        """Mark what is wrong, and focus the first of it."""
        self._side.mark(faults)

    def disarm(self) -> None:
        """What stands there was answered: it is nobody's draft any more."""
        self.armed = self.touched = False

    @on(AnswerForm.Edited)
    @on(JsonSide.Edited)
    def _touched(self, event: AnswerForm.Edited | JsonSide.Edited) -> None:
        """The operator touched it: from now on it may be sent."""
        event.stop()
        self._edited()

    def on_assessed(self, event: Assessed) -> None:
        """Keep what a thread worked out, unless it is about an older state."""
        if self.is_current(event.revision):
            self.assessment = event.assessment
            self._changes.update(Content("\n").join(event.changes))
            self._changes.display = bool(event.changes)
            self.post_message(self.Told(self))

    def _edited(self) -> None:
        self.armed = self.touched = True
        self.sent = False
        self._assessor.edited(self._assess)
        self.post_message(self.Edited(self))

    def _assess(self) -> None:
        if self.is_attached:
            self._assessor.start(self.snapshot()[1], self.question)
