"""Threads and what they wait for, as every backend reports them.

Texts and values are as the source holds them: exact, so that they can be sent back or looked up,
and untrusted, so that whoever shows them passes them through `hitl_tui.text` first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

NOTHING: Mapping[str, Any] = MappingProxyType({})


class ThreadState(StrEnum):
    """What a thread is doing; always exactly one."""

    OPEN = "open"
    RUNNING = "running"
    LOCKED = "locked"
    IN_DOUBT = "in_doubt"
    FAILED = "failed"
    PAUSED = "paused"
    DRIFTED = "drifted"
    DONE = "done"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        """The state in people's words."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Interrupt:
    """One pending `interrupt(value)` of a thread's head.

    `value` is plain: None, bool, int, float, str, list and dict; what the blob held beyond JSON is
    an `{"__type__": "module.Name", …}` mapping. `asked_by` are the namespaces, outermost first, of
    the subgraphs that raised it ("node:task_id"), empty when the root graph did.
    """

    id: str
    value: Any
    node: str = ""
    task_id: str = ""
    asked_by: tuple[str, ...] = ()
    response_schema: Mapping[str, Any] | None = None


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


@dataclass(frozen=True, slots=True)
class Thread(ThreadSummary):
    """A thread in full: with the state's values, its metadata, and answers already taken.

    `given` holds, by interrupt id, an answer that the task took before it failed (locked).
    `errors` are what failed tasks stored, one text each.
    """

    values: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    metadata: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    given: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    errors: tuple[str, ...] = ()


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
class Query:
    """Which threads of a source, oldest waiting first.

    No `states` means all of them. `overlay` corrects states by thread id with what only the
    caller knows (its own runs, the journal), before the filter. `search` is matched without case
    in thread id, graph id and what is asked. `snoozed` asks for threads that sleep, or only for
    others; `asleep` are those that do, which again only the caller knows.
    """

    states: frozenset[ThreadState] = frozenset()
    graph: str | None = None
    search: str = ""
    overlay: Mapping[str, ThreadState] = field(default_factory=dict)
    snoozed: bool | None = None
    asleep: frozenset[str] = frozenset()

    def holds(self, thread_id: str) -> bool:
        """Whether the thread is among those asked for, by whether it sleeps."""
        return self.snoozed is None or (thread_id in self.asleep) == self.snoozed


@dataclass(frozen=True, slots=True)
class Page:
    """The rows from `offset` on of a query's `total` rows."""

    rows: tuple[ThreadSummary, ...]
    total: int
    offset: int = 0
