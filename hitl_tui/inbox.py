"""What an operator can do, without any screen: the one engine of the TUI and the command line."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hitl_tui.errors import UsageError
from hitl_tui.model.queries import NOTHING
from hitl_tui.moment import Moment
from hitl_tui.notebook import Notebook
from hitl_tui.overlay import Overlay

if TYPE_CHECKING:
    from hitl_tui.backends.backend import Backend
    from hitl_tui.backends.told import FirstFound, Told
    from hitl_tui.contracts import Places
    from hitl_tui.delivery import Step
    from hitl_tui.journal.batches import Batches
    from hitl_tui.journal.journal import Journal
    from hitl_tui.model.runs import GraphInfo, RunEvent, Verb
    from hitl_tui.model.threads import Group, Page, Query, ThreadState, ThreadSummary
    from hitl_tui.opened import OpenThread
    from hitl_tui.working import Working


class Inbox:
    """An operator at one source. Every method may block; call it off the UI thread.

    The iterators of runs must be consumed to their end: the outcome is written down there. All
    raise HitlError for expected failures. `notes` are drafts, snoozes, claims; `step` hears steps.

    What the journal's masks name is shown by no method: a mark stands in its place, and in an
    answer stands for the true value. Only `batches` holds answers as they were typed (`shown`).
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
        self._backend, self._journal = backend, journal
        self._read_only = read_only
        self._contracts = contracts
        self._step = step
        self._working: Working | None = None
        self._making = threading.Lock()
        self._moment = Moment(backend, None if read_only else journal, lambda: journal.masks)
        self._overlay = Overlay(self._moment, priorities)
        self.notes = Notebook(journal, operator, read_only=read_only)

    @property
    def name(self) -> str:
        """What the source is called; untrusted."""
        return self._backend.name

    @property
    def batches(self) -> Batches:
        """What all operators sent to many threads at once."""
        return self._journal.batches

    @property
    def read_only(self) -> bool:
        """Whether this is a mere look: nothing can be sent or noted."""
        return self._read_only

    def version(self) -> Hashable:
        """A cheap token that differs whenever anything on screen may have changed."""
        running, marks = frozenset(self.running().items()), frozenset(self.notes.marks().items())
        written = None if self._read_only else self._journal.version()
        return self._backend.version(), written, self._moment.alive(), running, marks

    def page(self, query: Query, offset: int = 0, limit: int = 128) -> Page:
        """Rows of the queue in their true states, oldest waiting first."""
        found = self._moment.page(self._overlaid(query), offset, limit)
        if not self._journal.is_masked:
            return found
        from hitl_tui.redactor import Redactor

        return replace(found, rows=tuple(map(Redactor(self._journal.masks).row, found.rows)))

    def told(self, query: Query, limit: int | None, *, whole: bool) -> Sequence[Told] | None:
        """What a list tells, much faster than `page`; None unless certain without reading each."""
        masked = self._journal.is_masked
        return None if masked else self._moment.told(self._overlaid(query), limit, whole=whole)

    def first(self, query: Query, limit: int, looked_for: str | None = None) -> FirstFound | None:
        """The first rows of a query, sooner than `page`; None unless certain, see `Backend`."""
        tells = self._backend.finds_first and not self._journal.is_masked
        return self._moment.first(self._overlaid(query), limit, looked_for) if tells else None

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where in the query's rows the thread stands now."""
        return self._backend.position(self._overlaid(query), thread_id)

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """How many threads are in each state."""
        return self._backend.counts(self._overlaid(query))

    def groups(self, query: Query, by: Group) -> Mapping[str, int]:
        """How many of the query's threads there are by graph or kind, in that order of theirs."""
        return self._backend.groups(self._overlaid(query), by)

    def title(self, row: ThreadSummary) -> str:
        """What a row asks, in one line, after an alarm if there is one; untrusted."""
        if not row.interrupts:
            return ""
        from hitl_tui.questions.titles import title

        alarm = "ALARM: answered more than once. " if row.rivals else ""
        return f"{alarm}{title(row.interrupts[0])}"

    def open(self, thread_id: str) -> OpenThread:
        """One thread, read afresh, with its questions and what can be done with it."""
        return self._work.open(thread_id)

    @property
    def several(self) -> Working:
        """Looks at several threads at a time, and readies their answers, for batches."""
        return self._work

    def size(self, thread_id: str) -> int:
        """How many bytes `open` has to read, if that takes long; else 0."""
        return self._backend.size(thread_id)

    def shown(self, value: Any) -> Any:
        """An answer as it may be shown."""
        return self._journal.masks.over(value)

    def graphs(self) -> tuple[GraphInfo, ...]:
        """The declared graphs."""
        return self._backend.graphs()

    def choose_graph(self, thread_id: str, graph_id: str) -> None:
        """Remember which graph a thread belongs to, after GraphUnknown asked for it."""
        self._must_write()
        self._journal.choose_graph(thread_id, graph_id, self.notes.operator)

    def answer(
        self,
        thread_id: str,
        values: Mapping[str, Any],
        *,
        seen: OpenThread | str | None = None,
        override: bool = False,
    ) -> Iterator[RunEvent]:
        """Check answers by interrupt id, send them together, tell what happens.

        `seen` is the thread, or checkpoint, that was looked at: Conflict if it asks otherwise now.
        `override` answers what somebody else is to answer. Nothing is sent when this raises.
        """
        self._must_write()
        return self._work.answer(thread_id, values, seen, override=override)

    def act(
        self, thread_id: str, verb: Verb, *, seen: OpenThread | None = None
    ) -> Iterator[RunEvent]:
        """Continue, retry, re-open, abandon, told by `consequences`; Conflict if not as `seen`."""
        self._must_write()
        return self._work.act(thread_id, verb, seen)

    def consequences(self, thread_id: str, verb: Verb) -> str:
        """What to know before `act`: what runs again, what ran, what was sent; untrusted lines."""
        return self._work.consequences(thread_id, verb)

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
        return self._work.start(graph_id, graph_input, thread_id)

    def join(self, thread_id: str) -> Iterator[RunEvent]:
        """Follow the run that goes on at the source without us; Conflict if there is none."""
        return self._work.join(thread_id)

    def left(self) -> Sequence[str]:
        """The threads whose runs we can join: asked for here, by processes that are gone."""
        if self._read_only or not self._backend.outlives:
            return ()
        return [key for key, each in self._moment.attempts().items() if each.is_left]

    @property
    def outlives(self) -> bool:
        """Whether runs go on when this process ends."""
        return self._backend.outlives

    def cancel(self, thread_id: str) -> None:
        """Ask this process's run of the thread to stop; does nothing if there is none."""
        if run_id := self.running().get(thread_id):
            self._backend.cancel(run_id)

    def stop(self, thread_id: str) -> bool:
        """Ask the thread's run to stop, whoever began it; False if none can be stopped here."""
        self._must_write()
        return self._backend.stop(thread_id)

    def running(self) -> Mapping[str, str]:
        """The runs of this process: thread id to run id."""
        return dict(self._working.running) if self._working is not None else {}

    def warm(self) -> None:
        """Make the next run start sooner."""
        if not self._read_only:
            self._backend.warm()

    def close(self) -> None:
        """Stop what runs and free everything."""
        if self._working is not None:
            self._working.close()
        self._backend.close()
        self._journal.close()

    def doctor(self) -> Iterator[tuple[bool | None, str]]:
        """What can be read, which graphs load, what is missing; see `Backend.doctor`."""
        return self._backend.doctor()

    def _overlaid(self, query: Query) -> Query:
        return self._overlay.over(self.notes.noted(query), self.version())

    def _must_write(self) -> None:
        if self._read_only:
            raise UsageError("This is a read-only look: nothing can be sent.")

    @property
    def _work(self) -> Working:
        """The half that works on single threads, loaded when it is first needed."""
        with self._making:
            if self._working is None:
                from hitl_tui.working import Working

                places = self._backend, self._journal, self._moment, self.notes
                self._working = Working(*places, self._contracts, self._step)
            return self._working
