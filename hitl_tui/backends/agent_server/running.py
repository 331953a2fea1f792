"""Runs at a server: asked for once, followed to their end, rejoined where the connection broke.

Whether a run was asked for is known, or is found out by the attempt's id that the run keeps. Where
neither is possible the attempt is in doubt; nothing is ever sent a second time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hitl_tui.backends.agent_server.following import Following, Going, end
from hitl_tui.backends.agent_server.looking import Looked, runs_of
from hitl_tui.backends.agent_server.outcome import Ended
from hitl_tui.backends.agent_server.sending import order
from hitl_tui.backends.agent_server.server import Server, Unclear
from hitl_tui.errors import Conflict, GraphError, HitlError, SourceError, ThreadNotFound
from hitl_tui.model.runs import EventType, Outcome, RunEvent, RunRequest

if TYPE_CHECKING:
    from hitl_tui.backends.agent_server.answers import Run

PATIENCE = 60.0  # seconds that a server may be away in the middle of a run
FINDING = (0.3, 1.0, 3.0)  # seconds after which a run is looked for that may have been asked for
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Runs:
    """The runs of one server that are asked for or followed from here."""

    def __init__(
        self,
        server: Server,
        look: Callable[[str], Looked],
        changed: Callable[[], None],
        patience: float = PATIENCE,
    ) -> None:
        self._server = server
        self._look = look
        self._changed = changed
        self._patience = patience
        self._going: dict[str, Going] = {}

    def run(self, request: RunRequest) -> Iterator[RunEvent]:
        """Ask for a run and follow it; raises HitlError before the first event if none began."""
        what = order(request)
        going = self._going.setdefault(request.run_id, Going(request.thread_id))
        try:
            self._may_begin(request)
            if going.cancelled:
                yield end(
                    request, Ended(Outcome.CANCELLED, "Cancelled before it began.", sent=False)
                )
                return
            found = self._begun(request, what)
            if found is None:
                reason = "The connection broke as it was sent, and no run of it is to be found."
                yield end(request, Ended(Outcome.IN_DOUBT, f"{reason} It may come yet."))
                return
            yield from self._follow(request, going, found)
        finally:
            self._going.pop(request.run_id, None)
            self._changed()

    def join(self, request: RunRequest) -> Iterator[RunEvent]:
        """Follow the run that an attempt asked for before, from its first event on.

        Without a `run_id` the run that is going on now, whoever asked for it. Raises Conflict if
        there is none.
        """
        found = self._find(request.thread_id, request.run_id)
        if found is None:
            raise Conflict("No run of this thread is going on at the server.")
        going = self._going.setdefault(request.run_id or found, Going(request.thread_id))
        try:
            yield from self._follow(request, going, found)
        finally:
            self._going.pop(request.run_id or found, None)
            self._changed()

    def cancel(self, run_id: str) -> None:
        """Ask the server to stop a run of ours, now or as soon as it has one.

        Whoever follows the run is told if that cannot be done.
        """
        going = self._going.get(run_id)
        if going is not None:
            going.cancelled = True
            if going.run_id:
                self._stop_ours(going)

    def stop(self, thread_id: str, run_id: str) -> None:
        """Ask the server to stop a run; one that has ended stays as it is. Does no harm twice."""
        try:
            self._server.read(lambda client: client.runs.cancel(thread_id, run_id, wait=False))
        except HitlError as error:
            if not _is_over(error):
                raise SourceError(f"The run was not asked to stop. {error}") from error

    def _stop_ours(self, going: Going) -> None:
        try:
            self.stop(going.thread_id, going.run_id)
        except HitlError as error:
            going.notes.append(str(error))

    @property
    def followed(self) -> bool:
        """Whether any run is asked for or followed from here now."""
        return bool(self._going)

    def note(self, looked: Looked) -> None:
        """The last look before a run is asked for tells older runs from rivals."""
        for going in list(self._going.values()):
            if going.thread_id == looked.thread.thread_id and not going.run_id:
                going.seen = frozenset(run.run_id for run in looked.runs)

    def going_on(self, thread_id: str) -> Run | None:
        """The thread's run that is going on at the server, whoever asked for it."""
        return next((run for run in runs_of(self._server, thread_id) if run.is_going), None)

    def _may_begin(self, request: RunRequest) -> None:
        """The last look, right before the run is asked for."""
        if request.permit is None:
            return
        until = request.permit()
        if time.clock_gettime(_CLOCK) >= until:
            raise Conflict("The lease ran out before anything was sent.", hint="Look again.")

    def _begun(self, request: RunRequest, what: dict[str, Any]) -> str | None:
        """The run's id; None if nobody knows whether there is one. Raises if surely none is."""
        try:
            found: Any = self._server.send(lambda client: client.runs.create(**what))
        except Unclear:
            return self._search(request)
        except Conflict as error:
            raise Conflict(f"{error.message} Nothing was sent.", hint=error.hint) from error
        except HitlError as error:
            if "nvalid assistant" in error.message:
                raise GraphError(f"{error.message} Nothing was sent.") from error
            raise SourceError(f"{error.message} Nothing was sent.", hint=error.hint) from error
        run_id = found.get("run_id") if isinstance(found, dict) else None
        return run_id if isinstance(run_id, str) and run_id else self._search(request)

    def _search(self, request: RunRequest) -> str | None:
        """Look for the run for a few seconds; what was sent may still be on its way."""
        for pause in FINDING:
            time.sleep(pause)
            with suppress(HitlError):
                if found := self._find(request.thread_id, request.run_id):
                    return found
        return None

    def _find(self, thread_id: str, attempt_id: str) -> str | None:
        """The id of the run that an attempt asked for; without one, of the run going on."""
        try:
            runs = runs_of(self._server, thread_id)
        except ThreadNotFound:
            return None
        ours = (run for run in runs if (run.attempt == attempt_id if attempt_id else run.is_going))
        return next((run.run_id for run in ours), None)

    def _follow(self, request: RunRequest, going: Going, run_id: str) -> Iterator[RunEvent]:
        """The events of a run to its end."""
        going.run_id = run_id
        if going.cancelled:
            self._stop_ours(going)
        following = Following(self._server, self._look, request, going, self._patience)
        for event in following.events():
            if event.type is EventType.END:
                self._changed()
            yield event


def _is_over(error: Exception) -> bool:
    from hitl_tui.backends.agent_server.failures import status_of as status

    return error.__cause__ is not None and status(error.__cause__) in {404, 409, 422}
