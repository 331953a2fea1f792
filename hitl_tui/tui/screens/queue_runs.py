"""How an answer leaves the queue screen, and what comes back of its run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual import work

from hitl_tui.tui.runs import Runs
from hitl_tui.tui.screens.queue_actions import QueueActions
from hitl_tui.tui.ticket import Ticket
from hitl_tui.tui.widgets.answer_pane import AnswerPane


class QueueRuns(QueueActions):
    """Takes answers from the form to the desk; the cursor goes on while the run does."""

    def __init__(self) -> None:
        super().__init__()
        self._sent: dict[str, tuple[str, ...]] = {}  # by thread, the questions under way

    def on_answer_pane_submitted(self, event: AnswerPane.Submitted) -> None:
        """Answers are complete: once for each press of the key, for the thread they are for."""
        ticket, self.ticket = self.ticket, None
        if ticket is not None and ticket.covers(event.answers):
            self.detail.disarm()
            self._sent[ticket.thread_id] = tuple(event.answers)
            self._send(ticket, event.answers)

    @work(group="queue.send")
    async def _send(self, ticket: Ticket, answers: Mapping[str, Any]) -> None:
        if not await self.desk.send(ticket, answers):
            self.detail.reload()
        elif self.threads.thread_id == ticket.thread_id:
            self.threads.go_on()
            self.arrangement.go("queue")
        self.refresh_all()

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
        self._settle(event.thread_id)
        await self.desk.refused(event)

    def on_runs_broke(self, event: Runs.Broke) -> None:
        """A fault of ours."""
        self._settle(event.thread_id)
        self.desk.tell_fault(event)

    def _settle(self, thread_id: str) -> None:
        self.desk.runs.settle(thread_id)
        self.refresh_all()
        self.refresh_bindings()
