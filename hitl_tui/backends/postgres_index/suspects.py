"""Threads that are to be looked at, collected until somebody does."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from threading import Lock


class Suspects:
    """Names of threads; safe to use from several threads of a program."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self.met = 0
        """How many new rows were met where new ones stand, which needs no suspicion."""
        self.text = ""
        """The moment of the last look, see `Moment`: what was known before may have changed."""
        self._guard = Lock()

    def add(self, names: Iterable[str]) -> None:
        """These may differ from what is known of them."""
        with self._guard:
            self._names.update(names)

    def some(self, most: int) -> frozenset[str]:
        """Those that nobody looked at yet, or some of them."""
        with self._guard:
            return frozenset(islice(self._names, most))

    def __len__(self) -> int:
        """How many there are."""
        return len(self._names)

    def clear(self, names: Iterable[str]) -> None:
        """These were looked at."""
        with self._guard:
            self._names.difference_update(names)
