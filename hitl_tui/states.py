"""The state of a thread, from what the source shows and what the journal knows: pure functions.

Both must have been read as of one moment: `moment.Moment` does that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from hitl_tui.model.attempts import Attempt
from hitl_tui.model.runs import Outcome, Verb
from hitl_tui.model.threads import ThreadState, ThreadSummary

_T = TypeVar("_T", bound=ThreadSummary)

_VERBS = {
    ThreadState.OPEN: (Verb.ANSWER,),
    ThreadState.LOCKED: (Verb.RETRY, Verb.REOPEN),
    ThreadState.IN_DOUBT: (Verb.RETRY, Verb.REOPEN, Verb.ABANDON),
    ThreadState.FAILED: (Verb.RETRY,),
    ThreadState.PAUSED: (Verb.CONTINUE,),
}


def verbs(state: ThreadState) -> tuple[Verb, ...]:
    """What can be done with a thread in this state."""
    return _VERBS.get(state, ())


def settled(thread: _T, attempt: Attempt | None) -> _T:
    """The thread as it truly is, given the attempt that says more of it than its source does.

    The first of these that holds, else what the source shows:
    unreadable: then nothing can be told of it.
    running: the owner of an attempt lives, and holds its lease; or the source itself, which can
    run graphs without us, is at it.
    in doubt: nobody can tell of an attempt, and the source still shows what it was sent to. The
    side effect may have happened while the question looks untouched. A head that moved on, or
    questions that are answered on the same head, settle the doubt by themselves.
    drifted: the loaded graph knew no such question, and neither it nor the head has changed since.
    """
    if attempt is None or thread.state is ThreadState.UNREADABLE:
        return thread
    if thread.state is ThreadState.RUNNING and not attempt.alive:
        return thread
    if attempt.alive:
        return replace(thread, state=ThreadState.RUNNING, reason=f"Running: {words(attempt)}.")
    if attempt.drift:
        return _drifted(thread, attempt)
    if not is_doubtful(thread, attempt):
        return thread
    reason = (
        f"It may have run: {words(attempt)}; {_end(attempt)}. {_now(thread)} Look, then retry,"
        " re-open or abandon it."
    )
    return replace(thread, state=ThreadState.IN_DOUBT, reason=reason)


def is_doubtful(thread: ThreadSummary, attempt: Attempt) -> bool:
    """Whether the source still shows what an attempt without an end was sent to."""
    if attempt.drift or attempt.checkpoint_id != thread.checkpoint_id:
        return False
    asked = {interrupt.id for interrupt in thread.interrupts}
    return not attempt.answers or bool(asked & attempt.answers.keys())


def words(attempt: Attempt) -> str:
    """What was sent, by whom and when."""
    when = attempt.begun_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return f"{attempt.verb.value} by {attempt.operator} at {when}"


def came_first(attempts: Iterable[Attempt], seen: str | None, but: str = "") -> str:
    """In parentheses, what was last sent to the head `seen` and by whom; empty if nothing was.

    `but` is an attempt that does not count: the one that came too late.
    """
    first = [each for each in sent(attempts, seen) if each.attempt_id != but]
    return f" ({words(first[-1])})" if first else ""


def answered_by(attempts: Iterable[Attempt], interrupt_id: str) -> str:
    """What answered a question, or may have, by whom and when; empty if nothing sent from here."""
    found = [each for each in attempts if interrupt_id in each.answers and _may_have_run(each)]
    return words(found[-1]) if found else ""


def sent(attempts: Iterable[Attempt], head: str | None) -> list[Attempt]:
    """Those of the attempts on a head that were sent, or may have been."""
    return [each for each in attempts if each.checkpoint_id == head and _may_have_run(each)]


def _may_have_run(attempt: Attempt) -> bool:
    return not attempt.unsent and attempt.outcome not in (Outcome.REFUSED, Outcome.CONFLICT)


def _drifted(thread: _T, attempt: Attempt) -> _T:
    if thread.state is ThreadState.DONE or attempt.checkpoint_id != thread.checkpoint_id:
        return thread
    reason = f"{attempt.reason} {_now(thread)} Load the graph that asked it, then look again."
    return replace(thread, state=ThreadState.DRIFTED, reason=reason)


def _end(attempt: Attempt) -> str:
    """Why nobody knows; the sentence goes on after it."""
    return attempt.reason.rstrip(".") or "the process that sent it is gone"


def _now(thread: ThreadSummary) -> str:
    reason = f": {thread.reason.rstrip('.')}" if thread.reason else ""
    return f"The source shows it {thread.state.label}{reason}."
