"""Following a run to its end: events out, Ctrl-C as cancel, the outcome as exit status."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType

from hitl_tui.cli import output
from hitl_tui.cli.failing import tell
from hitl_tui.cli.reader import print_no_more
from hitl_tui.errors import AnswerRefused, Conflict, HitlError
from hitl_tui.inbox import Inbox
from hitl_tui.model.runs import EventType, Outcome, RunEvent


def follow(
    inbox: Inbox,
    thread_id: str,
    begin: Callable[[], Iterator[RunEvent]],
    as_json: bool,
    *,
    cancels: bool = True,
) -> int:
    """Print a run's events to its end; return the exit status.

    Ctrl-C cancels the run if it `cancels`, else it leaves. A reader that goes away (`| head`) does
    not stop the run: it is followed silently.
    """
    show = _Printer(as_json)
    status = 1
    try:
        with _cancelled_by_interrupt(inbox, thread_id) if cancels else nullcontext():
            for event in begin():
                show(event)
                if event.type is EventType.END:
                    status = Outcome(event.data["outcome"]).exit_code
    except HitlError as error:
        if not as_json:
            raise
        for event in _refusal(thread_id, error):
            show(event)
        tell(error)
        status = error.exit_code
    return status


class _Printer:
    """Prints events until nobody reads them any more; the run itself is not held up by that."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._read = True

    def __call__(self, event: RunEvent) -> None:
        if not self._read:
            return
        try:
            if self._as_json:
                output.print_json(event.to_json())
            else:
                output.print_event(event)
            sys.stdout.flush()
        except OSError as error:
            self._read = False
            print_no_more()
            if not isinstance(error, BrokenPipeError):
                output.warn(f"The output cannot be written: {error.strerror}. The run goes on.")


def _refusal(thread_id: str, error: HitlError) -> Iterator[RunEvent]:
    """What a program reads when nothing was sent: why, field by field, and the end."""
    data: dict[str, object] = {"title": error.title, "message": str(error)}
    if isinstance(error, AnswerRefused):
        data["problems"] = [{"path": p.path, "message": p.message} for p in error.problems]
    yield RunEvent(EventType.ERROR, thread_id, data)
    outcome = Outcome.CONFLICT if isinstance(error, Conflict) else Outcome.REFUSED
    yield RunEvent(EventType.END, thread_id, {"outcome": outcome.value, "reason": error.title})


@contextmanager
def _cancelled_by_interrupt(inbox: Inbox, thread_id: str) -> Iterator[None]:
    """The first Ctrl-C asks the run to stop and waits for what it says; the second one leaves."""

    def cancel(signum: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        output.warn("Cancelling; once more to leave at once.")
        inbox.cancel(thread_id)

    before = signal.signal(signal.SIGINT, cancel)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
