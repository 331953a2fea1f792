"""Stopping a run: first between its steps, then by SIGINT; force is the owner's business."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any

from .wire import Wire


class Stop:
    """Whether a run was asked to stop, and what to do when it is.

    `over` is set when the graph has returned: it is too late to interrupt it.
    """

    def __init__(self) -> None:
        self.requested = False
        self.over = False
        self._actions: list[Callable[[], object]] = []

    def request(self) -> None:
        """Called from the thread that reads requests."""
        self.requested = True
        for action in list(self._actions):
            action()

    def on_request(self, action: Callable[[], object]) -> None:
        """Do `action` when a stop is requested, or now if it was."""
        self._actions.append(action)
        if self.requested:
            action()


class Interruptions:
    """SIGINT raises KeyboardInterrupt in the run that was asked to stop, and nowhere else."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.current: Stop | None = None
        signal.signal(signal.SIGINT, self._handle)

    def _handle(self, *_: Any) -> None:
        if (stop := self.current) and stop.requested and not stop.over:
            self._wire.between_frames(_interrupt)


def _interrupt() -> None:
    raise KeyboardInterrupt
