"""How an answer leaves the queue screen, and what comes back of its run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual import work

from hitl_tui.tui.runs import Runs
from hitl_tui.tui.screens.queue_meant import QueueMeant
from hitl_tui.tui.ticket import Ticket
from hitl_tui.tui.widgets.answer_pane import AnswerPane

if TYPE_CHECKING:
    from hitl_tui.opened import OpenThread


class QueueRuns(QueueMeant):
    """Takes answers from the form to the desk; the cursor goes on while the run does."""

    def __init__(self) -> None:
        super().__init__()
        self._sent: dict[str, tuple[str, ...]] = {}  # by thread, the questions under way

    def on_answer_pane_changed(self) -> None:
        """What can be done may have changed, and so may what is typed: it is kept."""
        ticket = self.detail.ticket
        if ticket is not None:
            for question, picks in self.answer.drafts:
                self.drafts.edited(ticket.thread_id, question, picks)
        self.refresh_bindings()

    def on_answer_pane_submitted(self, event: AnswerPane.Submitted) -> None:
        """Answers are complete: they go to the thread whose form they were sent from.

        Checking them takes its time: the operator may be at another thread by now.
        """
        ticket = event.about
        if isinstance(ticket, Ticket) and ticket.covers(event.answers):
            if self.detail.thread_id == ticket.thread_id:
                self.detail.disarm()
            self.run_worker(self.drafts.flush(), group="queue.drafts")
            self.outbox.hold(ticket, event.answers)
            if self.threads.thread_id == ticket.thread_id:
                self.threads.go_on(skip={*self.outbox.left(), *self._sent})
                self.arrangement.go("queue")

    def show_outbox(self) -> None:
        """What is on its way out changed, or a second of its time has passed."""
        self.threads.held = self.outbox.left()
        self.threads.refresh()
        self.detail.rearm()
        self.refresh_bindings()

    def objection(self, opened: OpenThread) -> str:
        """Why a thread cannot be answered now, though it could be; empty if nothing speaks so."""
        return self.on_its_way(opened.thread.thread_id)

    def on_its_way(self, thread_id: str) -> str:
        """What of ours is on its way to a thread; empty if nothing is."""
        if left := self.outbox.left().get(thread_id):
            return f"The answer goes in {left}s: u takes it back."
        under_way = thread_id in self._sent or thread_id in self.desk.runs
        return "The answer is on its way." if under_way else ""

    def action_take_back(self) -> None:
        """Do not send what was on its way: its form comes back as it was."""
        ticket = self.outbox.take_back(self.shown_thread())
        if ticket is not None:
            self.answer.unsent(ticket.interrupt_ids)
            self.go_to(ticket.thread_id)

    def go(self, ticket: Ticket, answers: Mapping[str, Any]) -> None:
        """Send answers that were not taken back."""
        self._sent[ticket.thread_id] = tuple(answers)
        self._send(ticket, answers)

    @work(group="queue.send", description="send answers")
    async def _send(self, ticket: Ticket, answers: Mapping[str, Any]) -> None:
        """Their drafts first: once they are taken, nothing may write those down again."""
        await self.drafts.flush()
        if not await self.desk.send(ticket, answers):
            self._not_sent(ticket.thread_id)
        self.refresh_all()

    def _not_sent(self, thread_id: str) -> None:
        self.answer.unsent(self._sent.pop(thread_id, ()))

    @work(group="queue.ended")
    async def on_runs_ended(self, event: Runs.Ended) -> None:
        """A run is over: what it changed is read by the watch."""
        for interrupt_id in self._sent.pop(event.thread_id, ()):
            self.answer.forget(interrupt_id)
        self._settle(event.thread_id)
        await self.desk.tell_end(event)

    @work(group="queue.refused")
    async def on_runs_refused(self, event: Runs.Refused) -> None:
        """A run did not start."""
        self._not_sent(event.thread_id)
        self._settle(event.thread_id)
        await self.desk.refused(event)

    def on_runs_broke(self, event: Runs.Broke) -> None:
        """A fault of ours."""
        self._not_sent(event.thread_id)
        self._settle(event.thread_id)
        self.desk.tell_fault(event)

    def _settle(self, thread_id: str) -> None:
        self.desk.runs.settle(thread_id)
        self.refresh_all()
        self.refresh_bindings()
