"""A backend without LangGraph: threads made by hand, runs that follow a script."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hitl_tui.backends.several import one_by_one
from hitl_tui.errors import Conflict, HitlError, ThreadNotFound
from hitl_tui.model.runs import EventType, GraphInfo, Outcome, RunEvent, RunRequest
from hitl_tui.model.threads import Asked, Group, Interrupt, Page, Query, Sort, Thread, ThreadState
from hitl_tui.questions.read import described

NOW = datetime(2026, 3, 14, 10, 30, tzinfo=UTC)
PATIENCE = 90.0
"""Seconds for what must come; a busy machine needs some of them."""
Script = Callable[[RunRequest], Iterator[RunEvent]]


def thread(
    thread_id: str,
    *values: Any,
    state: ThreadState = ThreadState.OPEN,
    minutes: float = 3,
    schema: Mapping[str, Any] | None = None,
    node: str = "ask",
    **more: Any,
) -> Thread:
    """A thread that asks `values`, one interrupt each, and waits since `minutes` before NOW."""
    since = NOW - timedelta(minutes=minutes)
    interrupts = tuple(
        Interrupt(f"{thread_id}/{number}", value, node=node, response_schema=schema)
        for number, value in enumerate(values)
    )
    plain: dict[str, Any] = {
        "graph_id": "refund",
        "checkpoint_id": f"{thread_id}@1",
        "updated_at": since,
        "waiting_since": since if values else None,
        "interrupts": interrupts,
    }
    return Thread(thread_id, state, **(plain | more))


def finishes(request: RunRequest) -> Iterator[RunEvent]:
    """The script of a run that prints a line and finishes."""
    yield RunEvent(EventType.OUTPUT, request.thread_id, {"text": "> done\n"}, NOW)
    yield end(request, Outcome.FINISHED)


def end(request: RunRequest, outcome: Outcome, reason: str = "") -> RunEvent:
    """The last event of a run."""
    data = {"outcome": outcome.value, "reason": reason}
    return RunEvent(EventType.END, request.thread_id, data, NOW)


class FakeBackend:
    """Holds threads in memory. `sent` are the requests it ran, `cancelled` the runs to stop.
    `history` is what threads asked before, by thread id.

    `script` tells what a run does; it waits for `gate` first, which is open from the start.
    `error` is raised by every reading while it is set. `reads` counts them by method. Pages are
    marked as `partial`.
    """

    def __init__(self, *threads: Thread, name: str = "checkpoints.sqlite") -> None:
        self.name = name
        self.threads = {thread.thread_id: thread for thread in threads}
        self.sent: list[RunRequest] = []
        self.history: dict[str, tuple[Asked, ...]] = {}
        self.cancelled: list[str] = []
        self.declared: tuple[GraphInfo, ...] = ()
        self.script: Script = finishes
        self.error: HitlError | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.reads: Counter[str] = Counter()
        self.warmed = False
        self.partial = False
        self._version = 0

    def put(self, thread: Thread) -> None:
        """Another program writes a thread."""
        self.threads[thread.thread_id] = thread
        self._version += 1

    def remove(self, thread_id: str) -> None:
        """Another program deletes a thread."""
        del self.threads[thread_id]
        self._version += 1

    outlives = False
    compares = False

    def join(self, request: RunRequest) -> Iterator[RunEvent]:
        raise Conflict("Nothing can be joined.")

    def stop(self, thread_id: str) -> bool:
        return False

    def version(self) -> Hashable:
        self._read("version")
        return self._version

    def page(self, query: Query, offset: int = 0, limit: int = 128) -> Page:
        self._read("page")
        rows = self._rows(query)
        shown = tuple(rows[offset : offset + limit])
        return Page(shown, len(rows), offset, self.partial)

    def told(self, query: Query, limit: int | None, *, whole: bool) -> None:
        """Each row has to be read."""

    finds_first = False

    def first(self, query: Query, limit: int, looked_for: str | None) -> None:
        """Each row has to be read."""

    def position(self, query: Query, thread_id: str) -> int | None:
        self._read("position")
        ids = [row.thread_id for row in self._rows(query)]
        return ids.index(thread_id) if thread_id in ids else None

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        self._read("counts")
        return Counter(row.state for row in self._rows(replace(query, states=frozenset())))

    def groups(self, query: Query, by: Group) -> Mapping[str, int]:
        self._read("groups")
        rows = self._rows(replace(query, sort=Sort(by.value), backwards=False))
        return Counter(row.graph_id or "" if by is Group.GRAPH else _kind(row) for row in rows)

    def thread(self, thread_id: str) -> Thread:
        self._read("thread")
        if thread_id not in self.threads:
            raise ThreadNotFound(f"There is no thread {thread_id}.")
        return self.threads[thread_id]

    def size(self, thread_id: str) -> int:
        """None takes long."""
        return 0

    def several(self, thread_ids: Sequence[str]) -> Mapping[str, Thread]:
        return one_by_one(self.thread, thread_ids)

    def graphs(self) -> tuple[GraphInfo, ...]:
        return self.declared

    def is_same_graph(self, drift: Mapping[str, Any]) -> bool:
        return True

    def prepare(self, graph_id: str) -> None:
        """Every graph can be run."""

    def run(self, request: RunRequest) -> Iterator[RunEvent]:
        self.sent.append(request)
        self.gate.wait(PATIENCE)
        done = replace(
            self.threads[request.thread_id], state=ThreadState.DONE, interrupts=(),
            waiting_since=None, checkpoint_id=f"{request.thread_id}@2",
        )  # fmt: skip
        for event in self.script(request):
            if event.type is EventType.END and event.data["outcome"] == Outcome.FINISHED.value:
                self.put(done)
            yield event

    def cancel(self, run_id: str) -> None:
        self.cancelled.append(run_id)
        self.gate.set()

    def warm(self) -> None:
        self.warmed = True

    def close(self) -> None:
        self.gate.set()

    def asked_before(self, thread_id: str) -> tuple[Asked, ...]:
        return self.history.get(thread_id, ())

    def schema(self, place: str) -> Mapping[str, Any]:
        raise HitlError(f"{place} is not here.")

    def doctor(self) -> Iterator[tuple[bool, str]]:
        yield True, "This is a fake."

    def _read(self, what: str) -> None:
        self.reads[what] += 1
        if self.error is not None:
            raise self.error

    def _rows(self, query: Query) -> list[Thread]:
        rows = [
            replace(thread, state=query.overlay.get(thread.thread_id, thread.state))
            for thread in self.threads.values()
            if query.search.lower() in f"{thread.thread_id} {thread.interrupts}".lower()
        ]
        rows = [row for row in rows if not query.states or row.state in query.states]
        rows = [row for row in rows if query.holds(row.thread_id)]
        for wanted, told in ((query.graph, _graph), (query.kind, _kind)):
            rows = [row for row in rows if wanted is None or told(row) == wanted]
        since, until = query.since or _EVER, query.until or NOW
        rows = [row for row in rows if since <= (row.updated_at or NOW) <= until]
        rows.sort(key=lambda row: (row.waiting_since or NOW, row.thread_id))
        rows.sort(key=_ORDERS[query.sort])
        return rows[::-1] if query.backwards else rows


def _graph(row: Thread) -> str:
    return row.graph_id or ""


def _kind(row: Thread) -> str:
    return described(row.interrupts[0])[0] if row.interrupts else ""


_EVER = NOW - timedelta(days=9999)
_ORDERS: Mapping[Sort, Callable[[Thread], Any]] = {
    Sort.WAITING: lambda row: 0,
    Sort.AGE: lambda row: row.updated_at or NOW,
    Sort.GRAPH: lambda row: (not _graph(row), _graph(row)),
    Sort.KIND: lambda row: (not _kind(row), _kind(row)),
    Sort.STATE: lambda row: [*ThreadState].index(row.state),
    Sort.PRIORITY: lambda row: -(row.priority or 0),
}
