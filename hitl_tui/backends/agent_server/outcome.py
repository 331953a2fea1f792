"""How a run at a server ended, from its status and from where it left its thread."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hitl_tui.model.runs import EventType, Outcome, RunRequest
from hitl_tui.model.threads import Thread, ThreadState

if TYPE_CHECKING:
    from hitl_tui.backends.agent_server.looking import Looked

_MAY = "what was running may have taken effect."


@dataclass(frozen=True, slots=True)
class Ended:
    """An outcome and a sentence about it; `sent` is False if surely nothing was."""

    outcome: Outcome
    reason: str = ""
    sent: bool = True

    def data(self) -> dict[str, Any]:
        """As an END event has it."""
        more = {} if self.sent else {"sent": False}
        return {"outcome": self.outcome.value, "reason": self.reason} | more


@dataclass(slots=True)
class Failure:
    """What the stream of a run said of an error, and how much of the stream there was.

    `attempts` is how often the server began the run, as far as it said; `broke` whether the
    connection was lost meanwhile, so that some of it may not have been heard.
    """

    name: str = ""
    message: str = ""
    attempts: int = 1
    broke: bool = False

    def tell(self, data: Any) -> None:
        """An error was told."""
        if isinstance(data, Mapping):
            self.name = str(data.get("error") or "")[:200]
            self.message = str(data.get("message") or "")[:4000]

    def count(self, data: Any) -> None:
        """An attempt began."""
        number = data.get("attempt") if isinstance(data, Mapping) else None
        if isinstance(number, int):
            self.attempts = max(self.attempts, number)

    @property
    def is_whole(self) -> bool:
        """Whether all was heard of a run that began once."""
        return bool(self.name) and self.attempts == 1 and not self.broke


def ending(
    request: RunRequest,
    looked: Looked,
    run_id: str,
    seen: Collection[str],
    status: str,
    failure: Failure,
) -> Iterator[tuple[EventType, dict[str, Any]]]:
    """The last events of a run: what failed, what is asked now, and END.

    `seen` are the runs that were known when this one was asked for. `failure` is what the stream
    said of an error: servers hide messages there, but the thread's state has them.
    """
    thread = looked.thread
    failure.attempts = max(failure.attempts, _attempts(thread, run_id))
    if status in {"error", "timeout"}:
        yield EventType.ERROR, _error(thread, status, failure)
    if thread.state is not ThreadState.LOCKED:
        for asked in thread.interrupts:
            data = {"id": asked.id, "node": asked.node, "value": asked.value}
            schema = dict(asked.response_schema) if asked.response_schema is not None else None
            yield EventType.INTERRUPT, data | {"response_schema": schema}
    ended = _ended(request, thread, status, failure)
    if ended.sent and (rival := _rival(request, looked, run_id, seen)):
        ended = Ended(ended.outcome, f"{rival} {ended.reason}".rstrip())
    if failure.attempts > 1:
        again = f"The server began it {failure.attempts} times: what nodes did may be done twice."
        ended = Ended(ended.outcome, f"{ended.reason} {again}".lstrip(), ended.sent)
    yield EventType.END, ended.data()


def _attempts(thread: Thread, run_id: str) -> int:
    """How often the server began the run that wrote the head, as it says there."""
    found = thread.metadata.get("run_attempt")
    ours = thread.metadata.get("run_id") == run_id
    return found if ours and isinstance(found, int) else 1


def _ended(request: RunRequest, thread: Thread, status: str, failure: Failure) -> Ended:
    if status == "success":
        return _rest(thread)
    if status == "interrupted":
        return Ended(Outcome.CANCELLED, f"Stopped; {_MAY}")
    if status == "timeout":
        return Ended(Outcome.FAILED, f"The server stopped it: it took too long; {_MAY}")
    return _failed(request, thread, failure)


def _failed(request: RunRequest, thread: Thread, failure: Failure) -> Ended:
    """How a run failed; where not all of it was heard, only the thread itself can tell for sure."""
    if failure.is_whole and failure.name == "UnknownInterruptError":
        return Ended(
            Outcome.CONFLICT, "The question was answered meanwhile; nothing was sent.", False
        )
    pending = {interrupt.id for interrupt in thread.interrupts} - thread.given.keys()
    if failure.is_whole and request.resume and request.resume.keys() <= pending:
        return Ended(Outcome.REFUSED, "The graph refused the answer; the question stays open.")
    if failure.is_whole or thread.given or thread.errors:
        return Ended(Outcome.FAILED, f"The graph raised {failure.name or 'an error'}.")
    reason = "The run failed, and not all of it was heard: it may have begun more than once."
    return Ended(Outcome.IN_DOUBT, f"{reason} {_MAY.capitalize()}")


def _rest(thread: Thread) -> Ended:
    if thread.interrupts:
        return Ended(Outcome.PAUSED, "Another question waits.")
    if thread.next:
        return Ended(Outcome.PAUSED, f"Stopped before {', '.join(thread.next)}.")
    return Ended(Outcome.FINISHED)


def _error(thread: Thread, status: str, failure: Failure) -> dict[str, Any]:
    message = thread.errors[-1][:4000] if thread.errors else failure.message
    return {"title": failure.name or status, "message": message, "traceback": ""}


def _rival(request: RunRequest, looked: Looked, run_id: str, seen: Collection[str]) -> str:
    """The alarm of another answer to the same question, between our last look and ours; else "".

    LangGraph keeps the first answer that a task took: ours was ignored then.
    """
    runs = list(looked.runs)
    at = next((number for number, run in enumerate(runs) if run.run_id == run_id), len(runs))
    for other in runs[at + 1 :]:
        if other.run_id in seen:
            break
        if both := other.answers.keys() & request.resume.keys():
            return (
                f"ALARM: run {other.run_id} had answered {min(both)} before; if it was taken, ours"
                " was ignored."
            )
    return ""
