"""What an operator can do, without any screen: the one engine of the TUI and the command line."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from hitl_tui.acting import Actor, consequences
from hitl_tui.backends.backend import Backend
from hitl_tui.contracts import Contracts, Places
from hitl_tui.delivery import Step
from hitl_tui.errors import Conflict, ThreadNotFound, UsageError
from hitl_tui.journal.journal import Journal
from hitl_tui.model.notes import Mark
from hitl_tui.model.runs import GraphInfo, RunEvent, Verb
from hitl_tui.model.threads import (
    NOTHING,
    Group,
    Page,
    Query,
    ThreadState,
    ThreadSummary,
)
from hitl_tui.moment import Moment
from hitl_tui.notebook import Notebook
from hitl_tui.opened import OpenThread, must_allow
from hitl_tui.overlay import Overlay
from hitl_tui.questions.again import asked_again
from hitl_tui.questions.read import title
from hitl_tui.sending import Sender
from hitl_tui.states import came_first, verbs

__all__ = ["Inbox", "OpenThread"]


class Inbox:
    """An operator at one source. Every method may block; call it off the UI thread.

    The iterators of runs must be consumed to their end: the outcome is written down there. All
    methods raise HitlError for expected failures. `notes` are the operator's drafts, snoozes and
    claims, `batches` what all operators sent to many at once; `step` is told each step of a send.
    """

    def __init__(
        self,
        backend: Backend,
        journal: Journal,
        *,
        operator: str,
        read_only: bool = False,
        contracts: Places = NOTHING,
        priorities: Mapping[str, float] = NOTHING,
        step: Step = lambda name: None,
    ) -> None:
        self._backend = backend
        self._journal = journal
        self._operator = operator
        self._read_only = read_only
        self._sender = Sender(backend, journal, operator, step)
        self._actor = Actor(self._sender, journal, operator)
        self._contracts = Contracts(contracts, backend.schema, self._sender.graph_of)
        self._moment = Moment(backend, None if read_only else journal)
        self._overlay = Overlay(self._moment, priorities)
        self.notes = Notebook(journal, operator, read_only=read_only)
        self.batches = journal.batches

    @property
    def name(self) -> str:
        """What the source is called; untrusted."""
        return self._backend.name

    @property
    def read_only(self) -> bool:
        """Whether this is a mere look: nothing can be sent or noted."""
        return self._read_only

    def version(self) -> Hashable:
        """A cheap token that differs whenever anything on screen may have changed."""
        alive = frozenset((a.attempt_id, a.alive) for a in self._moment.attempts().values())
        running = frozenset(self._sender.running.items())
        marks = frozenset(self.notes.marks().items())
        return self._backend.version(), self._journal.version(), alive, running, marks

    def page(self, query: Query, offset: int = 0, limit: int = 128) -> Page:
        """Rows of the queue in their true states, oldest waiting first."""
        return self._moment.page(self._overlaid(query), offset, limit)

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where in the query's rows the thread stands now."""
        return self._backend.position(self._overlaid(query), thread_id)

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """How many threads are in each state."""
        return self._backend.counts(self._overlaid(query))

    def groups(self, query: Query, by: Group) -> Mapping[str, int]:
        """How many of the query's threads there are by graph or kind, "" for those without one."""
        return self._backend.groups(self._overlaid(query), by)

    def title(self, row: ThreadSummary) -> str:
        """What a row asks, in one line, after an alarm if there is one; untrusted."""
        alarm = "ALARM: answered more than once. " if row.rivals else ""
        return f"{alarm}{title(row.interrupts[0])}" if row.interrupts else ""

    def open(self, thread_id: str) -> OpenThread:
        """One thread, read afresh, with its questions and what can be done with it."""
        thread, attempt = self._moment.thread(thread_id)
        questions = self._contracts.questions(thread)
        possible = () if self._read_only else verbs(thread.state)
        history = self._backend.asked_before(thread_id) if questions else ()
        before = asked_again(thread.interrupts, history)
        mark = self.notes.marks().get(thread_id, Mark())
        return OpenThread(thread, questions, possible, attempt, before, mark)

    def graphs(self) -> tuple[GraphInfo, ...]:
        """The declared graphs."""
        return self._backend.graphs()

    def choose_graph(self, thread_id: str, graph_id: str) -> None:
        """Remember which graph a thread belongs to, after GraphUnknown asked for it."""
        self._must_write()
        self._journal.choose_graph(thread_id, graph_id, self._operator)

    def answer(
        self,
        thread_id: str,
        values: Mapping[str, Any],
        *,
        seen: str | None = None,
        override: bool = False,
        attempt_id: str | None = None,
    ) -> Iterator[RunEvent]:
        """Check answers by interrupt id, send them together, tell what happens.

        `seen` is the checkpoint that the operator looked at: a thread that moved on is a Conflict.
        `override` answers deliberately what somebody else is to answer. `attempt_id` names the
        attempt, of which there is never a second one: a Conflict. Nothing is sent when this raises.
        """
        self._must_write()
        opened = self.open(thread_id)
        if seen is not None and opened.thread.checkpoint_id != seen:
            by = came_first(self._journal.attempts(thread_id), seen)
            raise Conflict(f"The thread moved on since you looked{by}: look at it again.")
        self._must_allow(opened, Verb.ANSWER)
        thread, questions = opened.thread, opened.questions
        return self._sender.answer(
            thread, questions, values, override=override, attempt_id=attempt_id
        )

    def act(
        self, thread_id: str, verb: Verb, *, seen: OpenThread | None = None
    ) -> Iterator[RunEvent]:
        """Continue, retry, re-open or abandon a thread; `consequences` tells before.

        `seen` is what the operator looked at when that was told: anything else is a Conflict.
        """
        self._must_write()
        opened = self.open(thread_id)
        if seen is not None and seen.moment != opened.moment:
            raise Conflict("The thread changed since you looked: look at it again.")
        self._must_allow(opened, verb)
        return self._actor.act(opened.thread, opened.questions, opened.attempt, verb)

    def consequences(self, thread_id: str, verb: Verb) -> str:
        """What to know before `act`: what runs again, what ran, what was sent; untrusted lines."""
        thread = self._backend.thread(thread_id)
        doubt = self._moment.attempts().get(thread_id)
        known = () if self._read_only else self._journal.attempts(thread_id)
        return consequences(thread, known, doubt, verb)

    def audit(self, thread_id: str | None = None) -> Sequence[Mapping[str, Any]]:
        """The audit trail's rows in order, of one thread or of all; their `data` is JSON text."""
        return self._journal.trail.rows(thread_id)

    def audit_faults(self) -> Sequence[str]:
        """What is wrong with the audit trail, a sentence each; nothing if it is intact."""
        return self._journal.trail.faults()

    def start(
        self, graph_id: str, graph_input: Any, thread_id: str | None = None
    ) -> Iterator[RunEvent]:
        """Start a thread with `graph_input`; makes up a thread id if none is given."""
        self._must_write()
        if thread_id is not None:
            self._must_be_free(thread_id)
        return self._sender.start(graph_id, graph_input, thread_id or str(uuid4()))

    def cancel(self, thread_id: str) -> None:
        """Ask this process's run of the thread to stop; does nothing if there is none."""
        if run_id := self._sender.running.get(thread_id):
            self._backend.cancel(run_id)

    def running(self) -> Mapping[str, str]:
        """The runs of this process: thread id to run id."""
        return dict(self._sender.running)

    def warm(self) -> None:
        """Make the next run start sooner."""
        if not self._read_only:
            self._backend.warm()

    def close(self) -> None:
        """Stop what runs and free everything."""
        self._sender.close()
        self._backend.close()
        self._journal.close()

    def doctor(self) -> Iterator[tuple[bool, str]]:
        """What can be read, which graphs load, what is missing."""
        return self._backend.doctor()

    def _overlaid(self, query: Query) -> Query:
        if query.snoozed is not None:
            marks = self.notes.marks().items()
            asleep = frozenset(thread_id for thread_id, mark in marks if mark.snoozed_until)
            query = replace(query, asleep=asleep)
        return self._overlay.over(query, self.version())

    def _must_be_free(self, thread_id: str) -> None:
        try:
            state = self.open(thread_id).thread.state
        except ThreadNotFound:
            return
        if state is not ThreadState.DONE:
            raise Conflict(f"This thread exists and is {state.label}: start another one.")

    def _must_write(self) -> None:
        if self._read_only:
            raise UsageError("This is a read-only look: nothing can be sent.")

    def _must_allow(self, opened: OpenThread, verb: Verb) -> None:
        must_allow(opened, verb, lambda: self._backend.thread(opened.thread.thread_id).state)
