"""What a server may not do to us: send without end, drip, or send us elsewhere with the key."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import local
from typing import TYPE_CHECKING

import httpx

from hitl_tui.backends.agent_server.transport import asks_events
from hitl_tui.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 64_000_000  # bytes of one answer
MOST_EVENT = 16_000_000  # bytes of one event of a stream
QUIET = 60.0  # seconds of a stream without an event, or the comment that says it is alive

_now = local()


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


def watched(name: str) -> Callable[[httpx.Response], None]:
    """A hook for each response of the server `name`: redirects are refused, bodies are bounded."""

    def watch(response: httpx.Response) -> None:
        """Raises SourceError for a redirect or an encoding; whoever reads the body is bounded."""
        if 300 <= response.status_code < 400:
            raise SourceError(
                f"{name} sends us elsewhere ({response.status_code}); we do not go there.",
                hint="Name the address it means, if you trust it.",
            )
        if response.headers.get("content-encoding", "identity") != "identity":
            raise SourceError(f"{name} answers in an encoding that was not asked for.")
        if isinstance(response.stream, httpx.SyncByteStream):
            endless = asks_events(response.request)
            if endless:  # the SDK would join it again without a word; we do so, and say it
                response.headers.pop("location", None)
            kind = _Events if endless else _Body
            response.stream = kind(response.stream, name)

    return watch


class _Body(httpx.SyncByteStream):
    """The bytes of one answer, as long as they are few."""

    def __init__(self, stream: httpx.SyncByteStream, name: str) -> None:
        self._stream = stream
        self._name = name

    def __iter__(self) -> Iterator[bytes]:
        count = 0
        for piece in self._stream:
            count += len(piece)
            if count > MOST:
                raise _too_much(self._name, MOST)
            yield piece

    def close(self) -> None:
        self._stream.close()


class _Events(_Body):
    """The bytes of a stream of events, which may be many and late, but each event is bounded."""

    def __init__(self, stream: httpx.SyncByteStream, name: str) -> None:
        super().__init__(stream, name)
        self._tell: Callable[[], None] = getattr(_now, "tell", _nobody)

    def __iter__(self) -> Iterator[bytes]:
        count, tail, heard = 0, b"", time.monotonic()
        for piece in self._stream:
            seen = tail + piece
            end = max(seen.rfind(b"\n\n"), seen.rfind(b"\r\n\r\n"), seen.rfind(b"\r\r"))
            count = len(seen) - end if end >= 0 else count + len(piece)
            heard = time.monotonic() if end >= 0 else heard
            if count > MOST_EVENT:
                raise _too_much(self._name, MOST_EVENT)
            if time.monotonic() - heard > QUIET:
                raise SourceError(f"{self._name} sends less than an event in {QUIET:g} s.")
            tail = seen[-3:]
            yield piece
            self._tell()


def _nobody() -> None:
    """Nobody wants to be told."""


def _too_much(name: str, most: int) -> SourceError:
    return SourceError(f"{name} answers with more than {most // 1_000_000} MB at once.")
