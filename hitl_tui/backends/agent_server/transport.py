"""How requests travel: as with httpx's own transport, and each is over by a deadline.

httpx bounds each single read. A server that sends a byte a second keeps to that for ever, in its
headers too, so here the socket itself knows until when it may be read.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import local
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from hitl_tui.backends.agent_server.address import is_loopback
from hitl_tui.errors import SourceError

if TYPE_CHECKING:
    import ssl

LONGEST = 60.0  # seconds until an answer is there in full, or the beginning of a stream

_NEVER = float("inf")
_now = local()


class Bounded(httpx.BaseTransport):
    """Connections to the server `name` at `url`; a request of theirs ends within `LONGEST` seconds.

    Only the events of a stream may come for longer. A proxy that the environment names is used, but
    never to reach this very machine.
    """

    def __init__(self, url: str, name: str, *, keep: int) -> None:
        context = httpx.create_ssl_context()
        self._backend = _Backend(name)
        self._pool = _pool(httpx.URL(url), context, self._backend, keep)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; raises SourceError where the answer takes too long."""
        until = time.monotonic() + LONGEST
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _until(until), _told_by_httpx():
            found = self._pool.handle_request(asked)
        return httpx.Response(
            found.status,
            headers=found.headers,
            stream=_Body(found.stream, _NEVER if asks_events(request) else until),
            extensions=found.extensions,
        )

    def close(self) -> None:
        """End all connections, one too that is being made this very moment."""
        self._backend.closed = True
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The bytes of an answer, each read before the deadline."""

    def __init__(self, stream: Any, until: float) -> None:
        self._stream = stream
        self._until_then = until

    def __iter__(self) -> Iterator[bytes]:
        pieces = iter(self._stream)
        while True:
            with _until(self._until_then), _told_by_httpx():
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    def close(self) -> None:
        self._stream.close()


class _Stream(httpcore.NetworkStream):
    """A connection that is read and written no longer than this thread's deadline allows."""

    def __init__(self, stream: httpcore.NetworkStream, name: str) -> None:
        self._stream = stream
        self._name = name

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        patience = self._patience(timeout)
        try:
            return self._stream.read(max_bytes, patience)
        except httpcore.ReadTimeout:
            self._patience(timeout)
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._patience(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        made = self._stream.start_tls(ssl_context, server_hostname, timeout)
        return _Stream(made, self._name)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _patience(self, timeout: float | None) -> float | None:
        """Seconds that are left, `timeout` at most; raises SourceError past the deadline."""
        left = getattr(_now, "until", _NEVER) - time.monotonic()
        if left <= 0:
            raise SourceError(f"{self._name} takes more than {LONGEST:g} s to answer.")
        least = left if timeout is None else min(left, timeout)
        return None if least == _NEVER else least


class _Backend(httpcore.NetworkBackend):
    """Makes such connections to the server `name`, until it is `closed`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.closed = False
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection that keeps to the deadline of whoever asks over it."""
        made = self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        if self.closed:
            made.close()
            raise httpcore.ConnectError(f"The connection to {self.name} is closed.")
        return _Stream(made, self.name)


def _pool(
    url: httpx.URL, context: ssl.SSLContext, backend: _Backend, keep: int
) -> httpcore.ConnectionPool:
    """The connections to an address, through a proxy if the environment names one for it."""
    direct = is_loopback(url.host) or proxy_bypass(url.host)
    proxy = None if direct else getproxies().get(url.scheme)
    return httpcore.ConnectionPool(
        ssl_context=context,
        proxy=_proxy(proxy) if proxy else None,
        max_connections=100,
        max_keepalive_connections=keep,
        keepalive_expiry=5.0,
        network_backend=backend,
    )


def _proxy(address: str) -> httpcore.Proxy:
    found = httpx.Proxy(address if "://" in address else f"http://{address}")
    return httpcore.Proxy(url=str(found.url), auth=found.raw_auth, headers=found.headers.raw)


def asks_events(request: httpx.Request) -> bool:
    """Whether a stream of events is asked for: whatever comes then may come for hours."""
    return str(request.headers.get("accept", "")).startswith("text/event-stream")


@contextmanager
def _until(moment: float) -> Iterator[None]:
    """The deadline of this thread, while it sends or reads."""
    before = getattr(_now, "until", _NEVER)
    _now.until = moment
    try:
        yield
    finally:
        _now.until = before


@contextmanager
def _told_by_httpx() -> Iterator[None]:
    """What httpcore raises has the same names at httpx, whose users know nothing of the former."""
    try:
        yield
    except tuple(_NAMES) as error:
        raise _NAMES[type(error)](str(error)) from error


_NAMES: dict[type[Exception], type[httpx.TransportError]] = {
    getattr(httpcore, name): getattr(httpx, name)
    for name in (
        "ConnectTimeout", "ReadTimeout", "WriteTimeout", "PoolTimeout", "ConnectError", "ReadError",
        "WriteError", "ProxyError", "UnsupportedProtocol", "LocalProtocolError",
        "RemoteProtocolError",
    )
}  # fmt: skip
