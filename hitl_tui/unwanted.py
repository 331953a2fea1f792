"""Work that nobody waits for any more: whoever is long at it asks, and leaves it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_WORK = threading.local()


class Unwanted(Exception):
    """What was begun was left, because nobody waits for it."""


@contextmanager
def wanted_while(is_wanted: Callable[[], bool]) -> Iterator[None]:
    """What this thread does meanwhile is wanted for as long as that says so."""
    before = getattr(_WORK, "is_wanted", None)
    _WORK.is_wanted = is_wanted
    try:
        yield
    finally:
        _WORK.is_wanted = before


def is_unwanted() -> bool:
    """Whether nobody waits for what this thread does; cheap, and False unless somebody said so."""
    is_wanted = getattr(_WORK, "is_wanted", None)
    return is_wanted is not None and not is_wanted()
