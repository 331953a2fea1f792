"""Threads read side by side: several requests at a time, and no more at once than memory takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Condition
from typing import TypeVar

from hitl_tui.backends.agent_server.bounds import most_now

T = TypeVar("T")

_MANY = 8  # threads looked at at a time


def each(do: Callable[[T], None], items: Sequence[T], weigh: Callable[[T], int]) -> None:
    """Some at a time, in this order; raises what went wrong first.

    `weigh` tells how many bytes an item has, as far as that is known. No more are read at once than
    one answer may have; what is heavier is read alone.
    """
    scales = _Scales(most_now())

    def weighed(item: T) -> None:
        with scales.holding(weigh(item)):
            do(item)

    if len(items) == 1:
        do(items[0])
    elif items:
        with ThreadPoolExecutor(_MANY, thread_name_prefix="hitl-look") as pool:
            for _ in pool.map(weighed, items):
                pass


class _Scales:
    """Holds back whoever brings more than `most` together with what is there; never the first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._there = 0
        self._changed = Condition()

    @contextmanager
    def holding(self, weight: int) -> Iterator[None]:
        """So much is there meanwhile."""
        with self._changed:
            self._changed.wait_for(lambda: not self._there or self._there + weight <= self._most)
            self._there += weight
        try:
            yield
        finally:
            with self._changed:
                self._there -= weight
                self._changed.notify_all()
