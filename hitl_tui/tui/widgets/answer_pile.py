"""The sheets of the questions shown, in order, and the drafts of those shown before."""

from __future__ import annotations

import asyncio
from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.widget import AwaitMount, Widget

from hitl_tui.model.question import Question
from hitl_tui.tui.ticket import asked
from hitl_tui.tui.widgets.guard import Guard

if TYPE_CHECKING:
    from hitl_tui.tui.widgets.answer_assess import Pick
    from hitl_tui.tui.widgets.answer_sheet import AnswerSheet
    from hitl_tui.tui.widgets.answer_start import Beginning, Draft

_PATIENCE = 1.0  # seconds for the parts of forms; nothing else is drawn meanwhile


class Pile:
    """Makes, keeps and puts away sheets; what was typed into them is kept by question."""

    def __init__(self, guard: Guard) -> None:
        self.sheets: tuple[AnswerSheet, ...] = ()
        self._guard = guard
        self._coming: list[AwaitMount] = []
        self._drafts: dict[tuple[str, str], Draft] = {}

    def arrange(
        self,
        questions: Sequence[Question],
        beginnings: Mapping[str, Beginning],
        place: tuple[int, int],
        body: Widget,
    ) -> None:
        """Keep the sheets of what was shown before, take away and add the others, within `body`.

        The guard goes up if there is a new one, unless the operator is at one that stays. `place`
        is as for `AnswerPane.show`.
        """
        shown = {asked(sheet.question): sheet for sheet in self.sheets}
        wanted = [asked(question) for question in questions]
        stays = any(key in wanted and sheet.has_focus_within for key, sheet in shown.items())
        for key in shown.keys() - set(wanted):
            self._put_away(shown[key])
        if set(wanted) - shown.keys() and not stays:
            self._guard.start()
        self.sheets = tuple(
            shown.get(key) or self._sheet(question, beginnings.get(question.interrupt.id))
            for key, question in zip(wanted, questions, strict=True)
        )
        self._head(*place)
        if body.is_attached:
            self._mount(body)

    async def stand(self) -> None:
        """Return when the sheets stand with all that is in them, or when that takes too long."""
        coming, self._coming = self._coming, []
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                for mounting in coming:
                    await mounting

    def forget(self, interrupt_id: str) -> None:
        """Drop what was typed for a question that was answered."""
        self._drafts = {key: kept for key, kept in self._drafts.items() if key[0] != interrupt_id}
        for sheet in self.sheets:
            if sheet.interrupt_id == interrupt_id:
                sheet.disarm()

    @property
    def drafts(self) -> Sequence[tuple[Question, tuple[Pick, ...]]]:
        """What the operator made of the questions shown."""
        return [(sheet.question, sheet.picks) for sheet in self.sheets if sheet.touched]

    @property
    def at(self) -> str:
        """The interrupt of the sheet that has the focus; empty if none does."""
        return next((each.interrupt_id for each in self.sheets if each.has_focus_within), "")

    def recall(self, question: Question, picks: tuple[Pick, ...]) -> None:
        """Have a draft at hand for when its question is shown, unless there is a newer one."""
        from hitl_tui.tui.widgets.answer_start import Draft

        self._drafts.setdefault(_turn(question), Draft(picks))

    def unsent(self, interrupt_ids: Container[str]) -> None:
        """What was posted for these was not sent: it is a draft again."""
        for sheet in self.sheets:
            sheet.sent = sheet.sent and sheet.interrupt_id not in interrupt_ids

    def enable(self, enabled: bool) -> None:
        """Whether something can be typed; what is disabled must be touched again to be sent."""
        for sheet in self.sheets:
            sheet.armed = sheet.armed and enabled
            sheet.disabled = not enabled or bool(sheet.question.blocked)

    def _put_away(self, sheet: AnswerSheet) -> None:
        if sheet.touched:
            self._drafts[_turn(sheet.question)] = sheet.draft
        if sheet.is_attached:
            sheet.remove()

    def _sheet(self, question: Question, beginning: Beginning | None) -> AnswerSheet:
        from hitl_tui.tui.widgets.answer_sheet import AnswerSheet  # loaded with what it shows

        draft = self._drafts.get(_turn(question))
        sheet = AnswerSheet(question, self._guard, draft, beginning)
        sheet.disabled = bool(question.blocked)
        return sheet

    def _head(self, before: int, count: int) -> None:
        for number, sheet in enumerate(self.sheets, before + 1):
            sheet.head(f"{number} of {count}" if count > 1 else "")

    def _mount(self, body: Widget) -> None:
        above: AnswerSheet | None = None
        for sheet in self.sheets:
            if not sheet.is_attached:
                mounting = body.mount(sheet, after=above, before=None if above else 0)
                self._coming.append(mounting)
            above = sheet


def _turn(question: Question) -> tuple[str, str]:
    """What drafts are of: a node asks several questions under the same id."""
    return question.interrupt.id, question.turn
