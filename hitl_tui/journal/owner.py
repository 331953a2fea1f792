"""Which process owns an attempt, and whether it still lives."""

from __future__ import annotations

import os
import socket
import time
from functools import cache
from pathlib import Path

from hitl_tui.journal.clock import ticking
from hitl_tui.model.attempts import Owner


def this_process() -> Owner:
    """The owner of what this process begins."""
    return _owner(os.getpid())


def alive(owner: Owner) -> bool:
    """Whether the owner lives; an owner on another host cannot be asked and counts as living."""
    if not is_here(owner):
        return True
    try:
        os.kill(owner.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it lives, and is somebody else's
    return _started(owner.pid) == owner.started


def holds(owner: Owner, lease_until: float | None, lease_tick: float | None) -> bool:
    """Whether the owner lives and its lease has not run out.

    On this host the process tells at once that it is dead, and the lease is counted on the host's
    own clock; elsewhere there is only the lease, in seconds since the epoch.
    """
    if is_here(owner):
        return alive(owner) and (lease_tick is None or ticking() < lease_tick)
    return lease_until is None or time.time() < lease_until


def is_here(owner: Owner) -> bool:
    """Whether the owner is a process of this host."""
    return owner.host == socket.gethostname()


@cache
def _owner(pid: int) -> Owner:
    return Owner(socket.gethostname(), pid, _started(pid))


def _started(pid: int) -> str:
    """The process's start in clock ticks after boot, "" where the system does not tell.

    It is the 22nd word of /proc/PID/stat; the second, a name in parentheses, may hold spaces.
    """
    try:
        words = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if words[0] == "Z" else words[19]
