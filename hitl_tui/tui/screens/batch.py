"""One decision for many threads: picked, seen in a table, and sent only on purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import ProgressBar, Static

from hitl_tui.batching import Make, Plan, begin, offers, plan
from hitl_tui.errors import HitlError
from hitl_tui.model.batches import Member
from hitl_tui.model.threads import NOTHING
from hitl_tui.tui.carrier import Carrier
from hitl_tui.tui.content.batch_table import table
from hitl_tui.tui.lane import Lane
from hitl_tui.tui.runs import Runs
from hitl_tui.tui.safe import lines_of
from hitl_tui.tui.screens.dialog import Dialog
from hitl_tui.tui.settling import Settling
from hitl_tui.tui.widgets.batch_words import BatchWords

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox
    from hitl_tui.tui.desk import Desk


_UNDECIDED = Content("Nothing is decided yet.")


class BatchScreen(Dialog[tuple[str, ...]]):
    """Returns the threads that were sent something, or tried; none if it was left before.

    With a `batch_id` it goes on with a batch that was cut off, instead of planning one. `besides`
    are the threads that cannot be decided now, each with the reason that only the app knows.
    """

    CSS_PATH: ClassVar[list[str | PurePath]] = ["dialog.tcss", "batch.tcss"]

    help_title = "Batch"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Send", id="batch.send",
                tooltip="Send to each thread what the table shows"),
        Binding("ctrl+f", "careful", "Stop at failure", priority=True, id="batch.careful",
                tooltip="Begin no more once a thread has failed, or do go on"),
        Binding("escape", "back", "Back", id="batch.back",
                tooltip="Leave; while it is being sent, begin no more"),
    ]  # fmt: skip

    def __init__(
        self,
        desk: Desk,
        inbox: Inbox,
        lane: Lane,
        settling: Settling,
        thread_ids: Sequence[str] = (),
        batch_id: str | None = None,
        besides: Mapping[str, str] = NOTHING,
    ) -> None:
        super().__init__(settling)
        self._desk = desk
        self._inbox = inbox
        self._lane = lane
        self._threads = tuple(thread_ids)
        self._batch_id = batch_id
        self._plan: Plan | None = None
        self._judged: Plan | None = None  # what stood there when the key that sends was struck
        self._told: dict[str, Member] = {}
        self._careful = False
        self._meant: object = None  # what the table, or the one to come, was made of
        self._what, self._phase = "", "plan"  # then "sending", then "over"
        self._besides = besides
        self._words = BatchWords(id="words")
        self._seen = settling.another()  # the table
        self._carrier = Carrier(inbox, self.post_message, desk.feed)

    def compose(self) -> ComposeResult:
        """The decisions there are, the table, how far it is, and what can be done."""
        with Vertical(classes="dialog"):
            yield Static("One decision for many threads", id="what", markup=False)
            yield self._words
            with VerticalScroll(id="table"):
                yield Static("reading…", id="rows", markup=False)
            yield ProgressBar(show_eta=False, id="progress")
            yield Static(id="problem", classes="problem", markup=False)
            yield Static(id="keys", classes="keys", markup=False)

    def on_mount(self) -> None:
        """Read what there is to decide; until then nothing can be sent."""
        self.query_one(ProgressBar).display = False
        self._words.display = False
        self._show_keys()
        self._begin()

    def on_unmount(self) -> None:
        """Whoever leaves the app begins no more; what was not sent can be resumed."""
        self._carrier.stop()

    @work(group="batch.read")
    async def _begin(self) -> None:
        try:
            if self._batch_id is not None:
                job = partial(self._inbox.batches.members, self._batch_id)
                await self._show_plan(Plan(tuple(await self._lane.run(job)), ()))
                return
            opened = await self._lane.run(partial(self._inbox.open, self._threads[0]))
        except HitlError as error:
            self._refuse(str(error))
            return
        found = offers(opened.questions[0]) if len(opened.questions) == 1 else ()
        if not found:
            self._refuse("The first marked thread can only be decided by itself.")
            return
        self._words.display = True
        self._words.offer(found)

    def ignores(self, event: events.Key | events.Paste) -> bool:
        """Whether a key came too early: the one that sends must wait for the table to be seen."""
        sends = isinstance(event, events.Key) and event.key == "ctrl+s"
        self._judged = self._plan if sends else self._judged
        return super().ignores(event) or (sends and self._seen.too_early(event.time))

    def on_batch_words_edited(self, event: BatchWords.Edited) -> None:
        """The table that is shown can no longer be sent."""
        if self._phase == "plan":
            self.workers.cancel_group(self, "batch.read")
            self._plan = None
            self._show_keys()

    def on_batch_words_decided(self, event: BatchWords.Decided) -> None:
        """Make the table of what is decided, or say what is missing."""
        if self._phase != "plan":
            return
        self._plan = None
        self._meant = event.meant
        self._say(event.lacks)
        if event.make is not None:
            self._read(event.make, event.what)
        else:  # the table of before is nothing that anybody means
            self.put("#rows", _UNDECIDED)

    @work(exclusive=True, group="batch.read")
    async def _read(self, make: Make, what: str) -> None:
        job = partial(plan, self._inbox, self._threads, make, self._besides)
        try:
            found = await self._lane.run(job)
        except HitlError as error:
            self._refuse(str(error))
            return
        self._what = what
        await self._show_plan(found)

    def action_send(self) -> None:
        """Send what the table shows."""
        edited = self._batch_id is None and self._words.meant != self._meant
        if edited or self._plan is not self._judged:
            return  # another table came, or is to come, since the key was struck
        if self._phase == "plan" and self._plan is not None and self._plan.members:
            self._phase = "sending"
            self._words.disabled = True
            self._show_keys()
            self._send(self._plan)

    @work(group="batch.send", description="send a batch")
    async def _send(self, planned: Plan) -> None:
        try:
            if self._batch_id is None:
                job = partial(begin, self._inbox, planned, self._what)
                self._batch_id = await self._lane.run(job)
        except HitlError as error:
            self._phase = "over"
            self._refuse(str(error))
            return
        bar = self.query_one(ProgressBar)
        bar.display = True
        bar.update(total=len(planned.members), progress=0)
        self._desk.batches += 1
        self._carrier.start(self._batch_id, self._desk.at_once, stop_at_failure=self._careful)

    def on_carrier_told(self, event: Carrier.Told) -> None:
        """A thread came to its end."""
        self._told[event.member.thread_id] = event.member
        self.query_one(ProgressBar).update(progress=len(self._told))
        self._retell()

    def on_carrier_over(self, event: Carrier.Over) -> None:
        """All that was begun came to its end."""
        self._desk.batches -= 1
        self._phase = "over"
        if event.fault is not None:
            self._refuse(str(event.fault))
            if not isinstance(event.fault, HitlError):
                self._desk.tell_fault(Runs.Broke("", event.fault))
        self._show_keys()

    def action_careful(self) -> None:
        """Whether the first failure stops it."""
        if self._phase == "plan":
            self._careful = not self._careful
            self._show_keys()

    def action_back(self) -> None:
        """Leave, or begin no more."""
        if self._phase == "sending":
            self._carrier.stop()
            self._show_keys("no more is begun; waiting for what is under way")
        else:
            self.dismiss(tuple(self._told))

    async def _show_plan(self, found: Plan) -> None:
        await self._show_table(found)
        self._plan = found
        self._seen.watch(found)  # a table counts once it was seen for a moment
        self._show_keys()
        self.call_after_refresh(self._seen.drawn)

    @work(exclusive=True, group="batch.table")
    async def _retell(self) -> None:
        if self._plan is not None:
            await self._show_table(self._plan)

    async def _show_table(self, planned: Plan) -> None:
        """Made off the event loop: a batch may have thousands of lines."""
        told = {m.thread_id: m for m in planned.members if m.begun} | self._told
        rows = partial(table, planned.members, planned.excluded, told, self._inbox.shown)
        self.put("#rows", await self._lane.run(rows))

    def _show_keys(self, instead: str = "") -> None:
        count = len([m for m in self._plan.members if not m.begun]) if self._plan else 0
        careful = "stops at the first failure" if self._careful else "goes on after a failure"
        words = {
            "plan": f"ctrl+s  send to {count}      ctrl+f  {careful}      esc  leave",
            "sending": "esc  begin no more",
            "over": "esc  back to the queue",
        }[self._phase]
        self.put("#keys", Content(instead or words))

    def _refuse(self, problem: str) -> None:
        self._say(problem)
        self._show_keys()

    def _say(self, problem: str) -> None:
        self.put("#problem", lines_of(problem))
