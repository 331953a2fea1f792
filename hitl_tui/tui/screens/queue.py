"""The main screen: the queue beside the thread under its cursor, above the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.widgets import Static

from hitl_tui.errors import HitlError
from hitl_tui.tui.arrangement import Arrangement, Place
from hitl_tui.tui.counting import tally
from hitl_tui.tui.desk import Desk
from hitl_tui.tui.drafts import Drafts
from hitl_tui.tui.lane import Lane
from hitl_tui.tui.outbox import Outbox
from hitl_tui.tui.screens.queue_view import AGEING, QueueView
from hitl_tui.tui.screens.source_error import SourceErrorScreen
from hitl_tui.tui.settling import Settling
from hitl_tui.tui.watch import POLL, Watch
from hitl_tui.tui.widgets.detail import Detail
from hitl_tui.tui.widgets.ground import Ground, Row
from hitl_tui.tui.widgets.key_bar import KeyBar
from hitl_tui.tui.widgets.reader import Reader
from hitl_tui.tui.widgets.run_log import RunLog
from hitl_tui.tui.widgets.search import Search
from hitl_tui.tui.widgets.tab_bar import TabBar
from hitl_tui.tui.widgets.thread_list import ThreadList
from hitl_tui.tui.widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox


class QueueScreen(QueueView, Ground):
    """Lays out the panes and wires what they tell; keys and runs are in its bases."""

    CSS_PATH: ClassVar[list[str | PurePath]] = [
        "../widgets/answer.tcss",
        "../widgets/run_log.tcss",
        "queue.tcss",
    ]

    log_lines = 10_000

    def __init__(
        self,
        inbox: Inbox,
        clock: Callable[[], datetime],
        settling: Settling,
        grace: float,
    ) -> None:
        super().__init__()
        self._grace = grace
        self._inbox = inbox
        self.clock = clock
        self.settling = settling
        self.files = Lane("hitl-files")
        self._reading = Lane("hitl-list")
        self._counting = Lane("hitl-count")
        self._looking = Lane("hitl-detail")
        self._watching = Lane("hitl-watch")
        self.noting = Lane("hitl-notes")
        self._watch = Watch(inbox, self._watching)
        self._warm = False  # the first rows were shown

    def compose(self) -> ComposeResult:
        """The panes, from top to bottom."""
        yield TitleBar(self._inbox.name, id="title")
        with Row(id="tabs"):
            yield TabBar()
            yield Search(id="search")
        with Row(id="panes"):
            yield ThreadList(self._inbox, self._reading, self.clock, self.first, id="queue")
            yield Detail(self._inbox, self._looking, self.clock, self.settling, id="detail")
        yield RunLog(max_lines=self.log_lines, id="log")
        yield Static("Too small.\nMake it 32×8.\nctrl+q quits", id="small", markup=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Wire, then read: nothing is waited for before the first paint."""
        self.desk = Desk(
            self, self._inbox, self.files, self.settling, self.clock, self.log_pane.feed
        )
        self.outbox = Outbox(self, self._grace, self.go, self.show_outbox)
        self.drafts = Drafts(self, self._inbox, self.noting, self.desk.tell)
        self.detail.objection, self.detail.recall = self.objection, self.drafts.recall
        self.arrangement = self._arranged()
        self.threads.border_title = "Queue"
        self.answer.border_title = "Answer"
        self.log_pane.border_title = "Log"
        self.threads.focus()
        self.call_after_refresh(self._begin)
        self.set_interval(POLL, self._look)
        self.set_interval(AGEING, self.grow_old)

    def on_unmount(self) -> None:
        """End the threads."""
        reading = (self._reading, self._counting, self._looking, self._watching)
        for lane in (self.files, self.noting, *reading):
            lane.close()

    def on_resize(self, event: events.Resize) -> None:
        """Arrange the panes for the terminal's size."""
        self.arrangement.fit(event.size)
        self.query_one(KeyBar).compact = event.size.width < 60
        self.refresh_bindings()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Show the pane that the focus went to."""
        self.arrangement.follow(event.widget)
        self.refresh_bindings()

    def refresh_all(self) -> None:
        """Read everything shown again."""
        if self._stands:
            self.threads.reload()
            self.detail.reload()

    def on_tab_bar_picked(self, event: TabBar.Picked) -> None:
        """A tab was clicked."""
        self.action_tab(event.index)

    def on_search_sought(self, event: Search.Sought) -> None:
        """The search changed."""
        self.list_anew()

    def on_search_left(self, event: Search.Left) -> None:
        """The search is done."""
        self.arrangement.go("queue")

    def on_thread_list_highlighted(self, event: ThreadList.Highlighted) -> None:
        """The cursor moved: the detail follows."""
        self.opening = None
        self.detail.show(event.thread_id)
        self.refresh_bindings()

    def on_thread_list_opened(self, event: ThreadList.Opened) -> None:
        """Go to the answer, once the thread is there."""
        if self.detail.thread_id == event.thread_id:
            self.open_answer()
        else:
            self.opening = event.thread_id

    def on_thread_list_vanished(self, event: ThreadList.Vanished) -> None:
        """The thread left the list: nothing can be sent to it from here."""
        self.opening = None
        self.detail.leave()
        if self.arrangement.place == "answer" and not self.detail.stale:
            self.arrangement.go("queue")

    def on_thread_list_refreshed(self, event: ThreadList.Refreshed) -> None:
        """The list was read: count it; after the first time, get a run's worker ready."""
        self._count()
        self.threads.set_class(event.rows.total == 0, "-empty")
        if not self._warm:
            self._warm = True
            self._get_ready()

    def on_thread_list_failed(self, event: ThreadList.Failed) -> None:
        """The list cannot be read: what was read stays; without any, ask what to do."""
        if self._warm:
            self.desk.tell(event.error, "")
        else:
            self._ask_source(event.error)

    def on_detail_loaded(self, event: Detail.Loaded) -> None:
        """The thread is shown."""
        if self.opening == event.opened.thread.thread_id:
            self.opening = None
            self.open_answer()
        elif self.focused is None and not self.arrangement.away:  # the form that had it is gone
            self.arrangement.go("queue")
        self.refresh_bindings()

    def on_detail_failed(self, event: Detail.Failed) -> None:
        """The thread cannot be read: it is told, and opens nothing when it can be read later."""
        self.opening = None
        self.desk.tell(event.error, event.thread_id)

    @property
    def _stands(self) -> bool:
        """Whether the panes are there: a screen that closes loses them before its workers end."""
        return self.is_running and bool(self.query(ThreadList)) and bool(self.query(Detail))

    @work(group="queue.begin")
    async def _begin(self) -> None:
        """Read, after a look at the version: what is written in between is noticed."""
        await self._watch.begin()
        if self._stands:
            self.list_anew()

    @work(group="queue.look")
    async def _look(self) -> None:
        try:
            if self._warm and await self._watch.changed():
                self.refresh_all()
        except HitlError as error:
            self.desk.tell(error, "")
        if self._stands and self._warm:
            bar = self.query_one(TitleBar)
            now = f"{self.clock().astimezone():%H:%M:%S}"
            bar.lost = (bar.lost or now) if self._watch.lost or self.threads.lost else ""

    @work(exclusive=True, group="queue.count")
    async def _count(self) -> None:
        """Show how many threads are in each state: it takes longer than the rows, and follows."""
        if not self._stands:
            return
        shown = self.threads
        count = partial(tally, self._inbox, shown.query_shown, shown.is_partial)
        try:
            found = await self._counting.run(count)
        except HitlError as error:
            if self._stands:
                self.desk.tell(error, "")
            return
        if self._stands:
            self.query_one(TitleBar).show(found.waiting, partial=found.partial)
            self.query_one(TabBar).show(found)

    @work(group="queue.warm")
    async def _get_ready(self) -> None:
        await self.files.run(self._inbox.warm)
        await self.desk.join_left()
        await self.tell_unfinished()

    @work(exclusive=True, group="queue.source")
    async def _ask_source(self, error: HitlError) -> None:
        if await self.app.push_screen_wait(SourceErrorScreen(error, self.settling)):
            self.list_anew()
        else:
            self.app.exit(return_code=error.exit_code)

    def _arranged(self) -> Arrangement:
        reader = self.query_one(Reader)
        return Arrangement(
            self,
            {
                "queue": Place(self.threads, self.threads.focus),
                "request": Place(reader, reader.focus_pane),
                "answer": Place(self.answer, self.answer.focus_first, self.answer.stay),
                "log": Place(self.log_pane, self.log_pane.focus),
            },
        )
