"""Has an index built by a process of its own, which stands back for the screen.

A loop in a thread would make keys wait, and what it needs to remember would stay ours.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

_PAUSE = 5.0  # seconds between two starts: what fails at once is not tried all the time


class Builder:
    """Starts the command that builds, one process at a time; owns it until `close`.

    It finds `told`, which may be a secret, in its input. The first one is not started for `wait`
    seconds: others have something to do then.
    """

    def __init__(self, command: Sequence[str], wait: float = 0.0, told: str = "") -> None:
        self._command = list(command)
        self._told = told
        self._process: subprocess.Popen[bytes] | None = None
        self._started = -_PAUSE
        self._due = time.monotonic() + wait
        self._guard = threading.Lock()

    def start(self, *, pause: float = 0.0) -> bool:
        """Have it built, unless that is going on, or was begun less than `pause` seconds ago.

        A few seconds lie between two starts in any case.
        """
        with self._guard:
            now = time.monotonic()
            if self.is_running or now < max(self._due, self._started + max(pause, _PAUSE)):
                return False
            self._started = now
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._tell(self._process)
            return True

    def _tell(self, process: subprocess.Popen[bytes]) -> None:
        """Give it what it is told; little enough for the pipe, so nobody waits."""
        assert process.stdin is not None
        with suppress(BrokenPipeError), process.stdin as pipe:
            pipe.write(os.fsencode(self._told))

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def has_failed(self) -> bool:
        """Whether the last one came to an end, and not a good one."""
        return self._process is not None and (self._process.poll() or 0) > 0

    def close(self) -> None:
        """Stop it; the next one goes on where it was."""
        with self._guard:
            process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.terminate()
            process.wait()
