"""One question in the answer pane: its form or JSON, what is worked out of it, if it is meant."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from hitl_tui.model.question import Question
from hitl_tui.text import line
from hitl_tui.tui.widgets.answer_assess import Assessment, Fault, Pick, assess
from hitl_tui.tui.widgets.answer_defaults import LONGEST
from hitl_tui.tui.widgets.answer_form import AnswerForm
from hitl_tui.tui.widgets.answer_json import NO_FORM, TOO_LONG, JsonSide, assess_json, picks_of
from hitl_tui.tui.widgets.answer_outside import outside, tell
from hitl_tui.tui.widgets.answer_start import Beginning, Draft
from hitl_tui.tui.widgets.answer_values import to_json
from hitl_tui.tui.widgets.assessor import Assessed, Assessor
from hitl_tui.tui.widgets.ground import Column
from hitl_tui.tui.widgets.guard import Guard


class AnswerSheet(Column):
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

    @work(exclusive=True, group="answer.turn")
    async def action_turn_over(self) -> None:
        """Show the answer as JSON, or as the form again if a form makes it."""
        if self._json is None:
            found = await asyncio.to_thread(self.snapshot()[1])
            text = "" if found.faults else to_json(found.value, indent=2)
            if len(text) > LONGEST:
                tell(self, TOO_LONG)
            else:
                await self._replace(self.form, JsonSide(text, self._guard))
        else:
            await self._show_form(self._json.text)

    @work(exclusive=True, group="answer.turn")
    async def action_edit(self) -> None:
        """Have the text that is typed in, else the whole answer as JSON, edited outside."""
        focused = self.screen.focused
        if self._json is not None:
            text = outside(self, self._guard, self._json.text, ".json")
            if text is not None:
                self._json.put(text)
                await self._mark_json()
            return
        if isinstance(focused, TextArea):
            text = outside(self, self._guard, focused.text, ".txt")
            if text is not None and text != focused.text:
                focused.text = text
            return
        found = await asyncio.to_thread(self.snapshot()[1])
        before = "" if found.faults else to_json(found.value, indent=2)
        text = outside(self, self._guard, before, ".json")
        if text is not None and text != before:
            await self._take(text)

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

    @property
    def _side(self) -> AnswerForm | JsonSide:
        return self.form if self._json is None else self._json

    def _edited(self) -> None:
        self.armed = self.touched = True
        self.sent = False
        self._assessor.edited(self._assess)
        self.post_message(self.Edited(self))

    async def _take(self, text: str) -> None:
        """Show what an editor left: in the form if it can, else as JSON, marked if it is wrong."""
        if self._json is None and (picks := await self._picks(text)) is not None:
            await self._replace(AnswerForm(self.question, self._guard, picks), None)
            self._edited()
            return
        if len(text) > LONGEST:
            tell(self, TOO_LONG)
            return
        await self._replace(self.form, JsonSide(text, self._guard))
        self._edited()
        await self._mark_json()

    async def _mark_json(self) -> None:
        found = await asyncio.to_thread(self.snapshot()[1])
        if found.faults:
            self.mark(found.faults)

    async def _show_form(self, text: str) -> None:
        """Back to the form: with the JSON's value, or as it was if there is none."""
        if not text.strip():
            await self._replace(AnswerForm(self.question, self._guard, self.form.picks), None)
        elif (picks := await self._picks(text)) is not None:
            await self._replace(AnswerForm(self.question, self._guard, picks), None)
        else:
            tell(self, NO_FORM)

    async def _picks(self, text: str) -> tuple[Pick, ...] | None:
        return await asyncio.to_thread(picks_of, self.question, text)

    async def _replace(self, form: AnswerForm, side: JsonSide | None) -> None:
        """Show another side; what it means is worked out anew.

        The focus goes there if it is here still, and before the old side is taken away: else what
        is typed meanwhile would fall into what stands beside it.
        """
        old = self._side
        self.form, self._json = form, side
        if old is not self._side:
            await self.mount(self._side, before=self._changes)
        self._assess()
        if self.has_focus_within:
            self.focus_first()
        if old is not self._side:
            self.app.call_later(old.remove)  # comes after the focus

    def _assess(self) -> None:
        if self.is_attached:
            self._assessor.start(self.snapshot()[1], self.question)
