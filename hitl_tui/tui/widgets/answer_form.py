"""The form of one question: a part for each action, in the payload's order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.message import Message

from hitl_tui.model.question import Question
from hitl_tui.tui.widgets.action_form import ActionForm
from hitl_tui.tui.widgets.answer_assess import Fault, Pick
from hitl_tui.tui.widgets.answer_parts import join
from hitl_tui.tui.widgets.ground import Column
from hitl_tui.tui.widgets.guard import Guard


class AnswerForm(Column):
    """Owns what is chosen and typed for one question, starting from `picks` if given."""

    @dataclass
    class Edited(Message):
        """The operator touched the form."""

        form: AnswerForm

    def __init__(self, question: Question, guard: Guard, picks: Sequence[Pick] = ()) -> None:
        super().__init__()
        self.question = question
        count = len(question.actions)
        self._parts = [
            ActionForm(
                action,
                guard,
                picks[at] if picks else None,
                heading=f"{at + 1} of {count}  {action.title}" if count > 1 else "",
            )
            for at, action in enumerate(question.actions)
        ]

    def compose(self) -> ComposeResult:
        """One part below the other."""
        yield from self._parts

    @property
    def picks(self) -> tuple[Pick, ...]:
        """The state of each action's part."""
        return tuple(part.pick for part in self._parts)

    def focus_first(self) -> None:
        """Focus where the operator begins."""
        if self._parts:
            self._parts[0].focus_first()

    def focus_confirm(self) -> None:
        """Focus what confirms it as it stands."""
        if self._parts:
            self._parts[0].focus_confirm()

    def mark(self, faults: Sequence[Fault]) -> None:
        """Mark every field that is wrong, take old marks back, and focus the first wrong one."""
        for at, part in enumerate(self._parts):
            part.mark([fault for fault in faults if fault.action == at])
        first = next((fault for fault in faults if fault.action is not None), None)
        if first is not None and first.action is not None:
            self._parts[first.action].focus_place(join(first.field, first.inside))

    @on(ActionForm.Edited)
    def _edited(self, event: ActionForm.Edited) -> None:
        event.stop()
        self.post_message(self.Edited(self))
