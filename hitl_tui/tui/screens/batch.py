"""One decision for many threads: picked, seen in a table, and sent only on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, ProgressBar, Static

from hitl_tui.alike import decisions
from hitl_tui.batching import Plan, begin, by_decision, plan
from hitl_tui.errors import HitlError
from hitl_tui.model.batches import Member
from hitl_tui.tui.carrier import Carrier
from hitl_tui.tui.content.batch_table import table
from hitl_tui.tui.lane import Lane
from hitl_tui.tui.runs import Runs
from hitl_tui.tui.safe import lines_of, one_line
from hitl_tui.tui.screens.dialog import Dialog
from hitl_tui.tui.settling import Settling

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox
    from hitl_tui.tui.desk import Desk


class BatchScreen(Dialog[tuple[str, ...]]):
    """Returns the threads that were sent something, or tried; none if it was left before.

    With a `batch_id` it goes on with a batch that was cut off, instead of planning one.
    """

    help_title = "Batch"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Send", id="batch.send",
                tooltip="Send to each thread what the table shows"),
        Binding("ctrl+f", "careful", "Stop at failure", id="batch.careful",
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
    ) -> None:
        super().__init__(settling)
        self._desk = desk
        self._inbox = inbox
        self._lane = lane
        self._threads = tuple(thread_ids)
        self._batch_id = batch_id
        self._what = ""
        self._plan: Plan | None = None
        self._told: dict[str, Member] = {}
        self._careful = False
        self._phase = "plan"  # then "sending", then "over"
        self._carrier = Carrier(inbox, self.post_message)

    def compose(self) -> ComposeResult:
        """The decisions there are, the table, how far it is, and what can be done."""
        with Vertical(classes="dialog"):
            yield Static("One decision for many threads", id="what", markup=False)
            yield OptionList(id="decisions", markup=False)
            with VerticalScroll(id="table"):
                yield Static("reading…", id="rows", markup=False)
            yield ProgressBar(show_eta=False, id="progress")
            yield Static(id="problem", classes="problem", markup=False)
            yield Static(id="keys", classes="keys", markup=False)

    def on_mount(self) -> None:
        """Read what there is to decide; until then nothing can be sent."""
        self.query_one(ProgressBar).display = False
        self.query_one("#decisions").display = False
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
        names = decisions(opened.questions[0]) if len(opened.questions) == 1 else ()
        if not names:
            self._refuse("The first marked thread offers no decision that needs no words.")
            return
        options = self.query_one("#decisions", OptionList)
        options.display = True
        options.add_options([one_line(name) for name in names])
        options.focus()
        self._names = names
        options.highlighted = 0

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """A decision: its table is made; the one before can no longer be sent."""
        if self._phase == "plan":
            self._plan = None
            self._read(self._names[event.option_index])

    @work(exclusive=True, group="batch.read")
    async def _read(self, decision: str) -> None:
        job = partial(plan, self._inbox, self._threads, by_decision(decision))
        try:
            found = await self._lane.run(job)
        except HitlError as error:
            self._refuse(str(error))
            return
        self._what = decision
        await self._show_plan(found)

    def action_send(self) -> None:
        """Send what the table shows."""
        if self._phase == "plan" and self._plan is not None and self._plan.members:
            self._phase = "sending"
            self.query_one("#decisions").disabled = True
            self._show_keys()
            self._send(self._plan)

    @work(group="batch.send")
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
        self._settling.watch(found)  # a table counts once it was seen for a moment
        self._show_keys()
        self.call_after_refresh(self._settling.drawn)

    @work(exclusive=True, group="batch.table")
    async def _retell(self) -> None:
        if self._plan is not None:
            await self._show_table(self._plan)

    async def _show_table(self, planned: Plan) -> None:
        """Made off the event loop: a batch may have thousands of lines."""
        told = {m.thread_id: m for m in planned.members if m.begun} | self._told
        rows = partial(table, planned.members, planned.excluded, told, self._inbox.shown)
        content = await self._lane.run(rows)
        self.query_one("#rows", Static).update(content)

    def _show_keys(self, instead: str = "") -> None:
        count = len([m for m in self._plan.members if not m.begun]) if self._plan else 0
        careful = "stops at the first failure" if self._careful else "goes on after a failure"
        words = {
            "plan": f"ctrl+s  send to {count}      ctrl+f  {careful}      esc  leave",
            "sending": "esc  begin no more",
            "over": "esc  back to the queue",
        }[self._phase]
        self.query_one("#keys", Static).update(Content(instead or words))

    def _refuse(self, problem: str) -> None:
        self.query_one("#problem", Static).update(lines_of(problem))
        self._show_keys()
