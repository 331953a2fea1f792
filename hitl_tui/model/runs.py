"""Runs: what a backend is asked to execute, and what it tells while doing so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from hitl_tui.model.threads import NOTHING


class Verb(StrEnum):
    """What can be done with a thread; the command line's names."""

    ANSWER = "answer"
    CONTINUE = "continue"
    RETRY = "retry"
    REOPEN = "reopen"
    ABANDON = "abandon"
    START = "start"


class EventType(StrEnum):
    """What an event of a run tells; the last one is always `END`."""

    UPDATE = "update"  # {"node", "update"}: a node wrote to the state
    CUSTOM = "custom"  # {"data"}: the graph's stream writer
    TOKEN = "token"  # {"node", "text"}: a piece of a model's message
    OUTPUT = "output"  # {"text"}: what the graph printed, at any level, may hold many lines
    LOG = "log"  # {"level", "logger", "message"}
    INTERRUPT = "interrupt"  # {"id", "node", "value", "response_schema"}: the next question
    ERROR = "error"  # {"title", "message", "traceback"}: frames of the user's code only
    END = "end"  # {"outcome", "reason", "sent": false if surely nothing was}


class Outcome(StrEnum):
    """How a run ended."""

    FINISHED = "finished"
    PAUSED = "paused"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    CONFLICT = "conflict"
    IN_DOUBT = "in_doubt"

    @property
    def exit_code(self) -> int:
        """The command line's exit status for it."""
        return _EXIT_CODES[self]


_EXIT_CODES = {
    Outcome.FINISHED: 0,
    Outcome.PAUSED: 3,
    Outcome.REFUSED: 4,
    Outcome.CONFLICT: 5,
    Outcome.FAILED: 6,
    Outcome.CANCELLED: 7,
    Outcome.IN_DOUBT: 7,
}


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One execution of a graph on one thread.

    `resume` maps interrupt ids to answers, `contracts` to the models ("module:Class") that check
    them once more in the graph's interpreter. `pending`, `checkpoint_id` and, of the tasks whose
    questions it is about, `imprints` are what the operator saw: the run is refused, with nothing
    written, when the thread shows anything else.
    `configurable` and `metadata` are given back to the graph as the head held them. `permit` is
    called when a worker is at hand, right before it is told: it raises HitlError if the run may no
    longer begin, and returns until when it may, in seconds on the clock that counts from boot.
    """

    run_id: str
    verb: Verb
    thread_id: str
    graph_id: str
    resume: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    pending: tuple[str, ...] = ()
    checkpoint_id: str | None = None
    input: Any = None
    configurable: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    metadata: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    contracts: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    imprints: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    permit: Callable[[], float] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class RunEvent:
    """One thing that happened in a run; `data` is plain JSON, shaped as `EventType` says."""

    type: EventType
    thread_id: str
    data: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    time: datetime = field(default_factory=lambda: datetime.now(UTC))
    run_id: str = ""

    def to_json(self) -> dict[str, Any]:
        """The event as the command line prints it: `{"type", "time", "thread_id", …}`."""
        head = {"type": self.type.value, "time": self.time.isoformat(), "thread_id": self.thread_id}
        return head | dict(self.data)


@dataclass(frozen=True, slots=True)
class GraphInfo:
    """A declared graph: the names of its nodes, or why it cannot be loaded."""

    graph_id: str
    nodes: tuple[str, ...] = ()
    error: str = ""
