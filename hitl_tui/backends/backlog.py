"""What takes too long to be read in passing: a thread of its own reads it, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock, Thread
from typing import Generic, TypeVar

from hitl_tui.errors import HitlError

T = TypeVar("T")


class Backlog(Generic[T]):
    """Has `read` read what is wanted, which keeps what it finds; safe to use from several threads.

    The thread lives while something is wanted. Of what cannot be read whoever asks next is told.
    """

    def __init__(self, read: Callable[[T], None], *, again: bool) -> None:
        self._read = read
        self._again = again
        self._wanted: list[T] = []
        self._guard = Lock()
        self._worker: Thread | None = None
        self._fault: BaseException | None = None
        self.found = 0
        """Differs when something was read; with `again` also when it could not be.

        So whoever looks anew at what differs asks again for what could not be read.
        """

    def want(self, items: Iterable[T]) -> None:
        """Have them read; what waits or is being read already is not read twice.

        Raises what went wrong with an earlier one, if that was no expected failure.
        """
        if self._fault is not None:
            raise self._fault
        with self._guard:
            self._wanted += [item for item in items if item not in self._wanted]
            if self._wanted and self._worker is None:
                self._worker = Thread(target=self._work, daemon=True, name="hitl-heavy")
                self._worker.start()

    def _work(self) -> None:
        while (item := self._next()) is not None:
            is_read = self._again
            try:
                self._read(item)
                is_read = True
            except HitlError:
                pass
            except BaseException as fault:  # noqa: BLE001 - raised where it is asked for
                self._fault = fault
            with self._guard:
                self._wanted.remove(item)
                self.found += is_read

    def _next(self) -> T | None:
        """What is first; None if nothing is wanted, and then the thread ends."""
        with self._guard:
            if not self._wanted:
                self._worker = None
            return self._wanted[0] if self._wanted else None
