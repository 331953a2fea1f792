"""The leash: the owner's end of a pipe nobody writes to; when it closes, this group dies.

It must hold when the owner is killed and when C code keeps the interpreter lock for ever, so on
Linux the kernel itself sends SIGKILL. Asking for a signal at the parent's death instead would
fire when the *thread* that started us ends.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import sys
import threading


def tie(leash: int) -> None:
    """Let this process and its group die when the other end of `leash` closes."""
    if sys.platform == "linux":
        fcntl.fcntl(leash, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(leash, fcntl.F_SETSIG, signal.SIGKILL)
        flags = fcntl.fcntl(leash, fcntl.F_GETFL)
        fcntl.fcntl(leash, fcntl.F_SETFL, flags | os.O_ASYNC)
        # The owner may have died before the kernel was told to watch.
        if select.select([leash], [], [], 0)[0]:
            _die()
    else:
        threading.Thread(target=_watch, args=(leash,), daemon=True, name="leash").start()


def _watch(leash: int) -> None:
    os.read(leash, 1)
    _die()


def _die() -> None:
    os.killpg(os.getpgrp(), signal.SIGKILL)
