"""Looks through all of a database, a little at a time, for what stands where nobody looks first.

New rows that were put into room that others left, rows of transactions that took long to end,
threads that are gone: none of them shows at the ends of the tables. Each step reads some pages, or
asks for some threads of the index; then the database has its rest for five times as long, unless
its statistics tell of new rows that nobody met yet.
"""

from __future__ import annotations

from itertools import cycle
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING

from hitl_tui.backends.index.store import Unavailable
from hitl_tui.backends.postgres_index.missed import Missed
from hitl_tui.backends.postgres_index.rounds import Pages, Threads
from hitl_tui.errors import SourceError

if TYPE_CHECKING:
    from hitl_tui.backends.index.store import Store
    from hitl_tui.backends.postgres_index.suspects import Suspects
    from hitl_tui.backends.postgres_reader import PostgresReader

_SHARE = 5  # a step's time, so many times over, lies between two
_HURRY = 1  # the same, where rows are missed
_PAUSE = 0.05  # seconds between two steps at the least
_IDLE = 0.25  # seconds between two looks at whether anybody wrote at all
_TROUBLE = 5.0  # seconds after a failure
_PATIENCE = 1.0  # seconds that the end of a step is waited for
_OFTEN = 3  # steps for new rows to one for threads that are gone


class Patrol:
    """Goes round, and adds to the `suspects`; its steps are for one thread at a time."""

    def __init__(self, reader: PostgresReader, store: Store, suspects: Suspects) -> None:
        self._missed = Missed(reader, suspects)
        self._pages = Pages(reader, store, suspects, self._missed)
        self._threads = Threads(reader, store, suspects)
        self._turns = cycle([self._pages] * _OFTEN + [self._threads])
        self._stop = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Go round in a thread of its own, until `close`."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="patrol", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop, after the step that is going on, unless the database keeps it waiting for long."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE)

    def step(self) -> bool:
        """Look at the next piece; False if all was looked at and nothing was written since."""
        first = next(self._turns)
        return first.step() or (self._threads if first is self._pages else self._pages).step()

    def hurried(self) -> bool:
        """Look at the next pages, if rows are missed; False if none are, or there are no pages."""
        return self._missed.any() and self._pages.step()

    def find_new(self) -> None:
        """Look at all rows that are new, now, wherever they stand."""
        while self._pages.step() and self._pages.is_under_way:
            pass

    def find_gone(self) -> None:
        """Look for all threads that are gone, now."""
        while self._threads.step() and self._threads.is_under_way:
            pass

    def note(self) -> None:
        """Write down what was looked at, if the index holds by now what was found."""
        self._pages.note()

    def _run(self) -> None:
        wait = _IDLE
        while not self._stop.wait(wait):
            begun = monotonic()
            try:
                hurry = self.hurried()
                wait = _PAUSE / 10 if hurry else _PAUSE if self.step() else _IDLE
            except (SourceError, Unavailable):
                hurry, wait = False, _TROUBLE
            wait = max(wait, (_HURRY if hurry else _SHARE) * (monotonic() - begun))
