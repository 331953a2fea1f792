"""What an operator does with single threads: looks at them, answers, acts, starts them.

The other half of the inbox: apart, because a queue needs none of it. So a program that only lists
threads, and a screen until its first rows are drawn, do not wait for it to be loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

from hitl_tui.acting import Actor, consequences
from hitl_tui.backends.backend import Backend
from hitl_tui.contracts import Contracts, Places
from hitl_tui.delivery import Step, Then
from hitl_tui.errors import Conflict, HitlError, ThreadNotFound
from hitl_tui.journal.journal import Journal
from hitl_tui.model.attempts import Attempt
from hitl_tui.model.batches import Member
from hitl_tui.model.notes import LeftDraft, Mark
from hitl_tui.model.runs import RunEvent, RunRequest, Verb
from hitl_tui.model.threads import Thread, ThreadState
from hitl_tui.moment import Moment
from hitl_tui.notebook import Notebook
from hitl_tui.opened import OpenThread, must_allow
from hitl_tui.questions.again import asked_again
from hitl_tui.questions.digest import digest, turn
from hitl_tui.redactor import Redactor, lifted
from hitl_tui.sending import Send, Sender
from hitl_tui.states import answered_by, came_first, verbs, words


class Working:
    """One operator at one source; `Inbox` says what each method does and refuses a mere look."""

    def __init__(
        self,
        backend: Backend,
        journal: Journal,
        moment: Moment,
        notes: Notebook,
        contracts: Places,
        step: Step,
    ) -> None:
        self._backend = backend
        self._journal = journal
        self._moment = moment
        self._notes = notes
        self._sender = Sender(backend, journal, notes.operator, step)
        self._actor = Actor(self._sender, journal, notes.operator)
        self._redactor = Redactor(journal.masks)
        self._contracts = Contracts(contracts, backend.schema, self._sender.graph_of)

    @property
    def running(self) -> Mapping[str, str]:
        """The runs of this process: thread id to run id."""
        return self._sender.running

    def open(self, thread_id: str) -> OpenThread:
        """One thread, read afresh, with its questions and what can be done with it."""
        return self._redactor.opened(self._look(thread_id))

    def looks(self, thread_ids: Sequence[str]) -> Mapping[str, OpenThread | HitlError]:
        """Several as `open`, or why one cannot be looked at."""
        return {
            key: found if isinstance(found, HitlError) else self._redactor.opened(found)
            for key, found in self._looks(thread_ids).items()
        }

    def _look(self, thread_id: str, *, history: bool = True) -> OpenThread:
        """The thread as it truly is; nothing of it may leave here."""
        thread, attempt = self._moment.thread(thread_id)
        opened = self._opened(thread, attempt, self._notes.marks())
        if not history or not opened.questions:
            return opened
        before = asked_again(thread.interrupts, self._backend.asked_before(thread_id))
        questions = tuple(replace(q, turn=turn(thread, q.interrupt)) for q in opened.questions)
        return replace(opened, questions=questions, earlier=before)

    def _looks(self, thread_ids: Sequence[str]) -> Mapping[str, OpenThread | HitlError]:
        """Several as `_look`, without what they asked before: of one moment where that goes."""
        try:
            found, marks = self._moment.threads(thread_ids), self._notes.marks()
        except HitlError:  # one of them may be why: then the others can be looked at
            found, marks = {}, {}
        return {
            key: self._opened(*found[key], marks) if key in found else self._look_or_why(key)
            for key in thread_ids
        }

    def _look_or_why(self, thread_id: str) -> OpenThread | HitlError:
        try:
            return self._look(thread_id, history=False)
        except HitlError as error:
            return error

    def _opened(
        self, thread: Thread, attempt: Attempt | None, marks: Mapping[str, Mark]
    ) -> OpenThread:
        questions = self._contracts.questions(thread)
        possible = () if self._notes.read_only else verbs(thread.state)
        mark = marks.get(thread.thread_id, Mark())
        left = self._left(thread, mark)
        return OpenThread(thread, questions, possible, attempt, mark=mark, left=left)

    def _left(self, thread: Thread, mark: Mark) -> tuple[LeftDraft, ...]:
        """Drafts that their questions did not wait for; while a run is under way, none is."""
        gone = mark.drafts - {interrupt.id for interrupt in thread.interrupts}
        if not gone or thread.state is ThreadState.RUNNING:
            return ()
        drafts = self._notes.drafts(thread.thread_id)
        attempts = self._journal.attempts(thread.thread_id)
        known = sorted(gone & drafts.keys())
        ids = {key: key.partition(" ")[0] for key in known}  # one put aside has its turn behind
        return tuple(LeftDraft(key, drafts[key], answered_by(attempts, ids[key])) for key in known)

    def answer(
        self,
        thread_id: str,
        values: Mapping[str, Any],
        seen: OpenThread | str | None,
        *,
        override: bool,
    ) -> Iterator[RunEvent]:
        """Check answers by interrupt id, send them together, tell what happens."""
        opened = self._look(thread_id, history=False)
        if isinstance(seen, OpenThread):
            asked = {q.interrupt.id: digest(q.truth.value) for q in seen.questions}
            _must_ask(opened, {key: asked[key] for key in values if key in asked}, "you looked")
            seen = seen.thread.checkpoint_id
        return self._ready(opened, values, seen, override=override)()

    def ready(self, members: Sequence[Member]) -> list[Send | HitlError]:
        """For each what sends it, looked at and checked together; or why it is not sent."""
        looks = self._looks([member.thread_id for member in members])
        return [self._ready_or_why(looks[member.thread_id], member) for member in members]

    def _ready_or_why(self, look: OpenThread | HitlError, member: Member) -> Send | HitlError:
        if isinstance(look, HitlError):
            return look
        values = {member.interrupt_id: member.value}
        try:
            _must_ask(look, {member.interrupt_id: member.asked}, "the table was made")
            return self._ready(look, values, member.checkpoint_id, member.attempt_id)
        except HitlError as error:
            return error

    def _ready(
        self,
        opened: OpenThread,
        values: Mapping[str, Any],
        seen: str | None,
        attempt_id: str | None = None,
        *,
        override: bool = False,
    ) -> Send:
        thread, questions = opened.thread, opened.questions
        if seen is not None and thread.checkpoint_id != seen:
            by = came_first(self._journal.attempts(thread.thread_id), seen)
            raise Conflict(f"The thread moved on since you looked{by}: look at it again.")
        self._must_allow(opened, Verb.ANSWER)
        true = lifted(self._redactor.masks, thread.interrupts, values)
        with self._redactor.refusals(thread, true):
            send = self._sender.ready(
                thread, questions, true, override=override, attempt_id=attempt_id
            )
        return Send(send.graph_id, partial(self._sent, send, thread, true))

    def _sent(
        self,
        send: Send,
        thread: Thread,
        true: Mapping[str, Any],
        then: Then | None,
        relayed: bool,
    ) -> Iterator[RunEvent]:
        with self._redactor.refusals(thread, true):
            events = send(then, relayed=relayed)
        return self._redactor.events(events, thread, true)

    def act(self, thread_id: str, verb: Verb, seen: OpenThread | None) -> Iterator[RunEvent]:
        """Continue, retry, re-open or abandon a thread."""
        opened = self._look(thread_id, history=False)
        if seen is not None and seen.moment != opened.moment:
            raise Conflict("The thread changed since you looked: look at it again.")
        self._must_allow(opened, verb)
        events = self._actor.act(opened.thread, opened.questions, opened.attempt, verb)
        sent = {**opened.thread.given, **(opened.attempt.answers if opened.attempt else {})}
        return self._redactor.events(events, opened.thread, sent)

    def consequences(self, thread_id: str, verb: Verb) -> str:
        """What to know before `act`."""
        thread = self._backend.thread(thread_id)
        doubt = self._moment.attempts().get(thread_id)
        known = () if self._notes.read_only else self._journal.attempts(thread_id)
        told = [self._redactor.attempt(each, thread) for each in known]
        doubt = self._redactor.attempt(doubt, thread) if doubt else None
        return consequences(self._redactor.thread(thread), told, doubt, verb)

    def join(self, thread_id: str) -> Iterator[RunEvent]:
        """Follow the run that goes on at the source; one that was asked for here is settled."""
        thread, attempt = self._moment.thread(thread_id)
        if attempt is not None and attempt.alive:
            raise Conflict(f"It is being followed already: {words(attempt)}.")
        if attempt is None or not attempt.is_left or self._notes.read_only:
            events = self._backend.join(RunRequest("", Verb.CONTINUE, thread_id, ""))
            return self._redactor.events(events, thread, {})
        return self._redactor.events(self._sender.join(attempt), thread, attempt.answers)

    def start(self, graph_id: str, graph_input: Any, thread_id: str | None) -> Iterator[RunEvent]:
        """Start a thread with `graph_input`."""
        if thread_id is not None:
            self._must_be_free(thread_id)
        events = self._sender.start(graph_id, graph_input, thread_id or str(uuid4()))
        return self._redactor.events(events, None, {"": graph_input})

    def close(self) -> None:
        """What could not be written down stays in doubt."""
        self._sender.close()

    def _must_be_free(self, thread_id: str) -> None:
        try:
            state = self._look(thread_id).thread.state
        except ThreadNotFound:
            return
        if state is not ThreadState.DONE:
            raise Conflict(f"This thread exists and is {state.label}: start another one.")

    def _must_allow(self, opened: OpenThread, verb: Verb) -> None:
        must_allow(opened, verb, lambda: self._backend.thread(opened.thread.thread_id).state)


def _must_ask(opened: OpenThread, asked: Mapping[str, str], since: str) -> None:
    """Conflict if a question asks something else than what it `asked`, by interrupt id.

    An empty digest is of what was not known, or cannot be told.
    """
    for each in opened.thread.interrupts:
        if asked.get(each.id) and digest(each.value) != asked[each.id]:
            raise Conflict(f"It asks something else since {since}: look at it again.")
