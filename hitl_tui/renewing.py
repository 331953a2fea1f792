"""Leases renewed while runs go on: one thread for all of a process's runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hitl_tui.errors import JournalError
from hitl_tui.journal.journal import Journal


class Held:
    """A run whose lease is renewed; `sent` is set once anything of it was sent."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.sent = False


class Renewal:
    """Renews each lease three times as often as it runs out; `lost` is told what lost its own.

    Its thread lives while there are runs, and a third of a lease longer.
    """

    def __init__(self, journal: Journal, lost: Callable[[str], object]) -> None:
        self._journal = journal
        self._lost = lost
        self._lock = threading.Lock()
        self._held: dict[str, Held] = {}
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()

    @contextmanager
    def of(self, run_id: str) -> Iterator[Held]:
        """Renew a run's lease while this lasts; one that is lost after it was sent is told."""
        held = Held(run_id)
        with self._lock:
            self._held[run_id] = held
            if self._thread is None:
                self._thread = threading.Thread(target=self._renew, daemon=True, name="leases")
                self._thread.start()
        try:
            yield held
        finally:
            with self._lock:
                self._held.pop(run_id, None)

    def close(self) -> None:
        """Renew no more."""
        self._closed.set()

    def _renew(self) -> None:
        try:
            while not self._closed.wait(self._journal.lease / 3):
                with self._lock:
                    if not self._held:
                        self._thread = None
                        return
                    everyone = list(self._held.values())
                for held in everyone:
                    self._renew_one(held)
        finally:
            with self._lock:  # another one may have been started meanwhile
                if self._thread is threading.current_thread():
                    self._thread = None

    def _renew_one(self, held: Held) -> None:
        try:
            ours = self._journal.renew(held.run_id, sent=held.sent)
        except JournalError:
            return  # told when the run is settled; until then it may be well again
        if not ours and held.sent and held.run_id in self._held:
            self._lost(held.run_id)
