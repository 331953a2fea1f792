"""How soon an answer's first event comes back, against resuming in the same process.

The graph is `refund`, which prints nothing when it declines: so the first event of both sides is
the same one, the node's update. A worker tells it as the node ends; `graph.stream` gives it out
after the checkpointer has taken it, so the end of the run is shown too. Each side answers the same
threads, each on a copy of one file.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command

from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.model.runs import RunRequest, Verb
from hitl_tui.runner.pool import Pool
from hitl_tui.runner.spec import RunnerSpec
from tests.benchmarks import source
from tests.benchmarks.figures import Figure, least_median_p95
from tests.benchmarks.processes import CONFIG

ANSWERS = 120
_WARM = 5  # answers of each side that are not counted
Times = tuple[float, float]
"""Seconds from the answer to its first event, and to the end of its run."""

DECLINED = {"approved": False, "amount": 0.0}


class InProcess:
    """LangGraph's own loop, on a connection and a graph that stay."""

    def __init__(self, file: Path, stack: ExitStack, graph_id: str = "refund") -> None:
        connection = stack.enter_context(closing(sqlite3.connect(file, check_same_thread=False)))
        graph = source.graph_of(graph_id)
        self._graph = graph.copy(update={"checkpointer": SqliteSaver(connection)})

    def answer(self, thread_id: str, value: Any = DECLINED) -> Times:
        """Resume, knowing the question."""
        config: Any = {"configurable": {"thread_id": thread_id}}
        asked = self._graph.get_state(config).interrupts[0]
        return _followed(lambda: self._graph.stream(Command(resume={asked.id: value}), config))


class Worker:
    """The backend and its pool, as the inbox uses them."""

    def __init__(self, file: Path, stack: ExitStack) -> None:
        self._backend = stack.enter_context(closing(_backend(file)))

    def answer(self, thread_id: str) -> Times:
        """Run a request, knowing the question."""
        thread = self._backend.thread(thread_id)
        request = RunRequest(
            run_id=str(uuid4()),
            verb=Verb.ANSWER,
            thread_id=thread_id,
            graph_id="refund",
            resume={thread.interrupts[0].id: DECLINED},
            pending=(thread.interrupts[0].id,),
            checkpoint_id=thread.checkpoint_id,
        )
        return _followed(lambda: self._backend.run(request))


class Whole:
    """The inbox: looks again, checks the answer, writes the intent to disk, then runs."""

    def __init__(self, file: Path, stack: ExitStack) -> None:
        journal = Journal(file.with_name(f"{file.name}.hitl.db"))
        self._inbox = Inbox(_backend(file), journal, operator="bench")
        stack.enter_context(closing(self._inbox))

    def answer(self, thread_id: str) -> Times:
        """Answer as an operator does."""
        asked = self._inbox.open(thread_id).thread.interrupts[0]
        return _followed(lambda: self._inbox.answer(thread_id, {asked.id: DECLINED}))


def measure(folder: Path) -> Iterator[Figure | str]:
    """The sides in turn, thread by thread."""
    original = folder / "answers.sqlite"
    source.build(original, ANSWERS + _WARM, real=10, shapes=[source.OPEN_REFUND])
    with ExitStack() as stack:
        sides = [
            side(Path(shutil.copy(original, folder / f"{side.__name__}.sqlite")), stack)
            for side in (InProcess, Worker, Whole)
        ]
        taken: list[list[Times]] = [[], [], []]
        for number in range(ANSWERS + _WARM):
            for times, side in zip(taken, sides, strict=True):
                times.append(side.answer(source.thread_id(number)))
    (stream, stream_end), (worker, worker_end), (whole, whole_end) = map(_columns, taken)
    what = "answer to first event"
    yield Figure(f"{what}, least : graph.stream in-process", min(worker), min(stream), at_most=1.5)
    yield Figure(f"{what}, median : same", median(worker), median(stream), at_most=1.5)
    yield Figure(f"{what}, with journal, median : same", median(whole), median(stream))
    yield Figure("answer to end of run, median : same", median(worker_end), median(stream_end))
    yield least_median_p95(what, worker, stream)
    yield least_median_p95(f"{what}, with the journal", whole, stream)
    yield least_median_p95("answer to end, with the journal", whole_end, stream_end)


def _columns(times: Sequence[Times]) -> tuple[list[float], list[float]]:
    """First events and ends, without those that warmed up."""
    counted = times[_WARM:]
    return [first for first, _ in counted], [end for _, end in counted]


def _backend(file: Path) -> SqliteBackend:
    return SqliteBackend(file, Pool(RunnerSpec(config=CONFIG, max_workers=1)))


def _followed(begin: Callable[[], Iterable[object]]) -> Times:
    """Begin a run and follow it to its end."""
    begun = time.perf_counter()
    events = iter(begin())
    next(events)
    first = time.perf_counter() - begun
    for _ in events:
        pass
    return first, time.perf_counter() - begun
