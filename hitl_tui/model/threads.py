"""Threads and what they wait for, as every backend reports them.

Texts and values are as the source holds them: exact, so that they can be sent back or looked up,
and untrusted, so that whoever shows them passes them through `hitl_tui.text` first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hitl_tui.model.queries import NOTHING, Claim, Group, Query, Sort, ThreadState

__all__ = [
    "NOTHING",
    "Asked",
    "Branch",
    "Claim",
    "Group",
    "Interrupt",
    "Page",
    "Query",
    "Rivals",
    "Sort",
    "Thread",
    "ThreadState",
    "ThreadSummary",
]


@dataclass(frozen=True, slots=True)
class Interrupt:
    """One pending `interrupt(value)` of a thread's head.

    `value` is plain: None, bool, int, float, str, list and dict; what the blob held beyond JSON is
    an `{"__type__": "module.Name", …}` mapping. `asked_by` are the namespaces, outermost first, of
    the subgraphs that raised it ("node:task_id"), empty when the root graph did. `before` are the
    answers that its node took in this very step, oldest first; what it had asked is not kept.
    """

    id: str
    value: Any
    node: str = ""
    task_id: str = ""
    asked_by: tuple[str, ...] = ()
    response_schema: Mapping[str, Any] | None = None
    before: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Branch:
    """A run's first checkpoint, and what the run put into the state by then; `at` is in UTC."""

    checkpoint_id: str
    left: Mapping[str, Any]
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rivals:
    """Runs that went on from one checkpoint, none knowing of the other: two answers, two effects.

    `answers` are those that the source keeps of its questions: the last ones taken.
    """

    checkpoint_id: str
    branches: tuple[Branch, ...]
    answers: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreadSummary:
    """A thread as the queue shows it. Times are aware, in UTC.

    `waiting_since` is when the head that asks was written, None if nothing is asked; `updated_at`
    when the head was written, None if its id holds no time. `next` are the nodes that would run.
    `rivals` are alarms: places in its history from where more than one run went on.
    `priority` is what the payload or the metadata gives under that key, None if neither does.
    `unread` says that a heavy thread is still being read: `state` is a guess, not to be shown.
    """

    thread_id: str
    state: ThreadState
    reason: str = ""
    graph_id: str | None = None
    checkpoint_id: str | None = None
    waiting_since: datetime | None = None
    updated_at: datetime | None = None
    interrupts: tuple[Interrupt, ...] = ()
    next: tuple[str, ...] = ()
    rivals: tuple[Rivals, ...] = ()
    priority: float | None = None
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Thread(ThreadSummary):
    """A thread in full: with the state's values, its metadata, and answers already taken.

    `given` holds, by interrupt id, an answer that the task took before it failed (locked).
    `errors` are what failed tasks stored, one text each. `imprints` tells, by task id, one state of
    what an asking task stored from another, where the source shows that.
    """

    values: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    metadata: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    given: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    errors: tuple[str, ...] = ()
    imprints: Mapping[str, str] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a thread asked before, and its answer.

    `value` and `answer` are plain as an `Interrupt`'s; `node` is empty where the source does not
    say. `answered_at` is when the thread had gone on, in UTC.
    """

    value: Any
    node: str
    answer: Any
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The rows from `offset` on of a query's `total` rows.

    `partial` says that the source is still being read for the first time: every row is true, but
    more will come, and `total` counts what was found so far.
    """

    rows: tuple[ThreadSummary, ...]
    total: int
    offset: int = 0
    partial: bool = False
