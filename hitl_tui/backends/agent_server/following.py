"""One run at a server, followed to its end through any number of broken connections."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from hitl_tui.backends.agent_server.events import told
from hitl_tui.backends.agent_server.looking import Looked, status_of
from hitl_tui.backends.agent_server.outcome import Ended, Failure, ending
from hitl_tui.errors import HitlError, ThreadNotFound
from hitl_tui.model.runs import EventType, Outcome, RunEvent, RunRequest

if TYPE_CHECKING:
    from langgraph_sdk.schema import StreamPart

    from hitl_tui.backends.agent_server.server import Server

_PAUSE = 0.5  # seconds between two tries to come back to a server
_GOING = frozenset({"pending", "running"})


class Following:
    """Tells what the run `run_id` does; the server may be away for `patience` seconds at a time."""

    def __init__(
        self,
        server: Server,
        look: Callable[[str], Looked],
        request: RunRequest,
        run_id: str,
        patience: float,
    ) -> None:
        self._server = server
        self._look = look
        self._request = request
        self._run_id = run_id
        self._patience = patience
        self._last: str | None = None
        self._heard = time.monotonic()
        self._failure = Failure()

    def events(self, seen: Collection[str]) -> Iterator[RunEvent]:
        """The run's events, END last; `seen` are the thread's runs from before it."""
        yield self._log("INFO", f"The server has it as run {self._run_id}.")
        status = ""
        while not status or status in _GOING:
            try:
                for part in self._server.events(self._request.thread_id, self._run_id, self._last):
                    self._hear(part)
                    yield from told(part, self._request.thread_id, self._request.run_id)
                status = status_of(self._server, self._request.thread_id, self._run_id)
            except ThreadNotFound:
                reason = "The server does not know the run any more. It may have run."
                yield end(self._request, Ended(Outcome.IN_DOUBT, reason))
                return
            except HitlError as error:
                if time.monotonic() - self._heard > self._patience:
                    reason = f"The connection broke and did not come back: {error.message}"
                    ended = Ended(Outcome.IN_DOUBT, f"{reason} The run may go on.")
                    yield end(self._request, ended)
                    return
                yield from self._broke(error.message)
            if status in _GOING:
                yield from self._broke("The server closed the connection.")
        yield from self._concluded(seen, status)

    def _hear(self, part: StreamPart) -> None:
        self._last, self._heard = part.id or self._last, time.monotonic()
        if part.event == "error":
            self._failure.tell(part.data)
        elif part.event == "metadata":
            self._failure.count(part.data)

    def _broke(self, why: str) -> Iterator[RunEvent]:
        """Say once, and wait a little."""
        if not self._failure.broke:
            self._failure.broke = True
            again = "Joining the run again; a server that restarts begins it anew."
            yield self._log("WARNING", f"{why} {again}")
        time.sleep(_PAUSE)

    def _concluded(self, seen: Collection[str], status: str) -> Iterator[RunEvent]:
        """The error, the next questions, and how the run ended, from the thread as it is now."""
        try:
            looked = self._look(self._request.thread_id)
        except HitlError as error:
            reason = f"The run ended ({status}), but its thread cannot be read: {error.message}"
            yield end(self._request, Ended(Outcome.IN_DOUBT, reason))
            return
        for kind, data in ending(self._request, looked, self._run_id, seen, status, self._failure):
            yield _event(self._request, kind, **data)

    def _log(self, level: str, message: str) -> RunEvent:
        return _event(self._request, EventType.LOG, level=level, logger="server", message=message)


def end(request: RunRequest, ended: Ended) -> RunEvent:
    """The last event of a run."""
    return _event(request, EventType.END, **ended.data())


def _event(request: RunRequest, kind: EventType, **data: object) -> RunEvent:
    return RunEvent(kind, request.thread_id, data, run_id=request.run_id)
