"""Rows of a thread's head become a Thread: what it asks, what runs next, and its state.

Pure functions. They agree with the graph's own `get_state()` as far as rows can tell. What they
cannot: the order of the next nodes, whether a stop is a breakpoint or a run still under way, and
values that only a channel's code can rebuild (delta channels, output of an unfinished step).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from hitl_tui.backends import stored
from hitl_tui.backends.decode import Unreadable
from hitl_tui.backends.imprint import imprint
from hitl_tui.backends.pending import (
    ERROR,
    INTERRUPT,
    Asker,
    askers,
    asks,
    finished,
    guess_node,
    named,
)
from hitl_tui.backends.priority import priority
from hitl_tui.backends.tables import Head, Write
from hitl_tui.backends.tasks import START, Task, due, node_of
from hitl_tui.backends.times import time_of
from hitl_tui.model.threads import Interrupt, Thread, ThreadState, ThreadSummary

T = TypeVar("T")
Inner = Callable[[str, str], Sequence[Write]]
"""The rows of a task's subgraphs, by node and task id."""


@dataclass(slots=True)
class _Reading:
    """What is read of a head, piece by piece, and the first reason why a piece is not."""

    reason: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    checkpoint: Mapping[str, Any] = field(default_factory=dict)
    tasks: tuple[Task, ...] = ()
    interrupts: tuple[Interrupt, ...] = ()
    given: dict[str, Any] = field(default_factory=dict)
    errors: tuple[str, ...] = ()

    def attempt(self, piece: Callable[[], T], otherwise: T) -> T:
        """The piece, or `otherwise` with the reason kept when it cannot be read."""
        try:
            return piece()
        except Unreadable as error:
            self.fail(error)
            return otherwise

    def fail(self, error: Unreadable) -> None:
        """Keep the first reason."""
        self.reason = self.reason or error.message


def thread(head: Head, inner: Inner) -> Thread:
    """The thread that the rows describe; one that cannot be read in full is `unreadable`."""
    read = _read(head, inner)
    return Thread(
        **_shared(_summarised(read, head)),
        values=stored.values(read.checkpoint),
        metadata=read.metadata,
        given=read.given,
        errors=read.errors,
        imprints=_imprints(read.interrupts, head),
    )


def _imprints(interrupts: Sequence[Interrupt], head: Head) -> dict[str, str]:
    """What the tasks that ask have stored, by task id."""
    rows: dict[str, list[Write]] = {each.task_id: [] for each in interrupts}
    for row in head.writes:
        if row.task_id in rows:
            rows[row.task_id].append(row)
    return {task_id: imprint(own) for task_id, own in rows.items()}


def summary(head: Head, inner: Inner) -> ThreadSummary:
    """The queue's part of `thread`, without the cost of the state's values."""
    return _summarised(_read(head, inner), head)


def _shared(found: ThreadSummary) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ThreadSummary.__dataclass_fields__}


def _read(head: Head, inner: Inner) -> _Reading:
    read = _Reading()
    read.metadata = read.attempt(lambda: stored.metadata(head.metadata), {})
    read.checkpoint = read.attempt(lambda: stored.checkpoint(head), {})
    read.tasks = due(read.checkpoint, stored.step(read.metadata))
    _read_questions(read, head, inner)
    read.errors = tuple(read.attempt(partial(stored.error, row), "") for row in _failures(head))
    return read


def _summarised(read: _Reading, head: Head) -> ThreadSummary:
    upcoming = _next(read, head)
    state, reason = _state(read, upcoming)
    written = time_of(head.checkpoint_id) or stored.timestamp(read.checkpoint.get("ts"))
    graph_id = read.metadata.get("graph_id")
    return ThreadSummary(
        thread_id=head.thread_id,
        state=state,
        reason=reason,
        graph_id=graph_id if graph_id and isinstance(graph_id, str) else None,
        checkpoint_id=head.checkpoint_id,
        waiting_since=written if read.interrupts else None,
        updated_at=written,
        interrupts=read.interrupts,
        next=upcoming,
        priority=priority(read.metadata, read.interrupts),
    )


def _read_questions(read: _Reading, head: Head, inner: Inner) -> None:
    """Fill in the interrupts that wait, each once, and the answers already taken."""
    if not any(row.idx == INTERRUPT for row in head.writes):
        return
    names = {task.id: task.node for task in read.tasks}
    paths = {task.path: task.node for task in read.tasks}
    names |= {row.task_id: paths[row.task_path] for row in head.writes if row.task_path in paths}
    everyone = askers(head.writes, names)
    calls = [asker for asker in everyone if asker.is_call]
    found: dict[str, Interrupt] = {}
    for asker in everyone:
        if asker.is_call:
            continue
        try:
            _read_asker(asker, read, calls, inner, found)
        except Unreadable as error:
            read.fail(error)
    read.interrupts = tuple(found.values())


def _read_asker(
    asker: Asker, read: _Reading, calls: list[Asker], inner: Inner, found: dict[str, Interrupt]
) -> None:
    """Add one task's interrupts to `found`, and its taken answers; raises Unreadable."""
    node = asker.node or guess_node(asker, [task.node for task in read.tasks])
    asker = asker if node == asker.node else replace(asker, node=node)
    below = [*calls, *askers(inner(node, asker.task_id), {})] if node else calls
    for interrupt in asker.interrupts():
        found.setdefault(interrupt.id, named(interrupt, below))
        for source in (asker, *(other for other in below if asks(other, interrupt.id))):
            slot = source.taken(interrupt.id)
            if slot is not None:
                read.given[interrupt.id] = source.answers()[slot]


def _failures(head: Head) -> list[Write]:
    """The errors that still count: a later success leaves the row of an earlier error behind."""
    ended: dict[str, int] = {}
    for row in head.writes:
        if row.idx >= 0:
            ended[row.task_id] = max(row.rowid, ended.get(row.task_id, 0))
    errors = [row for row in head.writes if row.idx == ERROR]
    return [row for row in errors if row.rowid > ended.get(row.task_id, 0)]


def _next(read: _Reading, head: Head) -> tuple[str, ...]:
    """The nodes of the step that have put nothing out yet, as far as channels and rows tell."""
    rows: dict[str, list[Write]] = {}
    for row in head.writes:
        rows.setdefault(row.task_id, []).append(row)
    begun = {node_of(own[0].task_path): own for own in rows.values()}
    begun.pop("", None)
    ended = {key for task, own in rows.items() if finished(own) for key in (task, _path(own))}
    names = [task.node for task in read.tasks if not {task.id, task.path} & ended]
    if begun.keys() - {START}:  # an entrypoint's input has the name of a graph's first node
        names = [name for name in names if name != START]
    late = {node for node, own in begun.items() if not finished(own)} - set(names)
    return (*names, *sorted(late))


def _state(read: _Reading, upcoming: tuple[str, ...]) -> tuple[ThreadState, str]:
    """The state, and a sentence that says why."""
    failure = read.errors[-1] if read.errors else ""
    if read.reason:
        return ThreadState.UNREADABLE, read.reason
    if read.given:
        end = f"the node failed: {failure}" if failure else "the node did not finish."
        return ThreadState.LOCKED, f"The answer was taken, then {end}"
    if read.interrupts:
        return ThreadState.OPEN, ""
    if read.errors:
        return ThreadState.FAILED, f"A task failed: {failure}"
    return _rest(read, upcoming)


def _path(rows: Sequence[Write]) -> str | None:
    return rows[0].task_path or None


def _rest(read: _Reading, upcoming: tuple[str, ...]) -> tuple[ThreadState, str]:
    """The states of a thread that neither asks nor failed."""
    if upcoming:
        return ThreadState.PAUSED, (
            f"Stopped before {', '.join(upcoming)}: at a breakpoint, or the run was cut off, or"
            " another program is still running it."
        )
    if read.tasks:
        return ThreadState.PAUSED, "The step's tasks are done, but the run stopped before the next."
    return ThreadState.DONE, ""
