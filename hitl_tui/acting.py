"""The verbs of threads that wait for no answer, doubts among them: deliberate, and told before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hitl_tui.errors import Conflict
from hitl_tui.journal.journal import Journal
from hitl_tui.model.attempts import Attempt
from hitl_tui.model.question import Question
from hitl_tui.model.runs import RunEvent, Verb
from hitl_tui.model.threads import Thread
from hitl_tui.rivals import short
from hitl_tui.sending import Sender
from hitl_tui.states import is_doubtful, words


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
    return "\n".join(lines)


def _first(thread: Thread, verb: Verb) -> str:
    nodes = ", ".join(dict.fromkeys(i.node for i in thread.interrupts)) or ", ".join(thread.next)
    return {
        Verb.REOPEN: f"Re-opening runs {nodes} again from its top: what stands above the question"
        " happens a second time. Then it asks anew, under a new id; the answer it has is dropped.",
        Verb.RETRY: f"Retrying runs {nodes} again from its top, with the same answer.",
        Verb.ABANDON: "Abandoning sends nothing and runs nothing: it only says that you looked.",
        Verb.CONTINUE: f"Continuing runs {nodes}.",
    }.get(verb, "")
