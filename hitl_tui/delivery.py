"""One send, in this order: the intent is written, the lease looked at, the run told, settled.

The lease is renewed while it runs; whoever was held up past its lease sends nothing. Whether the
thread is still what was seen is told by the run, as it begins, or by one more look before it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace

from hitl_tui.backends.backend import Backend
from hitl_tui.ending import Ending, Endings
from hitl_tui.errors import Conflict, Drifted, HitlError, JournalError
from hitl_tui.journal.journal import Journal
from hitl_tui.model.attempts import Attempt
from hitl_tui.model.runs import EventType, Outcome, RunEvent, RunRequest, Verb
from hitl_tui.model.threads import NOTHING, Interrupt, Thread
from hitl_tui.questions.digest import digest
from hitl_tui.renewing import Renewal
from hitl_tui.states import came_first

_UNSENT = "nothing was sent."

Step = Callable[[str], object]
"""Told each step of a send as it is reached: "intent", "permit", "sent", "over", "settled", each
when it is done, and "begin" before them all."""

Then = Callable[[str], Callable[[], None] | None]
"""Asked at the end of a graph's run: what to write down along with its outcome, if anything."""


class Delivery:
    """Carries requests out for one operator; `running` are its runs now, thread id to run id."""

    def __init__(self, backend: Backend, journal: Journal, step: Step) -> None:
        self._backend = backend
        self._journal = journal
        self._endings = Endings(journal)
        self._renewal = Renewal(journal, backend.cancel)
        self._step = step
        self.running: dict[str, str] = {}

    def carry(
        self,
        request: RunRequest,
        attempt: Attempt,
        instead_of: str | None = None,
        then: Then | None = None,
        *,
        relayed: bool = False,
    ) -> Iterator[RunEvent]:
        """Write the intent, then give the events; nothing is sent when this raises.

        `then` is asked what begins with its end. One that is `relayed` begins so itself, right
        after another run of its graph.
        """
        if not relayed:
            self._backend.prepare(request.graph_id)
        self._step("begin")
        self._journal.begin(attempt, instead_of=instead_of, pending=request.pending)
        self._step("intent")
        self.running[request.thread_id] = request.run_id
        permit = lambda: self._permit(request, attempt)  # noqa: E731
        return self._told(replace(request, permit=permit), attempt, then)

    def close(self) -> None:
        """Whatever could not be written down stays in doubt."""
        self._endings.close()
        self._renewal.close()

    def _permit(self, request: RunRequest, attempt: Attempt) -> float:
        """Once more, with a worker at hand; until when the run may begin, by `ticking()`."""
        until = self._journal.hold(request.run_id)
        if not self._backend.compares and request.verb is not Verb.START:
            self._look_again(request, attempt)
        self._step("permit")
        return until

    def _look_again(self, request: RunRequest, attempt: Attempt) -> Thread:
        """The thread now; raises Conflict, and says why, if it is not as it was seen."""
        now = self._backend.thread(request.thread_id)
        if now.checkpoint_id != request.checkpoint_id:
            raise Conflict(f"The thread moved on since you looked{self._by(request)}; {_UNSENT}")
        if not {interrupt.id for interrupt in now.interrupts} >= request.resume.keys():
            raise Conflict(f"That question was answered meanwhile{self._by(request)}; {_UNSENT}")
        if any(_asks_else(each, attempt) for each in now.interrupts):
            raise Conflict(f"It asks something else since you looked; {_UNSENT}")
        if locked := request.resume.keys() & now.given.keys():
            raise Conflict(
                f"Another answer to {min(locked)} was taken meanwhile, then the node failed:"
                " yours would be ignored, and was not sent.",
                hint="Look at the thread, then retry or re-open it.",
            )
        return now

    def _better(self, request: RunRequest, attempt: Attempt, refused: HitlError) -> HitlError:
        """Why a run was refused: a thread that moved on makes any graph look another one."""
        if not self._backend.compares or not isinstance(refused, Conflict | Drifted):
            return refused
        if request.verb is Verb.START:
            return refused
        try:
            now = self._look_again(request, attempt)
        except Conflict as moved:
            return moved
        except HitlError:
            return refused  # the reason why is not to be had
        if {interrupt.id for interrupt in now.interrupts} != set(request.pending):
            return Conflict(f"Another of its questions was answered meanwhile; {_UNSENT}")
        return refused

    def _explained(self, request: RunRequest, attempt: Attempt, end: RunEvent) -> RunEvent:
        """The end of a run; one that was refused at its very beginning says why."""
        if end.data["outcome"] != Outcome.CONFLICT or end.data.get("sent", True):
            return end
        why = self._better(request, attempt, Conflict(str(end.data.get("reason", ""))))
        return replace(end, data={**end.data, "reason": why.message})

    def _by(self, request: RunRequest) -> str:
        attempts = self._journal.attempts(request.thread_id)
        return came_first(attempts, request.checkpoint_id, but=request.run_id)

    def _told(
        self, request: RunRequest, attempt: Attempt, then: Then | None
    ) -> Generator[RunEvent, None, None]:
        """The run's events; its outcome is settled however the iteration ends."""
        try:
            with self._renewal.of(request.run_id) as held:
                for event in self._backend.run(request):
                    if not held.sent:
                        held.sent = True
                        self._step("sent")
                    ends = event.type is EventType.END
                    yield self._ended(request, attempt, event, then) if ends else event
        except HitlError as refused:
            error = self._better(request, attempt, refused)
            self._settle(request, _refused(error))
            if error is refused:
                raise
            raise error from refused
        except GeneratorExit:
            self._left(request)
            raise
        finally:
            self._settle(request, Ending(Outcome.IN_DOUBT, "it was cut off"))

    def join(self, attempt: Attempt) -> Iterator[RunEvent]:
        """Follow the run of an attempt whose owner left it; its end is written down as ever.

        Raises HitlError, and writes nothing, if it cannot be followed.
        """
        request = RunRequest(
            attempt.attempt_id, attempt.verb, attempt.thread_id, "", resume=attempt.answers
        )
        self.running[request.thread_id] = request.run_id
        try:
            for event in self._backend.join(request):
                ends = event.type is EventType.END
                yield self._ended(request, attempt, event) if ends else event
        finally:
            self._left(request)

    def _left(self, request: RunRequest) -> None:
        """Whoever followed a run leaves: it stops, unless it goes on without us."""
        if not self._backend.outlives:
            self._backend.cancel(request.run_id)
        elif self.running.get(request.thread_id) == request.run_id:
            del self.running[request.thread_id]  # not settled: it can be joined again

    def _ended(
        self, request: RunRequest, attempt: Attempt, event: RunEvent, then: Then | None = None
    ) -> RunEvent:
        """Settle, and say so if another operator had decided about the attempt meanwhile."""
        self._step("over")
        event = self._explained(request, attempt, event)
        outcome, reason = Outcome(event.data["outcome"]), str(event.data.get("reason", ""))
        ending = Ending(outcome, reason, sent=bool(event.data.get("sent", True)))
        try:
            ours = self._settle(request, ending, then(request.graph_id) if then else None)
        except JournalError as error:
            told = f"{reason} The journal does not know how it ended: {error.message}".lstrip()
            return replace(event, data={**event.data, "reason": told})
        if not ours:
            return replace(event, data={**event.data, **_taken_over(ending)})
        self._step("settled")
        return event

    def _settle(
        self, request: RunRequest, ending: Ending, along: Callable[[], None] | None = None
    ) -> bool:
        """Once: the first call for a run tells its outcome. False if the attempt was taken over."""
        if self.running.get(request.thread_id) != request.run_id:
            return True
        del self.running[request.thread_id]
        return self._endings.settle(request.run_id, ending, along)


def _asks_else(interrupt: Interrupt, attempt: Attempt) -> bool:
    """Whether an answered question's payload is another one: its node ran again meanwhile."""
    if interrupt.id not in attempt.answers or interrupt.id not in attempt.asked:
        return False
    return digest(attempt.asked[interrupt.id]["value"]) != digest(interrupt.value)


def _refused(error: HitlError) -> Ending:
    outcome = Outcome.CONFLICT if isinstance(error, Conflict) else Outcome.REFUSED
    drift = error.graph if isinstance(error, Drifted) else NOTHING
    return Ending(outcome, error.message if drift else str(error), sent=False, drift=drift)


def _taken_over(ending: Ending) -> dict[str, str]:
    """What the end of a run says whose attempt another operator had decided about meanwhile."""
    took = "Another operator took over while this was held up"
    if not ending.sent:
        return {"outcome": Outcome.CONFLICT.value, "reason": f"{took}; nothing was sent."}
    return {"reason": f"{ending.reason} {took}: look for two effects.".lstrip()}
