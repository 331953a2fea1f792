"""The verbs of threads that wait for no answer, doubts among them: deliberate, and told before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hitl_tui.errors import Conflict
from hitl_tui.journal.journal import Journal
from hitl_tui.model.attempts import Attempt
from hitl_tui.model.question import Question
from hitl_tui.model.runs import Outcome, RunEvent, Verb
from hitl_tui.model.threads import Thread
from hitl_tui.rivals import short
from hitl_tui.sending import Sender
from hitl_tui.states import is_doubtful, words

_CUT = (None, Outcome.IN_DOUBT, Outcome.CANCELLED)
_NO_RUN = (Outcome.REFUSED, Outcome.CONFLICT)


class Actor:
    """Retries, re-opens, continues and abandons for one operator."""

    def __init__(self, sender: Sender, journal: Journal, operator: str) -> None:
        self._sender = sender
        self._journal = journal
        self._operator = operator

    def act(
        self, thread: Thread, questions: Sequence[Question], attempt: Attempt | None, verb: Verb
    ) -> Iterator[RunEvent]:
        """Do `verb` to a thread; `attempt` is the one that leaves it in doubt, if one does."""
        if attempt is None or not is_doubtful(thread, attempt):
            return self._sender.act(thread, verb)
        doubt = attempt.attempt_id
        if verb is Verb.ABANDON:
            self._journal.resolve(doubt, self._operator)
            return self._sender.abandoned(thread)
        if verb is Verb.RETRY and attempt.answers and not attempt.answers.keys() & thread.given:
            by_id = {question.interrupt.id for question in questions}
            if not by_id >= attempt.answers.keys():
                raise Conflict("Some of what was answered is no longer asked: look again.")
            return self._sender.answer(thread, questions, attempt.answers, instead_of=doubt)
        return self._sender.act(thread, verb, instead_of=doubt)


def consequences(
    thread: Thread, attempts: Sequence[Attempt], doubt: Attempt | None, verb: Verb
) -> str:
    """What an operator must know before doing `verb`: what runs again, and what ran already."""
    lines = [_first(thread, verb)]
    if doubt is not None and is_doubtful(thread, doubt):
        end = doubt.reason.rstrip(".") or "the process that sent it is gone"
        lines.append(f"It may have run already: {words(doubt)}; {end}.")
        lines.append(f"The source shows it {thread.state.label} now.")
        lines += [f"It sent {short(value)}." for value in doubt.answers.values()]
    for key, value in thread.given.items():
        lines.append(f"The answer that was taken for {key}: {short(value)}.")
    lines += [f"What failed: {error}" for error in thread.errors]
    tried = [a for a in attempts if a.checkpoint_id == thread.checkpoint_id]
    for attempt in tried:
        if doubt is None or attempt.attempt_id != doubt.attempt_id:
            ended = f"{attempt.outcome.value if attempt.outcome else 'without an end'}"
            lines.append(f"Tried here before: {words(attempt)}, {ended}. {attempt.reason}".rstrip())
    if verb is Verb.CONTINUE:
        lines += _cut_off(thread, attempts)
    return "\n".join(lines)


def _cut_off(thread: Thread, attempts: Sequence[Attempt]) -> list[str]:
    """What is said of the run that brought a thread here, if it did not come to its end."""
    ran = [a for a in attempts if not a.unsent and a.outcome not in _NO_RUN]
    last = ran[-1] if ran else None
    if last is None or last.outcome not in _CUT or last.checkpoint_id == thread.checkpoint_id:
        return []
    end = last.reason.rstrip(".") or "the process that sent it is gone"
    return [f"The last run from here was cut off: {words(last)}; {end}. Some of this may have run."]


def _first(thread: Thread, verb: Verb) -> str:
    nodes = ", ".join(dict.fromkeys(i.node for i in thread.interrupts)) or ", ".join(thread.next)
    return {
        Verb.REOPEN: f"Re-opening runs {nodes} again from its top: what stands above the question"
        " happens a second time. Then it asks anew, under a new id; the answer it has is dropped.",
        Verb.RETRY: f"Retrying runs {nodes} again from its top, with the same answer.",
        Verb.ABANDON: "Abandoning sends nothing and runs nothing: it only says that you looked.",
        Verb.CONTINUE: f"Continuing runs {nodes}.",
    }.get(verb, "")
