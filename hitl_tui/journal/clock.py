"""Time for leases: a clock that all processes of a host share and that nobody can set."""

from __future__ import annotations

import time
from datetime import UTC, datetime

LEASE = 60.0
"""Seconds an owner is believed to live without a word; it renews at a third of that."""

_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def ticking() -> float:
    """Seconds since this host started, asleep or awake; a changed wall clock does not matter."""
    return time.clock_gettime(_BOOT)


def now() -> str:
    """The wall clock's time in UTC, as the journal stores it: for people, never for order."""
    return datetime.now(UTC).isoformat()
