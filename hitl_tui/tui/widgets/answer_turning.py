"""One question's answer turned over: from its form to JSON and back, or into an editor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from textual import work
from textual.widgets import Static, TextArea

from hitl_tui.model.question import Question
from hitl_tui.tui.widgets.answer_assess import Assessment, Fault, Pick
from hitl_tui.tui.widgets.answer_defaults import LONGEST
from hitl_tui.tui.widgets.answer_form import AnswerForm
from hitl_tui.tui.widgets.answer_json import NO_FORM, TOO_LONG, JsonSide, picks_of
from hitl_tui.tui.widgets.answer_outside import outside, tell
from hitl_tui.tui.widgets.answer_values import to_json
from hitl_tui.tui.widgets.ground import Column
from hitl_tui.tui.widgets.guard import Guard


class TurnedOver(Column):
    """What of an answer sheet is about its two sides, of which one is shown: `form` or JSON."""

    question: Question
    form: AnswerForm
    _json: JsonSide | None
    _guard: Guard
    _changes: Static

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

    @property
    def _side(self) -> AnswerForm | JsonSide:
        return self.form if self._json is None else self._json

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

    def snapshot(self) -> tuple[int, Callable[[], Assessment]]:
        """How often it was edited, and what works out what it means at this very moment."""
        raise NotImplementedError

    def mark(self, faults: Sequence[Fault]) -> None:
        """Mark what is wrong, and focus the first of it."""
        raise NotImplementedError

    def focus_first(self) -> None:
        """Focus where the operator begins."""
        raise NotImplementedError

    def _edited(self) -> None:
        """The operator touched it."""
        raise NotImplementedError

    def _assess(self) -> None:
        """Work out what stands there now."""
        raise NotImplementedError
