"""What the keys of the queue screen do, and when they can do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import events, getters, work
from textual.binding import BindingType
from textual.screen import Screen

from hitl_tui.model.runs import Verb
from hitl_tui.text import clean
from hitl_tui.tui.arrangement import Arrangement
from hitl_tui.tui.desk import Desk
from hitl_tui.tui.drafts import Drafts
from hitl_tui.tui.lane import Lane
from hitl_tui.tui.outbox import Outbox
from hitl_tui.tui.screens.help import Help, kinds_on
from hitl_tui.tui.screens.queue_keys import DECIDE, KEYS, TYPED
from hitl_tui.tui.screens.queue_possible import possible
from hitl_tui.tui.screens.raw import Raw
from hitl_tui.tui.screens.save_log import SaveLog
from hitl_tui.tui.settling import Settling
from hitl_tui.tui.view import View
from hitl_tui.tui.widgets.answer_pane import AnswerPane
from hitl_tui.tui.widgets.detail import Detail
from hitl_tui.tui.widgets.reader import Reader
from hitl_tui.tui.widgets.run_log import RunLog
from hitl_tui.tui.widgets.search import Search
from hitl_tui.tui.widgets.tab_bar import TabBar
from hitl_tui.tui.widgets.thread_list import ThreadList


class QueueActions(Screen[None]):
    """The keyboard's half of the queue screen; the other half lays out and wires."""

    help_title = "Everywhere"
    BINDINGS: ClassVar[list[BindingType]] = KEYS

    threads = getters.query_one(ThreadList)
    detail = getters.query_one(Detail)
    answer = getters.query_one(AnswerPane)
    log_pane = getters.query_one(RunLog)

    arrangement: Arrangement
    desk: Desk
    settling: Settling
    files: Lane
    outbox: Outbox
    drafts: Drafts
    view: View = View()  # the order of the list, and what is left out
    opening: str | None = None  # the thread to answer as soon as it is read
    unfinished: tuple[str, ...] = ()  # the operator's batches that were cut off
    only: str | None = None  # the thread that the log is filtered to

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if self.arrangement.away:
            return False
        if action in TYPED and (self.arrangement.at("answer") or self._searching()):
            return False
        return possible(self, action, parameters)

    def ignores(self, event: events.Key | events.Paste) -> bool:
        """Whether a key came before the operator could see what it would decide."""
        if self.arrangement.away:  # what is typed on would fall to what is not seen
            return not (isinstance(event, events.Key) and event.key == "ctrl+q")
        if isinstance(event, events.Key) and event.key in ("escape", "ctrl+q"):
            return False  # these lead away and decide nothing
        deciding = isinstance(event, events.Key) and event.key in DECIDE
        return (deciding or self.arrangement.at("answer")) and self.settling.too_early(event.time)

    def action_send(self, together: bool = False) -> None:
        """Send from the form; from elsewhere only go there, since one may not look at it."""
        if not self.arrangement.at("answer"):
            self.open_answer()
        elif self.detail.ticket is not None:
            self.answer.send(together=together, about=self.detail.ticket)

    def action_send_all(self) -> None:
        """Send the answers to all of the thread's questions together."""
        self.action_send(together=True)

    def action_back(self) -> None:
        """Go to the queue, in a narrow terminal too; what turned stale is read again.

        A thread that was to be answered as soon as it is read is not any more.
        """
        self.opening = None
        self.detail.look_again()
        self.arrangement.go("queue")

    def action_step(self, direction: int) -> None:
        """Go to the next field or pane."""
        skip = () if self.detail.ticket else ("answer",)
        self.arrangement.step(direction, frozenset(skip))

    def action_turn(self, step: int) -> None:
        """Go to another question of the thread."""
        self.detail.turn(step)

    @work(group="queue.act")
    async def action_act(self, verb: str) -> None:
        """Do a verb to the thread shown."""
        if (opened := self.detail.opened) is not None:
            await self.desk.act(opened, Verb(verb), self.still_here())
            self.refresh_all()

    @work(group="queue.act")
    async def action_cancel(self) -> None:
        """Stop our run of the thread shown."""
        if (thread_id := self.shown_thread()) is not None:
            await self.desk.cancel(thread_id)

    def action_view(self) -> None:
        """Request or context."""
        self.query_one(Reader).toggle()

    def action_raw(self) -> None:
        """Show the thread as it came."""
        if (opened := self.detail.opened) is not None:
            self.app.push_screen(Raw(opened, self.detail.index, self.files, self.settling))

    def action_search(self) -> None:
        """Type a text to search."""
        self.arrangement.show("queue")
        self.query_one(Search).begin()
        self.threads.expect_search()

    def action_tab(self, index: int) -> None:
        """List the threads of another tab."""
        self.query_one(TabBar).chosen = index
        self.list_anew()

    def action_filter_log(self) -> None:
        """Log only the thread shown, or all again."""
        self.only = None if self.only else self.shown_thread()
        self.log_pane.show_only(self.only)
        self.log_pane.set_class(self.only is not None, "-filtered")

    def action_follow_log(self) -> None:
        """Go to the end of the log."""
        self.log_pane.follow()

    @work(group="queue.save")
    async def action_save_log(self) -> None:
        """Write the log to a file."""
        name = f"hitl-{datetime.now():%Y%m%d-%H%M%S}.log"
        dialog = SaveLog(self.log_pane.text(), name, self.files, self.settling)
        path: Path | None = await self.app.push_screen_wait(dialog)
        if path is not None:
            self.notify(clean(str(path.absolute())), title="Log saved", markup=False)

    def action_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(Help(kinds_on(self), self.settling))

    @work(exclusive=True, group="queue.leave")
    async def action_leave(self) -> None:
        """Leave, after a question if that would stop something."""
        self.outbox.pause()
        await self.drafts.flush()
        if await self.desk.may_leave():
            self.app.exit()
        else:
            self.outbox.resume()

    def go_to(self, thread_id: str) -> None:
        """Put the cursor on a thread that asks, on the first tab if the list does not have it."""
        search = self.query_one(Search)
        if search.value or self.query_one(TabBar).chosen > 0 or self.view.narrowed:
            search.value, self.view = "", self.view.everything()
            self.action_tab(0)
        self.threads.seek(thread_id)
        self.arrangement.go("queue")

    def open_answer(self) -> None:
        """Go to the form, or to the request of a thread that takes no answer, once it is shown."""
        if self.detail.stale:
            self.detail.look_again()
            self.opening = self.detail.thread_id
        elif not self.detail.is_current:
            self.opening = self.detail.thread_id
        else:
            self.arrangement.go("answer" if self.detail.ticket else "request")

    def still_here(self) -> Callable[[], bool]:
        """What tells later whether the operator is where they are now, with nothing on top."""
        here = self.shown_thread(), self.focused
        return lambda: self.is_current and (self.shown_thread(), self.focused) == here

    def shown_thread(self) -> str | None:
        """The thread of the detail."""
        return self.detail.thread_id

    def list_anew(self) -> None:
        """List by the tab and the search there are; overridden by the wiring."""
        raise NotImplementedError

    def refresh_all(self) -> None:
        """Read everything shown again; overridden by the wiring."""
        raise NotImplementedError

    def _searching(self) -> bool:
        return isinstance(self.focused, Search)
