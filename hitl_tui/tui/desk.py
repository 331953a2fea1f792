"""What the operator sets going, and what is told when it does not go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.content import Content
from textual.screen import Screen

from hitl_tui.errors import Conflict, GraphUnknown, HitlError
from hitl_tui.model.runs import EventType, Outcome, RunEvent, Verb
from hitl_tui.text import clean, identity
from hitl_tui.tui.content.left import left
from hitl_tui.tui.lane import Lane
from hitl_tui.tui.runs import Runs
from hitl_tui.tui.safe import lines_of, styled
from hitl_tui.tui.screens.confirm import Confirm
from hitl_tui.tui.screens.pick_graph import PickGraph
from hitl_tui.tui.settling import Settling
from hitl_tui.tui.ticket import Ticket

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox
    from hitl_tui.opened import OpenThread

_QUESTIONS = {
    Verb.CONTINUE: "Run what is left of this thread?",
    Verb.RETRY: "Run what failed again, with the same answer?",
    Verb.REOPEN: "Have this thread ask again?",
    Verb.ABANDON: "Set aside what may have run, and take the thread as the source shows it?",
}
_ENDS = {
    Outcome.CANCELLED.value: "Cancelled, may have run",
    Outcome.IN_DOUBT.value: "Nobody knows whether it ran",
}


class Desk:
    """Sends answers and verbs for a screen; its coroutines run in workers of that screen.

    `feed` takes events for the log.
    """

    def __init__(
        self,
        screen: Screen[None],
        inbox: Inbox,
        lane: Lane,
        settling: Settling,
        clock: Callable[[], datetime],
        feed: Callable[[RunEvent], None],
    ) -> None:
        self._screen = screen
        self._inbox = inbox
        self._lane = lane
        self._settling = settling
        self._clock = clock
        self.feed = feed
        self.notes = inbox.notes
        self.may_send = not inbox.read_only
        self.batches = 0  # under way
        self.at_once = 2  # threads of a batch
        self.runs = Runs(screen.post_message, feed)

    async def send(self, ticket: Ticket, answers: Mapping[str, Any]) -> bool:
        """Send answers together, unless the thread is no more what was seen; tell which."""
        thread_id = ticket.thread_id
        try:
            now = (await self._lane.run(partial(self._inbox.open, thread_id))).thread
        except HitlError as error:
            self.tell(error, thread_id)
            return False
        asked = {interrupt.id for interrupt in now.interrupts}
        if now.checkpoint_id != ticket.seen or not answers.keys() <= asked:
            self._notify("Look at it again; nothing was sent.", "The thread changed", "warning")
            return False
        self.runs.follow(
            thread_id, partial(self._inbox.answer, thread_id, answers, seen=ticket.opened)
        )
        return True

    async def act(self, seen: OpenThread, verb: Verb, still: Callable[[], bool]) -> None:
        """Do a verb to a thread as it was seen, if the operator means it, told what it does.

        Who is not at it `still` when that is known is not asked: their keys are for something else.
        """
        thread_id = seen.thread.thread_id
        try:
            known = await self._lane.run(partial(self._inbox.consequences, thread_id, verb))
        except HitlError as error:
            self.tell(error, thread_id)
            return
        if not still():
            self._notify(f"You went on from {thread_id}.", f"No {verb.value}", "warning")
            return
        if await self._sure(_QUESTIONS[verb], thread_id, verb.value, lines_of(known)):
            self.runs.follow(thread_id, partial(self._inbox.act, thread_id, verb, seen=seen))

    async def drops(self, opened: OpenThread) -> bool:
        """Whether the operator means to drop the drafts that questions did not wait for."""
        question = "Drop what you typed for a question that is asked no more?"
        about = Content("\n").join(list(left(opened.left)))
        return await self._sure(question, opened.thread.thread_id, "drop it", about)

    async def cancel(self, thread_id: str) -> None:
        """Ask a run of ours to stop, if the operator means it."""
        if await self._sure("Stop the run of this thread?", thread_id, "stop it"):
            await self._lane.run(partial(self._inbox.cancel, thread_id))

    async def join_left(self) -> None:
        """Follow the runs of operators that left which go on at the source."""
        for thread_id in await self._lane.run(self._inbox.left):
            self.runs.follow(thread_id, partial(_joined, self._inbox, thread_id))

    async def may_leave(self) -> bool:
        """Whether to quit: asked only while runs are going on, most of which quitting stops."""
        count = len(self.runs) + self.batches
        if not count:
            return True
        what = "a run is" if count == 1 else f"{count} runs are"
        then = "The server goes on." if self._inbox.outlives else "Quitting stops what runs."
        question = Content(f"Quit while {what} going on? {then}")
        return await self._ask(Confirm(question, "quit", self._settling))

    async def refused(self, message: Runs.Refused) -> None:
        """A run did not start: ask for the graph if that is what is missing, else tell."""
        error, thread_id = message.error, message.thread_id
        if not isinstance(error, GraphUnknown) or not error.candidates:
            self.tell(error, thread_id)
            return
        screen = PickGraph(f"{error.message}\n{thread_id}", error.candidates, self._settling)
        graph_id = await self._screen.app.push_screen_wait(screen)
        if graph_id is None:
            self._notify("Nothing was sent.", error.title, "warning")
            return
        await self._lane.run(partial(self._inbox.choose_graph, thread_id, graph_id))
        self.runs.follow(thread_id, message.begin)

    def tell(self, error: HitlError, thread_id: str) -> None:
        """Show an expected failure as a toast and in the log."""
        self._notify(str(error), error.title, "error")
        self._log(thread_id, error.title, str(error))

    async def tell_end(self, message: Runs.Ended) -> None:
        """Say so if a run ended such that nobody knows what it did, and how its thread stands."""
        title = _ENDS.get(message.end.get("outcome", ""))
        if title is None:
            return
        if not message.end.get("sent", True):
            title = "Stopped before anything was sent"
        try:
            now = await self._lane.run(partial(self._inbox.open, message.thread_id))
        except HitlError as error:
            self.tell(error, message.thread_id)
            return
        stands = f"{message.thread_id} is {now.thread.state.label} now."
        self._notify(f"{message.end.get('reason', '')} {stands}".lstrip(), title, "warning")

    def tell_fault(self, message: Runs.Broke) -> None:
        """Show a fault of ours, loudly; the other runs go on."""
        fault = message.fault
        what = f"{type(fault).__name__}: {fault}"
        self._notify(what, "A fault of hitl-tui", "error")
        self._log(message.thread_id, "a fault of hitl-tui", what)

    def _log(self, thread_id: str, title: str, message: str) -> None:
        data = {"title": title, "message": message, "traceback": ""}
        self.feed(RunEvent(EventType.ERROR, thread_id, data, self._clock()))

    def _notify(self, message: str, title: str, severity: str) -> None:
        text = clean(message[:500])
        notify = self._screen.notify
        if severity == "error":
            notify(text, title=title, severity="error", timeout=10, markup=False)
        else:
            notify(text, title=title, severity="warning", markup=False)

    async def _sure(
        self, question: str, thread_id: str, yes: str, about: Content | None = None
    ) -> bool:
        content = Content("\n").join(
            [Content(question), styled((identity(thread_id), "$foreground-muted"))]
        )
        return await self._ask(Confirm(content, yes, self._settling, about))

    async def _ask(self, confirm: Confirm) -> bool:
        app: App[None] = self._screen.app
        return await app.push_screen_wait(confirm)


def _joined(inbox: Inbox, thread_id: str) -> Iterator[RunEvent]:
    """The events of a run that was left; none if there is no such run, as its state says."""
    with suppress(Conflict):
        yield from inbox.join(thread_id)
