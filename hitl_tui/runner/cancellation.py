"""Stopping one run: a request, then SIGINT, then the end of its worker."""

from __future__ import annotations

import threading

from hitl_tui.runner.process import Process

INTERRUPT_AFTER = 1.0  # seconds of patience with a request
KILL_AFTER = 3.0  # seconds, all in all


class Cancellation:
    """Whether a run is to stop; puts growing pressure on the worker that executes it."""

    def __init__(self) -> None:
        self.requested = False
        self._lock = threading.Lock()
        self._timers: list[threading.Timer] = []
        self._target: tuple[Process, str] | None = None

    def request(self) -> None:
        """Stop the run, now or as soon as it has a worker; may be called again."""
        with self._lock:
            if not self.requested:
                self.requested = True
                self._press()

    def aim(self, process: Process, run_id: str) -> None:
        """The run is executed by this worker from now on."""
        with self._lock:
            self._target = process, run_id
            if self.requested:
                self._press()

    def finish(self) -> None:
        """The run is over: whatever the worker does next is left alone."""
        with self._lock:
            self._target = None
            for timer in self._timers:
                timer.cancel()

    def _press(self) -> None:
        if self._target is None:
            return
        process, run_id = self._target
        process.say({"do": "cancel", "run_id": run_id})
        self._later(INTERRUPT_AFTER, "interrupt")
        self._later(KILL_AFTER, "kill")

    def _later(self, seconds: float, action: str) -> None:
        timer = threading.Timer(seconds, self._act, args=(action,))
        timer.daemon = True
        timer.start()
        self._timers.append(timer)

    def _act(self, action: str) -> None:
        with self._lock:
            if self._target is not None:
                process, _ = self._target
                process.kill() if action == "kill" else process.interrupt()
