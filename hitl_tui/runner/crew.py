"""The workers there are: at most so many, each lent to one run at a time, in turn."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from hitl_tui.errors import GraphError
from hitl_tui.runner.declared import Declared, declared, is_current
from hitl_tui.runner.process import Process
from hitl_tui.runner.spec import RunnerSpec
from hitl_tui.runner.start import begin, greet


class Crew:
    """Starts workers when they are needed and keeps them for the next run."""

    def __init__(self, spec: RunnerSpec) -> None:
        self._spec = spec
        self._changed = threading.Condition()
        self._queue: deque[object] = deque()
        self._idle: list[tuple[Process, Declared]] = []
        self._lent: dict[int, Declared] = {}
        self._all: set[Process] = set()
        self._slots = max(1, spec.max_workers)
        self._closed = False
        self._world: Declared | None = None

    def world(self) -> Declared:
        """What is declared now; raises GraphError."""
        if self._world is None or not is_current(self._world):
            self._world = declared(self._spec)
        return self._world

    @property
    def known(self) -> Declared | None:
        """What was declared when that was last looked at; None before."""
        return self._world

    def borrow(self, given_up: Callable[[], bool] = lambda: False) -> Process | None:
        """A ready worker, as soon as it is our turn; None if `given_up` says so meanwhile.

        Raises GraphError, an InterpreterError among them. Give it back with `give_back`.
        """
        world = self.world()
        held = self._wait_for_slot(given_up)
        if held is None:
            return None
        try:
            return self._ready(held[0] if held else None, world)
        except BaseException:
            self._free_slot()
            raise

    def give_back(self, process: Process, *, reusable: bool) -> None:
        """Lend it to the next one, or let it go."""
        if not reusable:
            self._dismiss(process)
        with self._changed:
            world = self._lent.pop(id(process))
            if reusable and not self._closed:
                self._idle.append((process, world))
        self._free_slot()

    def has_room(self) -> bool:
        """Whether a worker could be had without waiting."""
        with self._changed:
            return self._slots > len(self._queue)

    def look_again(self) -> None:
        """Some `given_up` may answer differently now."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """End all workers, lent ones too; nothing is started any more."""
        with self._changed:
            self._closed = True
            self._idle.clear()
            everyone = list(self._all)
            self._changed.notify_all()
        for process in everyone:
            self._dismiss(process)

    def _wait_for_slot(
        self, given_up: Callable[[], bool]
    ) -> tuple[tuple[Process, Declared], ...] | None:
        """An idle worker, or the right to start one (empty); None if given up."""
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
            try:
                while self._queue[0] is not ticket or not self._slots or self._closed:
                    if self._closed:
                        raise GraphError("The runner is closed; nothing was sent.")
                    if given_up():
                        return None
                    self._changed.wait()
                self._slots -= 1
                return (self._idle.pop(),) if self._idle else ()
            finally:
                self._queue.remove(ticket)
                self._changed.notify_all()

    def _ready(self, idle: tuple[Process, Declared] | None, world: Declared) -> Process:
        """The idle worker if it is still good for `world`, else a new one."""
        process = None
        if idle is not None:
            if idle[1] == world and idle[0].is_alive():
                process = idle[0]
            else:
                self._dismiss(idle[0])
        if process is None:
            process = self._start(world)
        with self._changed:
            self._lent[id(process)] = world
        return process

    def _start(self, world: Declared) -> Process:
        process = begin(self._spec, world)
        with self._changed:
            self._all.add(process)
            closed = self._closed
        if closed:
            self._dismiss(process)
        try:
            greet(process, self._spec)
        except BaseException:
            self._dismiss(process)
            raise
        return process

    def _dismiss(self, process: Process) -> None:
        process.close()
        with self._changed:
            self._all.discard(process)

    def _free_slot(self) -> None:
        with self._changed:
            self._slots += 1
            self._changed.notify_all()
