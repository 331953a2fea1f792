"""What an operator notes on the thread shown: claims, and until when it sleeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from textual import work

from hitl_tui.errors import HitlError
from hitl_tui.opened import OpenThread
from hitl_tui.tui.lane import Lane
from hitl_tui.tui.look import until
from hitl_tui.tui.screens.queue_runs import QueueRuns
from hitl_tui.tui.screens.snooze import Snooze


class QueueNotes(QueueRuns):
    """The keys that send nothing and tell other operators something."""

    clock: Callable[[], datetime]
    noting: Lane

    @work(group="queue.note")
    async def action_claim(self) -> None:
        """Keep the thread shown for oneself."""
        if (thread_id := self.shown_thread()) is not None:
            await self._note(partial(self.desk.notes.claim, thread_id), thread_id)

    @work(group="queue.note")
    async def action_release(self) -> None:
        """Let others have the thread shown."""
        if (thread_id := self.shown_thread()) is not None:
            await self._note(partial(self.desk.notes.release, thread_id), thread_id)

    @work(group="queue.note")
    async def action_snooze(self) -> None:
        """Put the thread shown off."""
        opened = self.detail.opened
        if opened is None:
            return
        thread_id = opened.thread.thread_id
        asleep = opened.mark.snoozed_until is not None
        chosen = await self.app.push_screen_wait(Snooze(asleep, self.clock, self.settling))
        if chosen is not None:
            if chosen[0] is not None and self.threads.thread_id == thread_id:
                self.threads.go_on(skip={*self.outbox.left(), *self._sent})
            await self._note(partial(self.desk.notes.snooze, thread_id, chosen[0]), thread_id)

    @work(group="queue.note")
    async def action_drop_left(self) -> None:
        """Drop drafts for questions that were answered meanwhile, if the operator means it."""
        opened = self.detail.opened
        if opened is not None and opened.left and await self.desk.drops(opened):
            thread_id, ids = opened.thread.thread_id, [each.interrupt_id for each in opened.left]
            await self._note(partial(self.desk.notes.drop_left, thread_id, ids), thread_id)

    def objection(self, opened: OpenThread) -> str:
        """Another operator's claim speaks against an answer too."""
        mark = opened.mark
        if mark.claimed_until is not None and mark.claimed_by != self.desk.notes.operator:
            end = until(mark.claimed_until, self.clock())
            return f"{mark.claimed_by} claims this thread until {end}."
        return super().objection(opened)

    def finish(self, seconds: float) -> None:
        """Wait, for so long at most, until what was noted is written down."""
        for lane in (self.noting, self.files):
            lane.wait(seconds)

    async def _note(self, job: Callable[[], None], thread_id: str) -> None:
        try:
            await self.files.run(job)
        except HitlError as error:
            self.desk.tell(error, thread_id)
        self.refresh_all()
