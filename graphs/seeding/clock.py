"""A clock for LangGraph that stands where it is told, so that checkpoints have chosen ages.

A checkpoint's id is a UUIDv6 that holds the time, and the ids of tasks and interrupts derive from
it; messages without an id get one of chance. With this clock in place every id is the same at
every seeding.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from threading import Lock
from unittest.mock import patch

import langgraph.checkpoint.base as checkpoint_base
import langgraph.graph.message as graph_message
import langgraph.pregel._checkpoint as pregel_checkpoint
from langgraph.checkpoint.base.id import UUID

_TICK = timedelta(milliseconds=40)
_UNIX_EPOCH_IN_UUID_TICKS = 0x01B21DD213814000  # 100 ns each, since 1582-10-15


class Clock:
    """Time that moves only when it is read, 40 ms each time."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._ids = 0
        self._lock = Lock()

    def set(self, now: datetime) -> None:
        """Stand at `now`, which is aware."""
        self._now = now

    def now(self, tz: tzinfo | None = None) -> datetime:
        """The time, a tick later than when last asked; in `tz`, as `datetime.now` does."""
        with self._lock:
            self._now += _TICK
            return self._now.astimezone(tz)

    def uuid6(self, node: int | None = None, clock_seq: int | None = None) -> UUID:
        """A UUIDv6 of the clock's time and of how many were made, nothing in it left to chance."""
        self._ids += 1
        micros = (self.now() - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
        ticks = micros * 10 + _UNIX_EPOCH_IN_UUID_TICKS
        number = (ticks >> 12) << 80 | (ticks & 0xFFF) << 64
        return UUID(int=number | ((clock_seq or 0) & 0x3FFF) << 48 | self._ids, version=6)

    def uuid4(self) -> UUID:
        """A message's id, as unlikely to come twice."""
        return self.uuid6()


@contextmanager
def stopped_clock(start: datetime) -> Iterator[Clock]:
    """While inside, LangGraph's checkpoints are made at the time of the yielded clock."""
    clock = Clock(start)
    with (
        patch.object(checkpoint_base, "uuid6", clock.uuid6),
        patch.object(pregel_checkpoint, "uuid6", clock.uuid6),
        patch.object(pregel_checkpoint, "datetime", clock),
        patch.object(graph_message, "uuid", clock),
    ):
        yield clock
