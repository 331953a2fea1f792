"""Forms whose content outlives them: drafts, answers not sent after all, threads that changed."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget

from hitl_tui.model.question import Question
from hitl_tui.tui.widgets.answer_pile import Pile

if TYPE_CHECKING:
    from hitl_tui.tui.widgets.answer_assess import Pick


class KeptForms(Widget):
    """What of the answer pane is about what was typed, whether or not it can be sent."""

    _pile: Pile
    _body: VerticalScroll
    _why_not: str

    @dataclass
    class Changed(Message, namespace="answer_pane"):
        """`can_send` or what will be sent changed."""

    @property
    def drafts(self) -> Sequence[tuple[Question, tuple[Pick, ...]]]:
        """What the operator made of the questions shown."""
        return self._pile.drafts

    @property
    def at(self) -> str:
        """The interrupt whose form has the focus; empty if none does."""
        return self._pile.at

    def recall(self, questions: Sequence[Question], drafts: Mapping[str, tuple[Pick, ...]]) -> None:
        """Have drafts of these questions, by interrupt id, at hand for when they are shown."""
        for question in questions:
            if picks := drafts.get(question.interrupt.id):
                self._pile.recall(question, picks)

    async def stand(self) -> None:
        """Return when the forms stand, or when that takes too long."""
        await self._pile.stand()

    def stay(self) -> None:
        """Take no focus that was to come."""
        for sheet in self._pile.sheets:
            sheet.stay()

    def forget(self, interrupt_id: str) -> None:
        """Drop what was typed for a question that was answered."""
        self._pile.forget(interrupt_id)

    def unsent(self, interrupt_ids: Container[str]) -> None:
        """What was posted for these was not sent: it is a draft again."""
        self._pile.unsent(interrupt_ids)
        self._disclose()

    def turn_stale(self, why: str) -> None:
        """Keep the forms as they are and the focus here, but let nothing be typed or sent."""
        within, self._why_not = self.has_focus_within, why
        self._body.can_focus = True
        if within:
            self._body.focus()
        self._pile.enable(False)
        self._disclose()
        self.post_message(self.Changed())

    def _disclose(self) -> None:
        """Say why nothing can be sent, or what will be."""
        raise NotImplementedError
