"""The fence: the last look, made with the very reading of the checkpoint that a run goes on from.

LangGraph reads the head once when a run begins and resumes from what it read. What was checked
before may be old by then: another program may have answered, or this process may have been stopped.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .failures import Refused

Row = tuple[int, str | None, bytes | None]
"""Of a row of a task's writes the `idx`, the type, and the value as it is stored."""

_RELOAD = "Reload the thread and look again."


@dataclass(frozen=True)
class Fence:
    """May a run go on from its thread's head? `until` is on the clock that counts from boot.

    `seen` is the head, and `imprints` tell by task id what its tasks had stored, when the operator
    decided.
    """

    thread_id: str
    seen: str | None
    until: float | None
    imprints: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, request: Mapping[str, Any]) -> Fence:
        """The fence of a request to run."""
        seen = request["checkpoint_id"], request["until"], request["imprints"]
        return cls(request["thread_id"], *seen)

    def check_time(self) -> None:
        """Refused if the owner, or we, were held up so long that another may have taken over."""
        clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
        if self.until is not None and time.clock_gettime(clock) >= self.until:
            message = "The lease ran out before anything was sent."
            raise Refused("conflict", message, _RELOAD)

    def check(self, head: str | None, rows: Callable[[str], Iterable[Row]]) -> None:
        """Refused if the lease ran out, or what was read just now is not what was seen.

        `rows` gives what a task wrote on the head, by its id. Another program may let a node ask
        again, in other words under the same id, or have given an answer that a failed node keeps.
        """
        self.check_time()
        if self.seen is not None and head != self.seen:
            message = "The thread moved on at the very moment; nothing was sent."
            raise Refused("conflict", message, _RELOAD)
        if any(imprint(rows(task)) != seen for task, seen in self.imprints.items()):
            message = "It asks something else since you looked, or was answered; nothing was sent."
            raise Refused("conflict", message, _RELOAD)


def imprint(rows: Iterable[Row]) -> str:
    """As `hitl_tui.backends.imprint`, which cannot be imported where the graphs run."""
    made = hashlib.blake2b(digest_size=16)
    for idx, kind, value in sorted(rows, key=lambda row: row[0]):
        stored = bytes(value or b"")
        made.update(f"{idx} {kind} {len(stored)} ".encode("utf-8", "surrogateescape"))
        made.update(stored)
    return made.hexdigest()
