"""Keeps what the operator types in the journal while it is typed, and brings it back."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from hitl_tui.errors import HitlError
from hitl_tui.model.question import Question
from hitl_tui.model.threads import ThreadState
from hitl_tui.tui.draft_codec import Picks, from_json, is_blank, is_for, to_json
from hitl_tui.tui.lane import Lane
from hitl_tui.tui.once import Once

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox
    from hitl_tui.opened import OpenThread

PAUSE = 0.4
"""Seconds after which what is typed is written down."""


class Drafts:
    """Writes drafts off the event loop, a moment after they changed; none in a read-only look.

    `tell` shows that the journal cannot be written, once until it can be again.
    """

    def __init__(
        self,
        screen: Screen[None],
        inbox: Inbox,
        lane: Lane,
        tell: Callable[[HitlError, str], object],
    ) -> None:
        self._screen = screen
        self._inbox = inbox
        self._lane = lane
        self._tell = tell
        self._told = ""
        self._known: dict[tuple[str, str], Picks] = {}  # what the journal has, or will have
        self._pending: dict[tuple[str, str], tuple[str, Question, Picks]] = {}

    def edited(self, thread_id: str, question: Question, picks: Picks) -> None:
        """The operator made this of a question so far; it is written down soon."""
        asked = question.interrupt.id, question.turn
        if self._inbox.read_only or self._known.get(asked) == picks:
            return
        if not self._pending:
            Once(self._screen, PAUSE, self._later)
        self._known[asked] = picks
        self._pending[asked] = (thread_id, question, picks)

    async def flush(self) -> None:
        """Return when all there is to write down is written, or was told that it cannot be.

        Who gives up waiting for it leaves what is not written yet to the next one.
        """
        while self._pending:
            asked = next(iter(self._pending))
            draft = thread_id, question, picks = self._pending.pop(asked)
            try:
                await self._lane.run(partial(self._write, thread_id, question, picks))
                self._told = ""
            except CancelledError:
                self._pending.setdefault(asked, draft)
                raise
            except HitlError as error:
                self._known.pop(asked, None)
                if str(error) != self._told:
                    self._told = str(error)
                    self._tell(error, thread_id)
        await self._lane.run(bool)  # after all that others began to write

    def recall(self, opened: OpenThread) -> Mapping[str, Picks]:
        """The drafts of a thread's questions, by interrupt id; blocks.

        One that was made for what its node asked before, under the same id, is put aside: it is
        no answer to this question, and what is typed for this one must not replace it.
        """
        if self._inbox.read_only:
            return {}
        kept = self._inbox.notes.drafts(opened.thread.thread_id)
        if opened.thread.state is ThreadState.OPEN:
            for question in opened.questions:
                self._put_aside(opened.thread.thread_id, question, kept)
        found = {
            question.interrupt.id: from_json(question, kept[question.interrupt.id])
            for question in opened.questions
            if question.interrupt.id in kept
        }
        return {interrupt_id: picks for interrupt_id, picks in found.items() if picks}

    def _put_aside(self, thread_id: str, question: Question, kept: Mapping[str, Any]) -> None:
        draft = kept.get(question.interrupt.id)
        if draft is not None and not is_for(question, draft):
            aside = f"{question.interrupt.id} {draft['turn']}"
            self._inbox.notes.save_draft(thread_id, aside, draft)
            self._inbox.notes.drop_draft(thread_id, question.interrupt.id)

    def _later(self) -> None:
        self._screen.run_worker(self.flush(), group="queue.drafts")

    def _write(self, thread_id: str, question: Question, picks: Picks) -> None:
        if is_blank(question, picks):
            self._inbox.notes.drop_draft(thread_id, question.interrupt.id)
        else:
            draft = to_json(question, picks)
            self._inbox.notes.save_draft(thread_id, question.interrupt.id, draft)
