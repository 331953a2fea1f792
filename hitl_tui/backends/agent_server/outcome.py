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


def ending(
    request: RunRequest,
    looked: Looked,
    run_id: str,
    seen: Collection[str],
    status: str,
    failure: Mapping[str, Any],
) -> Iterator[tuple[EventType, dict[str, Any]]]:
    """The last events of a run: what failed, what is asked now, and END.

    `seen` are the runs that were known when this one was asked for. `failure` is what the stream
    said of an error: servers hide messages there, but the thread's state has them.
    """
    thread = looked.thread
    if status in {"error", "timeout"}:
        yield EventType.ERROR, _error(thread, status, failure)
    if thread.state is not ThreadState.LOCKED:
        for asked in thread.interrupts:
            data = {"id": asked.id, "node": asked.node, "value": asked.value}
            schema = dict(asked.response_schema) if asked.response_schema is not None else None
            yield EventType.INTERRUPT, data | {"response_schema": schema}
    ended = _ended(request, thread, status, str(failure.get("error", "")))
    if ended.sent and (rival := _rival(request, looked, run_id, seen)):
        ended = Ended(ended.outcome, f"{rival} {ended.reason}".rstrip())
    yield EventType.END, ended.data()


def _ended(request: RunRequest, thread: Thread, status: str, error: str) -> Ended:
    if status == "success":
        return _rest(thread)
    if status == "interrupted":
        return Ended(Outcome.CANCELLED, f"Stopped; {_MAY}")
    if status == "timeout":
        return Ended(Outcome.FAILED, f"The server stopped it: it took too long; {_MAY}")
    if error == "UnknownInterruptError":
        return Ended(
            Outcome.CONFLICT, "The question was answered meanwhile; nothing was sent.", False
        )
    pending = {interrupt.id for interrupt in thread.interrupts} - thread.given.keys()
    if request.resume and request.resume.keys() <= pending:
        return Ended(Outcome.REFUSED, "The graph refused the answer; the question stays open.")
    return Ended(Outcome.FAILED, f"The graph raised {error or 'an error'}.")


def _rest(thread: Thread) -> Ended:
    if thread.interrupts:
        return Ended(Outcome.PAUSED, "Another question waits.")
    if thread.next:
        return Ended(Outcome.PAUSED, f"Stopped before {', '.join(thread.next)}.")
    return Ended(Outcome.FINISHED)


def _error(thread: Thread, status: str, failure: Mapping[str, Any]) -> dict[str, Any]:
    name = str(failure.get("error") or status)[:200]
    message = thread.errors[-1] if thread.errors else str(failure.get("message") or "")
    return {"title": name, "message": message[:4000], "traceback": ""}


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
