"""One run at a server, followed to its end through any number of broken connections."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hitl_tui.backends.agent_server.events import told
from hitl_tui.backends.agent_server.looking import Looked, status_of
from hitl_tui.backends.agent_server.outcome import Ended, Failure, ending
from hitl_tui.backends.agent_server.outliving import ALIVE, TALKS, Outlived, Outliving
from hitl_tui.errors import HitlError, ThreadNotFound
from hitl_tui.model.runs import EventType, Outcome, RunEvent, RunRequest

if TYPE_CHECKING:
    from langgraph_sdk.schema import StreamPart

    from hitl_tui.backends.agent_server.server import Server

_PAUSE = 0.5  # seconds between two tries to come back to a server
_OFTEN = 5  # connections in a row that bring nothing, until they are tried less often
_MOST_PAUSE = 10.0  # seconds, where every connection breaks at once
_CATCH_UPS = 3  # connections that may break after the run has ended
_LATE = 1.0  # seconds without an answer how the run stands: meanwhile it may have begun anew
_CLOSED = "The server closed the connection."
_GOING = frozenset({"pending", "running"})


@dataclass(slots=True)
class Going:
    """A run of ours: the server's id for it once there is one, and whether it is to stop.

    `seen` are the thread's runs at the last look before it was asked for; `notes` are to be told
    to whoever follows it.
    """

    thread_id: str
    run_id: str = ""
    cancelled: bool = False
    seen: frozenset[str] = frozenset()
    notes: list[str] = field(default_factory=list)


class Following:
    """Tells what a run does; the server may be away for `patience` seconds at a time."""

    def __init__(
        self,
        server: Server,
        look: Callable[[str], Looked],
        request: RunRequest,
        going: Going,
        patience: float,
    ) -> None:
        self._server = server
        self._look = look
        self._request = request
        self._going = going
        self._run_id = going.run_id
        self._patience = patience
        self._last: str | None = None
        self._heard = time.monotonic()
        self._outliving = Outliving(self._has_ended)
        self._ended = ""  # how it ended, once that was seen while its stream went on
        self._broken = 0  # connections in a row that brought nothing
        self._parts = 0  # of its stream that came
        self._failure = Failure()

    def events(self) -> Iterator[RunEvent]:
        """The run's events, END last."""
        yield self._log("INFO", f"The server has it as run {self._run_id}.")
        while True:
            why = yield from self._connection()
            closed = time.monotonic()
            status = self._ended or self._status()
            if status is None:
                reason = "The server does not know the run any more. It may have run."
                yield end(self._request, Ended(Outcome.IN_DOUBT, reason))
                return
            if status and status not in _GOING:
                if time.monotonic() - closed > _LATE:
                    why = yield from self._heard_late(why)
                yield from self._caught_up(why)
                yield from self._concluded(status)
                return
            if not status and time.monotonic() - self._heard > self._patience:
                reason = f"The connection broke and did not come back: {why}"
                yield end(self._request, Ended(Outcome.IN_DOUBT, f"{reason} The run may go on."))
                return
            yield from self._broke(why)

    def _heard_late(self, why: str) -> Generator[RunEvent, None, str]:
        """What came while the server was away: one that restarts closes its streams in order."""
        before = self._parts
        again = yield from self._connection()
        if self._parts > before or why != _CLOSED:
            yield from self._say_broken(why)
        return again

    def _caught_up(self, why: str) -> Iterator[RunEvent]:
        """What the run told after the connection broke and before it ended."""
        for _ in range(_CATCH_UPS):
            if why in (_CLOSED, ALIVE, TALKS):
                return
            why = yield from self._connection()

    def _connection(self) -> Generator[RunEvent, None, str]:
        """What comes over one connection; why it ended."""
        try:
            thread_id, run_id = self._request.thread_id, self._run_id
            for part in self._server.events(thread_id, run_id, self._last, self._wait):
                self._hear(part)
                yield from told(part, self._request.thread_id, self._request.run_id)
                while self._going.notes:
                    yield self._log("WARNING", self._going.notes.pop(0))
        except Outlived as left:
            if left.talks:
                self._failure.broke = True
                yield self._log("WARNING", str(left))
            return str(left)
        except HitlError as error:
            return error.message
        return _CLOSED

    def _wait(self) -> None:
        """Called with whatever comes; raises Outlived if the run ended and its stream goes on."""
        self._outliving.check(self._heard)

    def _has_ended(self) -> bool:
        """Whether the server says, or said, that the run ended, or now that it knows of none."""
        if self._ended:
            return True
        status = self._status()
        if status and status not in _GOING:
            self._ended = status
        return status is None or bool(self._ended)

    def _status(self) -> str | None:
        """How the run stands; "" where that cannot be asked now, None if it is not known there."""
        try:
            status = status_of(self._server, self._request.thread_id, self._run_id)
        except ThreadNotFound:
            return None
        except HitlError:
            return ""
        self._heard = time.monotonic()
        return status

    def _hear(self, part: StreamPart) -> None:
        self._last, self._heard, self._broken = part.id or self._last, time.monotonic(), 0
        self._parts += 1
        if part.event == "error":
            self._failure.tell(part.data)
        elif part.event == "metadata":
            self._failure.count(part.data)

    def _broke(self, why: str) -> Iterator[RunEvent]:
        """Say it, and wait a little; longer where nothing comes again and again."""
        yield from self._say_broken(why)
        time.sleep(min(_PAUSE * 2 ** max(0, self._broken - _OFTEN), _MOST_PAUSE))
        self._broken += 1

    def _say_broken(self, why: str) -> Iterator[RunEvent]:
        """Say once that not all was heard in one go."""
        if not self._failure.broke:
            self._failure.broke = True
            again = "Joining the run again; a server that restarts begins it anew."
            yield self._log("WARNING", f"{why} {again}")

    def _concluded(self, status: str) -> Iterator[RunEvent]:
        """The error, the next questions, and how the run ended, from the thread as it is now."""
        try:
            looked = self._look(self._request.thread_id)
        except HitlError as error:
            reason = f"The run ended ({status}), but its thread cannot be read: {error.message}"
            yield end(self._request, Ended(Outcome.IN_DOUBT, reason))
            return
        seen, failure = self._going.seen, self._failure
        for kind, data in ending(self._request, looked, self._run_id, seen, status, failure):
            yield _event(self._request, kind, **data)

    def _log(self, level: str, message: str) -> RunEvent:
        return _event(self._request, EventType.LOG, level=level, logger="server", message=message)


def end(request: RunRequest, ended: Ended) -> RunEvent:
    """The last event of a run."""
    return _event(request, EventType.END, **ended.data())


def _event(request: RunRequest, kind: EventType, **data: object) -> RunEvent:
    return RunEvent(kind, request.thread_id, data, run_id=request.run_id)
