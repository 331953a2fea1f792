"""What is sent: answers checked, verbs and new threads made into requests and their intents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from hitl_tui.backends.backend import Backend
from hitl_tui.contracts import demand, models
from hitl_tui.delivery import Delivery, Step, Then
from hitl_tui.errors import AnswerRefused, Conflict, GraphUnknown
from hitl_tui.journal.journal import Journal
from hitl_tui.journal.owner import this_process
from hitl_tui.model.attempts import Attempt
from hitl_tui.model.question import Problem, Question
from hitl_tui.model.runs import EventType, Outcome, RunEvent, RunRequest, Verb
from hitl_tui.model.threads import NOTHING, Interrupt, Thread
from hitl_tui.questions.edited import edited
from hitl_tui.questions.read import check
from hitl_tui.runner.context import given_back


@dataclass(frozen=True, slots=True)
class Send:
    """Something checked, to be sent to a run of the graph as soon as it is called, once."""

    graph_id: str
    begin: Callable[[Then | None, bool], Iterator[RunEvent]]

    def __call__(self, then: Then | None = None, *, relayed: bool = False) -> Iterator[RunEvent]:
        """Begin, and give the events; raises HitlError, and then nothing was sent.

        `then` and `relayed` as in `Delivery.carry`.
        """
        return self.begin(then, relayed)


class Sender:
    """Sends for one operator, who may have looked at an attempt in doubt and decided to replace it.

    `step` is told each step of a send, as `delivery.Step` says.
    """

    def __init__(
        self,
        backend: Backend,
        journal: Journal,
        operator: str,
        step: Step = lambda name: None,
    ) -> None:
        self._backend = backend
        self._journal = journal
        self._operator = operator
        self._delivery = Delivery(backend, journal, step)

    @property
    def running(self) -> Mapping[str, str]:
        """The operator's runs now: thread id to run id."""
        return self._delivery.running

    def answer(
        self,
        thread: Thread,
        questions: Sequence[Question],
        values: Mapping[str, Any],
        *,
        instead_of: str | None = None,
    ) -> Iterator[RunEvent]:
        """Answer some of a thread's questions together, all checked before any is sent."""
        return self.ready(thread, questions, values, instead_of=instead_of)()

    def ready(
        self,
        thread: Thread,
        questions: Sequence[Question],
        values: Mapping[str, Any],
        *,
        override: bool = False,
        instead_of: str | None = None,
        attempt_id: str | None = None,
    ) -> Send:
        """What sends such an answer, checked already, as soon as it is called.

        `attempt_id` is that of an attempt which is made only once, ever.
        """
        by_id = {question.interrupt.id: question for question in questions}
        if not values or not by_id.keys() >= values.keys():
            raise Conflict("That question is no longer asked: look at the thread again.")
        check_all(by_id, values)
        demand(questions, values, override=override)
        request = self._request(thread, Verb.ANSWER, values, attempt_id)
        asked = {key: _answered(by_id[key], value) for key, value in values.items()}
        request = replace(request, contracts=models(questions))
        begin = partial(self._run, request, asked, instead_of, NOTHING)
        return Send(request.graph_id, begin)

    def join(self, attempt: Attempt) -> Iterator[RunEvent]:
        """Follow the run of an attempt whose owner left it."""
        return self._delivery.join(attempt)

    def act(
        self, thread: Thread, verb: Verb, *, instead_of: str | None = None
    ) -> Iterator[RunEvent]:
        """Run what is left of a thread without an answer, or fork it where it stands.

        A retry runs the answers again that the thread has taken.
        """
        asked = {each.id: _asked(each) for each in thread.interrupts}
        replayed = thread.given if verb is Verb.RETRY else NOTHING
        return self._run(self._request(thread, verb), asked, instead_of, replayed)

    def close(self) -> None:
        """Whatever could not be written down stays in doubt."""
        self._delivery.close()

    def start(self, graph_id: str, graph_input: Any, thread_id: str) -> Iterator[RunEvent]:
        """Start a thread."""
        request = RunRequest(
            run_id=str(uuid4()),
            verb=Verb.START,
            thread_id=thread_id,
            graph_id=graph_id,
            input=graph_input,
            metadata={"graph_id": graph_id},
        )
        return self._run(request)

    def abandoned(self, thread: Thread) -> Iterator[RunEvent]:
        """Tell that a doubt was set aside: nothing runs."""
        data = {"outcome": Outcome.FINISHED.value, "reason": "The attempt was set aside."}
        yield RunEvent(EventType.END, thread.thread_id, data)

    def _request(
        self,
        thread: Thread,
        verb: Verb,
        resume: Mapping[str, Any] = NOTHING,
        run_id: str | None = None,
    ) -> RunRequest:
        configurable, metadata = given_back(thread.metadata)
        tasks = {each.task_id for each in thread.interrupts if not resume or each.id in resume}
        return RunRequest(
            run_id=run_id or str(uuid4()),
            verb=verb,
            thread_id=thread.thread_id,
            graph_id=self.graph_of(thread),
            resume=resume,
            pending=tuple(interrupt.id for interrupt in thread.interrupts),
            checkpoint_id=thread.checkpoint_id,
            configurable=configurable,
            metadata=metadata,
            imprints={key: each for key, each in thread.imprints.items() if key in tasks},
        )

    def graph_of(self, thread: Thread) -> str:
        """Its metadata's graph, else the one picked before, else the only one whose nodes match.

        Raises GraphUnknown if none of these tells.
        """
        chosen = thread.graph_id or self._journal.graph_choices().get(thread.thread_id)
        if chosen:
            return chosen
        graphs = self._backend.graphs()
        nodes = {interrupt.node for interrupt in thread.interrupts} | set(thread.next)
        matching = [g.graph_id for g in graphs if not g.error and nodes <= set(g.nodes)]
        if len(matching) == 1:
            return matching[0]
        raise GraphUnknown(
            "The thread does not say which graph it belongs to, and "
            + ("no graph has its nodes." if not matching else "several graphs have its nodes."),
            matching or [g.graph_id for g in graphs if not g.error],
        )

    def _run(
        self,
        request: RunRequest,
        asked: Mapping[str, Any] = NOTHING,
        instead_of: str | None = None,
        replayed: Mapping[str, Any] = NOTHING,
        then: Then | None = None,
        relayed: bool = False,
    ) -> Iterator[RunEvent]:
        attempt = Attempt(
            attempt_id=request.run_id,
            thread_id=request.thread_id,
            verb=request.verb,
            operator=self._operator,
            owner=this_process(),
            begun_at=datetime.now(UTC),
            checkpoint_id=request.checkpoint_id,
            answers=request.resume,
            asked=asked,
            replayed=replayed,
        )
        return self._delivery.carry(request, attempt, instead_of, then, relayed=relayed)


def check_all(questions: Mapping[str, Question], values: Mapping[str, Any]) -> None:
    """Raise AnswerRefused with every problem of every answer."""
    problems = [
        Problem(f"{interrupt_id}.{p.path}".rstrip(".") if len(values) > 1 else p.path, p.message)
        for interrupt_id, value in values.items()
        for p in check(questions[interrupt_id], value)
    ]
    if problems:
        raise AnswerRefused("; ".join(map(str, problems)), problems)


def _asked(interrupt: Interrupt) -> dict[str, Any]:
    """What the audit trail keeps of a question."""
    return {"node": interrupt.node, "value": interrupt.value}


def _answered(question: Question, value: Any) -> dict[str, Any]:
    """What it keeps of a question that is answered: also what the answer changes in it."""
    dialect = {"dialect": question.dialect, "edited": edited(question, value)}
    return _asked(question.interrupt) | dialect
