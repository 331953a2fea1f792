"""Which process owns an attempt, and whether it still lives.

A host's name is no identity: containers share one, hosts are renamed. A process is known by its
number only where the kernel was booted once and numbers its processes in one table; a lease on the
host's own clock means something only to those who share that clock. So an owner's `place` names
all three, and where it differs only the lease is believed.
"""

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
    """Whether the owner lives; one that cannot be asked from here counts as living."""
    if not is_here(owner) or owner == this_process():
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

    A process of this host tells at once that it is dead. Its lease, and that of a container
    beside us, is counted on the host's own clock, `ticking()`, which nobody can set; elsewhere
    there is only the lease in seconds since the epoch.
    """
    if is_here(owner) or _clock_of(owner.place) == _clock_of(place()) != "":
        return alive(owner) and (lease_tick is None or ticking() < lease_tick)
    return lease_until is None or time.time() < lease_until


def silence(owner: Owner) -> str:
    """Why an owner that does not hold its lease cannot tell what became of its attempt."""
    if is_here(owner) and not alive(owner):
        return "the process that sent it is gone"
    return f"its process, on {owner.host}, gives no sign of life"


def is_here(owner: Owner) -> bool:
    """Whether the owner's number can be looked up here; older journals know only host names."""
    if owner.place:
        return owner.place == place()
    return owner.host == socket.gethostname()


@cache
def place() -> str:
    """The boot, the clock's and the process table's namespace; "" where the system has none."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
    return f"{boot} {_namespace('time')} {_namespace('pid')}"


def _namespace(name: str) -> str:
    """A namespace of this process; older kernels have one for all."""
    try:
        return os.readlink(f"/proc/self/ns/{name}")
    except OSError:
        return f"{name}:[]"


def _clock_of(where: str) -> str:
    return where.rpartition(" ")[0]


@cache
def _owner(pid: int) -> Owner:
    return Owner(socket.gethostname(), pid, _started(pid), place())


def _started(pid: int) -> str:
    """The process's start in clock ticks after boot, "" where the system does not tell.

    It is the 22nd word of /proc/PID/stat; the second, a name in parentheses, may hold spaces.
    """
    try:
        words = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if words[0] == "Z" else words[19]
