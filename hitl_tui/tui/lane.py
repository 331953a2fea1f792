"""Background work for the screens: what may block runs here, one job after the other."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

from hitl_tui.unwanted import wanted_while

_T = TypeVar("_T")
_Job = tuple["Future[Any]", Callable[[], Any], threading.Event]


class Lane:
    """A thread of its own that does jobs in order, started by the first.

    Jobs that nobody waits for any more are skipped, and one under way is told so: slow reads never
    pile up. Textual's thread workers share a small pool instead, in which a few slow ones would
    hold up all others, and quitting would wait for them.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    async def run(self, job: Callable[[], _T]) -> _T:
        """Do `job` off the event loop and return, or raise, what it did."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        future: Future[_T] = Future()
        left = threading.Event()
        self._jobs.put((future, job, left))
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            left.set()
            raise

    def close(self) -> None:
        """End the thread after the job it is at; does not wait."""
        self._jobs.put(None)

    def wait(self, seconds: float) -> None:
        """Return when a closed lane has done its last job, or after that time."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _work(self) -> None:
        while (entry := self._jobs.get()) is not None:
            _do(*entry)


def _do(future: Future[Any], job: Callable[[], Any], left: threading.Event) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        with wanted_while(lambda: not left.is_set()):
            future.set_result(job())
    except BaseException as error:  # noqa: BLE001 - it is raised where the job is awaited
        future.set_exception(error)
