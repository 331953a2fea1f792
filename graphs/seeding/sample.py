"""What one seeded thread is made of."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

State = Literal["open", "locked", "failed", "paused", "done", "unreadable"]


@dataclass(frozen=True)
class Sample:
    """One thread: the graph's `input`, then `answers`, each given to the first open question.

    `age` is how long ago the last answer was given, or the input if there is none: the thread's
    head is at least as old. `state` is as hitl-tui names it. `until` stops the
    run for good once that node has finished, as a kill would. `labelled` puts the graph's id into
    the thread's metadata. `spoil` makes the stored rows unreadable.
    """

    thread_id: str
    graph_id: str
    state: State
    age: timedelta
    input: dict[str, Any]
    answers: tuple[Any, ...] = ()
    until: str = ""
    labelled: bool = True
    metadata: dict[str, Any] = field(default_factory=dict)
    spoil: Literal["", "damaged", "encrypted"] = ""


def ago(*, weeks: int = 0, days: int = 0, hours: int = 0, minutes: int = 0) -> timedelta:
    """An age."""
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
