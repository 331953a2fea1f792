"""Forms that are open while their thread changes: they say why they cannot be sent, and stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from hitl_tui.errors import HitlError
from hitl_tui.tui.lane import Lane
from hitl_tui.tui.staleness import KEPT, why_stale
from hitl_tui.tui.ticket import Ticket
from hitl_tui.tui.widgets.answer_pane import AnswerPane
from hitl_tui.tui.widgets.ground import Column

if TYPE_CHECKING:
    from hitl_tui.opened import OpenThread
    from hitl_tui.tui.draft_codec import Picks


class StaleForms(Column):
    """What of the detail is about forms that are no longer about what the thread shows.

    `stale` is why they are not, empty while they are. `drawn` is what stands on screen, None once
    that is to be read again. `objection` tells what else speaks against an answer to a thread,
    `recall` its drafts by interrupt id; that one may block.
    """

    _answer: AnswerPane
    _lane: Lane
    _ticket: Ticket | None
    _stale_ticket: Ticket | None = None
    _listed: bool
    _opened: OpenThread | None = None
    stale = ""
    drawn: OpenThread | None = None
    objection: Callable[[OpenThread], str] = staticmethod(lambda opened: "")
    recall: Callable[[OpenThread], Mapping[str, Picks]] = staticmethod(lambda opened: {})

    @dataclass
    class Failed(Message):
        """The thread could not be read."""

        thread_id: str
        error: HitlError

    @property
    def opened(self) -> OpenThread | None:
        """The thread shown; None while another one is being read."""
        return self._opened

    @property
    def is_current(self) -> bool:
        """Whether what was read of the thread stands on screen, and the form that goes with it."""
        return self._opened is not None and self.drawn is self._opened

    def look_again(self) -> None:
        """Show the thread as it is now, after a form that had turned stale.

        What is being drawn was read before: it must not pass for what is read now.
        """
        if self.stale:
            self.workers.cancel_group(self, "detail.draw")
            self.stale, self.drawn = "", None
            self.reload()

    def reload(self) -> None:
        """Read the thread again: something changed."""
        raise NotImplementedError

    def disarm(self) -> None:
        """Let nothing be sent until the thread is read again."""
        self._ticket = None

    def _compare(self, opened: OpenThread) -> None:
        """Turn stale if the thread is not what the operator is at work on."""
        ticket = self._stale_ticket if self.stale else self._ticket
        if ticket is not None and self._at_work:
            objection = self.objection(opened)
            at = self._answer.at
            why = why_stale(ticket, opened, at, listed=self._listed, objection=objection)
            if why:
                self._turn_stale(why)

    @property
    def _at_work(self) -> bool:
        """Whether the operator is at the form, with an answer that could be sent."""
        at_it = self._answer.has_focus_within or bool(self._answer.drafts)
        return bool(self.stale) or (self._ticket is not None and at_it)

    def _turn_stale(self, why: str) -> None:
        self._stale_ticket = self._ticket or self._stale_ticket
        self.disarm()
        self.stale = why
        self._answer.turn_stale(f"{why} {KEPT}")

    async def _recalled(self, opened: OpenThread) -> Mapping[str, Picks]:
        try:
            return await self._lane.run(partial(self.recall, opened))
        except HitlError as error:
            self.post_message(self.Failed(opened.thread.thread_id, error))
            return {}
