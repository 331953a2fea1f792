"""One run on one worker: its frames become the run's events."""

from __future__ import annotations

from collections.abc import Iterator

from hitl_tui.errors import GraphError
from hitl_tui.model.runs import EventType, Outcome, RunEvent, RunRequest
from hitl_tui.runner.cancellation import Cancellation
from hitl_tui.runner.process import Process, WorkerDied
from hitl_tui.runner.protocol import event, refusal, run_message

_SETTLED = 10.0  # seconds for a worker to tidy up after a run


class Stale(Exception):
    """Another worker is needed: the graphs' files have changed, or this one died; nothing sent."""


class Execution:
    """Sends a request to a worker and reads what comes of it.

    `reusable` tells afterwards whether the worker can take another run.
    """

    def __init__(
        self, process: Process, request: RunRequest, source: str, cancellation: Cancellation
    ) -> None:
        self._process = process
        self._request = request
        self._source = source
        self._cancellation = cancellation
        self.reusable = False

    def events(self) -> Iterator[RunEvent]:
        """The run's events, END last; raises HitlError or Stale if nothing was sent."""
        until = self._permitted()
        self._process.say(run_message(self._request, self._source, until))
        self._cancellation.aim(self._process, self._request.run_id)
        try:
            printed = self._until_sent()
            if printed is None:
                reason = "Cancelled before anything was sent."
                yield self._end(Outcome.CANCELLED, reason, sent=False)
                return
            yield from printed
            yield from self._until_end()
        finally:
            self._cancellation.finish()

    def _permitted(self) -> float | None:
        """Until when the run may begin; what the permit raises leaves the worker as it was."""
        if self._request.permit is None:
            return None
        self.reusable = True
        until = self._request.permit()
        self.reusable = False
        return until

    def _until_sent(self) -> list[RunEvent] | None:
        """What loading the graph printed; None if the run was cancelled so early."""
        early = []
        try:
            while (frame := self._process.hear()).kind != "sent":
                if frame.kind == "stale":
                    raise Stale
                if frame.kind == "refused":
                    self._settle()
                    if self._cancellation.requested:
                        return None
                    raise refusal(frame)
                if frame.is_event:
                    early.append(event(frame, self._request))
        except WorkerDied as died:
            if self._cancellation.requested:
                return None
            if self._process.has_served and not early:
                raise Stale from died  # it died while it was idle
            printed = "".join(str(e.data.get("text", "")) for e in early)[-2000:]
            message = f"The worker {died} while it loaded the graph; nothing was sent.\n{printed}"
            raise GraphError(message.rstrip()) from died
        return early

    def _until_end(self) -> Iterator[RunEvent]:
        """The events; the worker is free again before END is given."""
        try:
            while (frame := self._process.hear()).kind != EventType.END:
                if frame.is_event:
                    yield event(frame, self._request)
        except WorkerDied as died:
            yield from self._died(died)
            return
        self._settle()
        yield event(frame, self._request)

    def _settle(self) -> None:
        """Wait until the worker is idle again; if it cannot be, it is not used again."""
        try:
            while (frame := self._process.hear(_SETTLED)).kind != "idle":
                pass
        except (WorkerDied, TimeoutError):
            return
        self._process.has_served = True
        self.reusable = frame.data["reusable"] and not self._cancellation.requested

    def _died(self, died: WorkerDied) -> Iterator[RunEvent]:
        """The worker went away in mid-run: nobody knows how far the node came."""
        if self._cancellation.requested:
            reason = "Stopped by force; what was running may have taken effect."
            yield self._end(Outcome.CANCELLED, reason)
            return
        message = f"The worker {died} while the graph ran."
        error = {"title": "The worker died", "message": message, "traceback": ""}
        yield RunEvent(EventType.ERROR, self._request.thread_id, error, run_id=self._request.run_id)
        yield self._end(Outcome.IN_DOUBT, f"{message} What was running may have taken effect.")

    def _end(self, outcome: Outcome, reason: str, *, sent: bool = True) -> RunEvent:
        data = {"outcome": outcome.value, "reason": reason} | ({} if sent else {"sent": False})
        return RunEvent(EventType.END, self._request.thread_id, data, run_id=self._request.run_id)
