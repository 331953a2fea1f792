"""What is done to many threads of the queue at once: marks, and the batches they lead to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import work

from hitl_tui.alike import alike
from hitl_tui.errors import HitlError
from hitl_tui.tui.screens.queue_notes import QueueNotes
from hitl_tui.tui.widgets.thread_list import ThreadList
from hitl_tui.tui.widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox
    from hitl_tui.tui.rows import Rows
    from hitl_tui.tui.screens.batch import BatchScreen


class QueueBatch(QueueNotes):
    """The keys that decide many threads together."""

    _inbox: Inbox
    at_once: int = 2
    first: Rows | None = None  # rows to draw until the list is read

    def on_thread_list_marked(self, event: ThreadList.Marked) -> None:
        """The title counts marks, and what can be done may have changed."""
        self.query_one(TitleBar).marked = event.count
        self.refresh_bindings()

    @work(exclusive=True, group="queue.alike")
    async def on_thread_list_alike_wanted(self, event: ThreadList.AlikeWanted) -> None:
        """Mark all that ask the same, among those listed."""
        job = partial(alike, self._inbox, self.threads.query_shown, event.thread_id)
        try:
            self.threads.mark(await self.files.run(job))
        except HitlError as error:
            self.desk.tell(error, event.thread_id)

    @work(exclusive=True, group="queue.batch")
    async def action_batch(self) -> None:
        """Decide the marked threads together."""
        if marks := self.threads.marks:
            from hitl_tui.tui.screens.batch import BatchScreen  # its inputs' import takes 20 ms

            desk, lane = self.desk, self.files
            besides = {each: self.on_its_way(each) for each in marks if self.on_its_way(each)}
            screen = BatchScreen(desk, self._inbox, lane, self.settling, marks, besides=besides)
            await self._carried(screen)

    @work(exclusive=True, group="queue.batch")
    async def action_resume_batch(self) -> None:
        """Go on with the oldest of the operator's batches that was cut off."""
        if self.unfinished:
            from hitl_tui.tui.screens.batch import BatchScreen

            batch_id = self.unfinished[0]
            desk, lane = self.desk, self.files
            screen = BatchScreen(desk, self._inbox, lane, self.settling, batch_id=batch_id)
            await self._carried(screen)

    async def _carried(self, screen: BatchScreen) -> None:
        self.desk.at_once = self.at_once
        tried: tuple[str, ...] = await self.app.push_screen_wait(screen)
        self.threads.unmark(tried)
        await self.find_unfinished()
        self.refresh_all()

    async def find_unfinished(self) -> None:
        """Which batches of the operator were cut off."""
        try:
            batches = await self.files.run(self._inbox.batches.all)
        except HitlError as error:
            self.desk.tell(error, "")
            return
        mine = [each for each in batches if each.operator == self._inbox.notes.operator]
        self.unfinished = tuple(each.batch_id for each in mine if each.waiting)
        self.refresh_bindings()

    async def tell_unfinished(self) -> None:
        """At the start, say so if a batch was cut off."""
        await self.find_unfinished()
        if count := len(self.unfinished):
            what = "A batch was" if count == 1 else f"{count} batches were"
            self.notify(f"{what} cut off: B goes on with it.", title="Not all sent", markup=False)
