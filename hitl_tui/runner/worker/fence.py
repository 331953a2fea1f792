"""The fence: the last look, made with the very reading of the checkpoint that a run goes on from.

LangGraph reads the head once when a run begins and resumes from what it read. What was checked
before may be old by then: another program may have answered, or this process may have been stopped.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .failures import Refused

_RELOAD = "Reload the thread and look again."


@dataclass(frozen=True)
class Fence:
    """May a run go on from its thread's head? `until` is on the clock that counts from boot."""

    thread_id: str
    seen: str | None
    until: float | None

    @classmethod
    def of(cls, request: Mapping[str, Any]) -> Fence:
        """The fence of a request to run."""
        return cls(request["thread_id"], request["checkpoint_id"], request["until"])

    def check_time(self) -> None:
        """Refused if the owner, or we, were held up so long that another may have taken over."""
        clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
        if self.until is not None and time.clock_gettime(clock) >= self.until:
            message = "The lease ran out before anything was sent."
            raise Refused("conflict", message, _RELOAD)

    def check(self, head: str | None) -> None:
        """Refused if the lease ran out, or the head read just now is not the one that was seen."""
        self.check_time()
        if self.seen is not None and head != self.seen:
            message = "The thread moved on at the very moment; nothing was sent."
            raise Refused("conflict", message, _RELOAD)
