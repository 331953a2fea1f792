"""How much a server may answer at once, and who is told of what it streams; loads nothing.

Both are said for what is asked in this thread meanwhile: between us and the socket stands the SDK.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import local

from hitl_tui.errors import SourceError

MOST = 64_000_000
"""Bytes of one answer."""

ROWS = 4_000_000
"""Bytes of one answer that lists threads: what can be decoded in one go, while keys wait."""

BEGINNING = 16_384
"""Bytes that are kept of an answer that is too long."""

_now = local()


class TooMuch(SourceError):
    """An answer that is longer than it may be: its first bytes, and its size, 0 if not told."""

    def __init__(self, name: str, most: int, beginning: bytes, size: int) -> None:
        super().__init__(f"{name} answers with more than {most // 1_000_000} MB at once.")
        self.beginning = beginning
        self.size = size


@contextmanager
def no_more_than(most: int) -> Iterator[None]:
    """Answers that are asked for in this thread meanwhile have so many bytes at most."""
    before = getattr(_now, "most", None)
    _now.most = most
    try:
        yield
    finally:
        _now.most = before


def most_now() -> int:
    """So many bytes may the answer have that begins in this thread now."""
    found: int | None = getattr(_now, "most", None)
    return MOST if found is None else found


@contextmanager
def told_of_each_piece(tell: Callable[[], None]) -> Iterator[None]:
    """Streams that begin in this thread meanwhile call `tell` with each piece, were it a comment.

    What `tell` raises ends the stream.
    """
    _now.tell = tell
    try:
        yield
    finally:
        del _now.tell


def who_is_told() -> Callable[[], None]:
    """Whom the stream tells that begins in this thread now."""
    found: Callable[[], None] = getattr(_now, "tell", _nobody)
    return found


def _nobody() -> None:
    """Nobody wants to be told."""
