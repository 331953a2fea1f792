"""The states of threads, and which of them a list means in which order.

They stand apart from the threads themselves: a list out of an index makes none, and loads none.
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


class Sort(StrEnum):
    """The order of a queue; equals stand in the order of their waiting, then of their ids."""

    WAITING = "waiting"
    """Those that ask, oldest first, then the others, newest first."""
    AGE = "age"
    """Oldest head first, whether it asks or not."""
    GRAPH = "graph"
    """By the graph's id; those without one come last."""
    STATE = "state"
    """In the order of `ThreadState`."""
    PRIORITY = "priority"
    """The greatest first; see `Query.priorities`."""
    KIND = "kind"
    """By the kind of the first question; those that ask nothing come last."""


class Group(StrEnum):
    """What threads can be counted by, besides their state."""

    GRAPH = "graph"
    KIND = "kind"
    """The kind of the first question: the name of its payload's dialect."""


class Claim(StrEnum):
    """Whose a thread is, by the claims that operators have on threads now."""

    MINE = "mine"
    OTHERS = "others"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Query:
    """Which threads of a source, and in which order.

    No `states` means all of them; an empty `graph` or `kind` means threads without one. `overlay`
    corrects states by thread id with what only the caller knows (its own runs, the journal), before
    the filter. `search` is matched without case in thread id, graph id and what is asked. `snoozed`
    asks for threads that sleep, or only for others; `asleep` are those that do, which again only
    the caller knows. `claim` asks for threads by their claims, which the caller turns into `among`,
    the only threads meant unless it is None, and `beside`, threads that are not meant. `since` and
    `until` bound when the head was written, both inclusive; a head whose id holds no time counts as
    written before all others. `priorities` gives threads a priority by graph id, where neither
    payload nor metadata does; else it is 0. `whole` asks for all that a row can hold, also where
    that costs the source a look at each: a server's rows lack checkpoint, nodes and `next` else.
    """

    states: frozenset[ThreadState] = frozenset()
    graph: str | None = None
    search: str = ""
    overlay: Mapping[str, ThreadState] = field(default_factory=dict)
    snoozed: bool | None = None
    asleep: frozenset[str] = frozenset()
    sort: Sort = Sort.WAITING
    backwards: bool = False
    since: datetime | None = None
    until: datetime | None = None
    priorities: Mapping[str, float] = field(default_factory=dict)
    kind: str | None = None
    claim: Claim | None = None
    among: frozenset[str] | None = None
    beside: frozenset[str] = frozenset()
    whole: bool = False

    def holds(self, thread_id: str) -> bool:
        """Whether the thread is among those asked for, by what only the caller knows of it."""
        if self.snoozed is not None and (thread_id in self.asleep) != self.snoozed:
            return False
        return (self.among is None or thread_id in self.among) and thread_id not in self.beside
