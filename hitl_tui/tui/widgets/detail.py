"""The thread under the cursor: what it asks, its context, and the pane to answer it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.message import Message

from hitl_tui.errors import HitlError, ThreadNotFound
from hitl_tui.model.question import Question
from hitl_tui.text import megabytes
from hitl_tui.tui.content.view import View, view_of
from hitl_tui.tui.lane import Lane
from hitl_tui.tui.settling import Settling
from hitl_tui.tui.staleness import GONE, LEFT
from hitl_tui.tui.ticket import Ticket, ticket_for, why_not
from hitl_tui.tui.widgets.answer_pane import AnswerPane
from hitl_tui.tui.widgets.reader import Reader
from hitl_tui.tui.widgets.stale_forms import StaleForms

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox
    from hitl_tui.opened import OpenThread

_DEBOUNCE = 0.03  # seconds: a cursor that runs along the list loads no thread it passes

TOGETHER = 8
"""Questions of a thread that are shown at once; of more, a page."""


class Detail(StaleForms):
    """Follows one thread; answers can be given only while it shows what was last read of it."""

    @dataclass
    class Loaded(Message):
        """A thread was read and is shown."""

        opened: OpenThread

    def __init__(
        self,
        inbox: Inbox,
        lane: Lane,
        clock: Callable[[], datetime],
        settling: Settling,
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._inbox = inbox
        self._lane = lane
        self._slow = Lane("hitl-heavy")  # so that no other thread waits for a heavy one
        self._under_way = lane
        self._heavy: str | None = None  # the thread that is being read there
        self._again = False  # it changed meanwhile
        self._clock = clock
        self._settling = settling
        self._followed: str | None = None
        self._index = 0
        self._listed = True
        self._reader = Reader(id="reader")
        self._answer = AnswerPane(id="answer")
        self._ticket: Ticket | None = None
        self._view: tuple[View, range, int] | None = None  # how it was shown

    def on_unmount(self) -> None:
        """End the thread."""
        self._slow.close()

    def compose(self) -> ComposeResult:
        """The request above the answer."""
        yield self._reader
        yield self._answer

    @property
    def thread_id(self) -> str | None:
        """The thread followed, read or not."""
        return self._followed

    @property
    def question(self) -> Question | None:
        """The question shown."""
        if self._opened is None or not self._opened.questions:
            return None
        return self._opened.questions[self._index]

    @property
    def index(self) -> int:
        """Which of the thread's questions the operator is at, from 0."""
        return self._index

    @property
    def ticket(self) -> Ticket | None:
        """What an answer given now would be for; None if none may be sent."""
        return self._ticket

    def show(self, thread_id: str | None) -> None:
        """Follow another thread; nothing can be sent until it is read."""
        self.disarm()
        self._listed, self.stale, self.drawn = True, "", None
        self._heavy, self._again = None, False
        if thread_id != self._followed:
            self._opened, self._index = None, 0
        self._followed = thread_id
        if thread_id is None:
            self._load_nothing()
        else:
            self._load(thread_id, _DEBOUNCE)

    def reload(self) -> None:
        """Read the thread again: something changed.

        A heavy one that is being read is shown first, else in a busy file it never would be.
        """
        self._again = self._followed is not None and self._followed == self._heavy
        if self._followed is not None and not self._again:
            self._load(self._followed, 0)

    def leave(self) -> None:
        """The thread left the list: show what became of it, let nothing be sent."""
        self._listed = False
        if self._at_work:
            self._turn_stale(LEFT)
        self.disarm()
        self.reload()

    def rearm(self) -> None:
        """Whether an answer can be given may have changed, and nothing else."""
        opened, view = self._opened, self._view
        if opened and self.is_current and view and not self.stale:
            self._arm(opened, *view)
            self._tell_drawn(opened)

    def turn(self, step: int) -> None:
        """Go to the next or previous question of the thread."""
        if self._opened and self._opened.questions:
            self._index = (self._index + step) % len(self._opened.questions)
            self._draw()

    @work(exclusive=True, group="detail.load")
    async def _load(self, thread_id: str, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        try:
            size = await self._lane.run(partial(self._inbox.size, thread_id))
            self._under_way = self._slow if size else self._lane
            self._heavy = thread_id if size else None
            if size and self._opened is None and not self._at_work:
                self._tell(f"Reading {megabytes(size)} …")
            opened = await self._under_way.run(partial(self._inbox.open, thread_id))
        except HitlError as error:
            self._heavy = None
            self._lose(thread_id, error)
        else:
            self._heavy = None
            self._take(opened)
        if self._again:
            self.call_later(self.reload)

    def _tell(self, told: str) -> None:
        """Say how a thread cannot be shown, yet or at all, in the place of what it asks."""
        self._reader.tell(told)
        self._answer.show((), why_not=told)

    @work(exclusive=True, group="detail.load")
    async def _load_nothing(self) -> None:
        self._reader.tell("")
        self._answer.show((), why_not="Nothing is selected.")

    def _take(self, opened: OpenThread) -> None:
        self._compare(opened)
        at = self.question.interrupt.id if self.question else None
        ids = [question.interrupt.id for question in opened.questions]
        self._opened, self._index = opened, ids.index(at) if at in ids else 0
        if self._ticket != ticket_for(opened):
            self.disarm()
        self._draw()

    def _lose(self, thread_id: str, error: HitlError) -> None:
        gone = isinstance(error, ThreadNotFound)
        why = GONE if gone else f"{error.title}. {error}"
        if self._at_work:
            self._turn_stale(why)
        elif self.drawn is None:  # what stands there is another thread's
            self._tell(why)
        else:
            self._answer.show((), why_not=why)
        self.disarm()
        self._opened = None
        if not gone:
            self.post_message(self.Failed(thread_id, error))

    def on_answer_pane_turned(self, event: AnswerPane.Turned) -> None:
        """The operator went to another question's form: the request follows."""
        event.stop()
        self._index = self._shown.start + event.at
        self._draw()

    @property
    def _shown(self) -> range:
        """Which of the questions are shown together: so many that they can be drawn at once."""
        count = len(self._opened.questions) if self._opened else 0
        first = self._index // TOGETHER * TOGETHER
        return range(first, min(first + TOGETHER, count))

    @work(exclusive=True, group="detail.draw")
    async def _draw(self) -> None:
        """Build the texts off the event loop, then show them together with the answer's form."""
        opened, index, now = self._opened, self._index, self._clock()
        if opened is None:
            return
        shown = self._shown
        view = await self._under_way.run(partial(view_of, opened, shown, index, now))
        drafts = await self._recalled(opened)
        if opened is not self._opened or index != self._index:
            return
        at = index - shown.start
        with self.app.batch_update():  # laid out once, not for each part of a form that comes
            self._reader.show(view.heading, view.requests, view.context, at)
            self._answer.recall(opened.questions, drafts)
            self._arm(opened, view, shown, at)
            await self._answer.stand()
        self._tell_drawn(opened)

    def _arm(self, opened: OpenThread, view: View, shown: range, at: int) -> None:
        """Show the forms; from now on answers are for these questions at this checkpoint."""
        self.drawn, self._view = opened, (view, shown, at)
        if self.stale:
            return
        questions = opened.questions[shown.start : shown.stop]
        why = self.objection(opened) or why_not(opened, listed=self._listed)
        stays = self._answer.at in {question.interrupt.id for question in questions}
        asked = tuple((question.interrupt.id, question.turn) for question in questions)
        self._settling.watch(asked, beside=stays)
        place = (shown.start, len(opened.questions))
        self._answer.show(questions, at=at, place=place, why_not=why, beginnings=view.beginnings)
        self._ticket = None if why else ticket_for(opened)

    def _tell_drawn(self, opened: OpenThread) -> None:
        """From the next refresh on keys count."""
        if not self.stale:
            self.call_after_refresh(self._settling.drawn)
        self.post_message(self.Loaded(opened))
