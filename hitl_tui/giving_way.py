"""Keys go first: what takes long in a thread pauses while a key that was struck has its effect.

Python runs one thread at a time. Each hand-over costs a key a millisecond or more, and it takes a
dozen of them; a collection of garbage among a million new values takes a tenth of a second.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Lock, local
from time import monotonic, sleep
from typing import TypeVar

QUIET = 0.05
"""Seconds in which a key that was struck has its effect."""

OFTEN = 512
"""Values after which those who read very many look whether a key was struck: a millisecond."""

MANY = 100_000
"""New lists and mappings that are left out of collections: looking through so many is felt."""

_T = TypeVar("_T")


class _Now:
    """Until when keys have the turn, and how many readers want no collections."""

    quiet_until = 0.0
    readers = 0
    guard = Lock()


class _Mine(local):
    """Whether this thread reads much."""

    much = 0


_mine = _Mine()


def key_came() -> None:
    """A key was struck."""
    _Now.quiet_until = monotonic() + QUIET


def give_way() -> None:
    """Pause while a key has its effect, if this thread reads much; not longer for more keys."""
    if _mine.much and (left := _Now.quiet_until - monotonic()) > 0:
        sleep(left)


def gently(values: Iterable[_T]) -> Iterator[_T]:
    """The values, between which keys have their turn."""
    for number, value in enumerate(values, 1):
        if number % OFTEN == 0:
            give_way()
        yield value


@contextmanager
def reading_much() -> Iterator[None]:
    """The thread gives way to keys, and no garbage is collected while it reads.

    If it was very much, it is never looked through either. It is plain values, which hold no
    cycles: they are gone when nobody wants them any more.
    """
    _mine.much += 1
    with _Now.guard:
        _Now.readers += 1
        gc.disable()
    try:
        yield
    finally:
        _mine.much -= 1
        with _Now.guard:
            _Now.readers -= 1
            if not _Now.readers:
                if gc.get_count()[0] > MANY:
                    gc.freeze()
                gc.enable()
