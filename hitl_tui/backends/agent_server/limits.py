"""What a server may not do to us: send without end, drip, or send us elsewhere with the key."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx

from hitl_tui.backends.agent_server.bounds import BEGINNING, TooMuch, most_now, who_is_told
from hitl_tui.backends.agent_server.transport import asks_events
from hitl_tui.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_EVENT = 16_000_000  # bytes of one event of a stream
QUIET = 60.0  # seconds of a stream without an event, or the comment that says it is alive


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
            if asks_events(response.request):
                # the SDK would join it again without a word; we do so, and say it
                response.headers.pop("location", None)
                response.stream = _Events(response.stream, name)
            else:
                response.stream = _Body(response.stream, name, _length(response))

    return watch


def _length(response: httpx.Response) -> int:
    """How long the answer says it is, 0 if it does not."""
    said: str = response.headers.get("content-length", "")
    return int(said) if said.isdecimal() and len(said) < 20 else 0


class _Body(httpx.SyncByteStream):
    """The bytes of one answer, as long as they are few; `size` is what it says of itself."""

    def __init__(self, stream: httpx.SyncByteStream, name: str, size: int) -> None:
        self._stream = stream
        self._name = name
        self._size = size
        self._most = most_now()

    def __iter__(self) -> Iterator[bytes]:
        count, beginning = 0, b""
        for piece in self._stream:
            count += len(piece)
            beginning += piece[: BEGINNING - len(beginning)]
            if count > self._most or (self._size > self._most and len(beginning) == BEGINNING):
                raise TooMuch(self._name, self._most, beginning, self._size)
            yield piece

    def close(self) -> None:
        self._stream.close()


class _Events(httpx.SyncByteStream):
    """The bytes of a stream of events, which may be many and late, but each event is bounded."""

    def __init__(self, stream: httpx.SyncByteStream, name: str) -> None:
        self._stream = stream
        self._name = name
        self._tell = who_is_told()

    def __iter__(self) -> Iterator[bytes]:
        count, tail, heard = 0, b"", time.monotonic()
        for piece in self._stream:
            seen = tail + piece
            end = max(seen.rfind(b"\n\n"), seen.rfind(b"\r\n\r\n"), seen.rfind(b"\r\r"))
            count = len(seen) - end if end >= 0 else count + len(piece)
            heard = time.monotonic() if end >= 0 else heard
            if count > MOST_EVENT:
                raise TooMuch(self._name, MOST_EVENT, b"", 0)
            if time.monotonic() - heard > QUIET:
                raise SourceError(f"{self._name} sends less than an event in {QUIET:g} s.")
            tail = seen[-3:]
            yield piece
            self._tell()

    def close(self) -> None:
        self._stream.close()
