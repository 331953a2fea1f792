"""A proxy on the loopback that loses requests, loses answers and cuts streams, as nets do."""

from __future__ import annotations

import http.client
import random
import socket
import struct
import threading
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_PIECE = 65536


class _Cut(Exception):
    """The connection is to be reset here."""


class FaultProxy:
    """Passes requests on to `port`, all but a `share` of them; `faults` counts what it did.

    A request that is chosen is lost, or its answer is, or it is answered by a gateway's 503 before
    or after it took effect; a stream may also be cut in its middle. `chooses` can be replaced.
    """

    def __init__(self, port: int, share: float = 0.0, seed: int = 0) -> None:
        self.port = port
        self.share = share
        self.faults: Counter[str] = Counter()
        self.requests = 0
        self.open: set[socket.socket] = set()
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()

    def chooses(self, method: str, path: str) -> str:
        """What becomes of a request: "" if nothing does."""
        with self._lock:
            self.requests += 1
            if self._random.random() >= self.share:
                return ""
            fault = self._random.choice(("lost", "answer lost", "503", "503 after", "cut"))
            self.faults[fault] += 1
            return fault

    def refuses(self, method: str, path: str, body: bytes) -> int:
        """The status with which a request is refused, 0 for none; can be replaced."""
        return 0

    def rewrites(self, path: str, body: bytes) -> bytes:
        """What the server gets of a request's body; can be replaced."""
        return body

    def drop(self) -> None:
        """Reset what is open, and all that comes."""
        self.chooses = lambda method, path: "lost"  # type: ignore[method-assign]
        with self._lock:
            for connection in self.open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(proxy: FaultProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *words: Any) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self.close_connection = True
            proxy.open.add(self.connection)
            try:
                self._pass_on()
            except (OSError, _Cut, http.client.HTTPException):
                self._reset()
            finally:
                proxy.open.discard(self.connection)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if status := proxy.refuses(self.command, self.path, body):
                self._answer(status, b'{"detail": "no such thing here"}')
                return
            body = proxy.rewrites(self.path, body)
            fault = proxy.chooses(self.command, self.path)
            if fault == "lost":
                raise _Cut
            if fault == "503":
                self._answer(503, b"upstream connect error")
                return
            upstream = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=90)
            try:
                headers = {
                    name: value
                    for name, value in self.headers.items()
                    if name.lower() != "content-length"
                }
                upstream.request(self.command, self.path, body or None, headers)
                answer = upstream.getresponse()
                if fault in {"answer lost", "503 after"}:
                    answer.read()
                    if fault == "answer lost":
                        raise _Cut
                    self._answer(503, b"upstream connect error")
                    return
                self._relay(answer, cut=fault == "cut")
            finally:
                upstream.close()

        def _relay(self, answer: http.client.HTTPResponse, *, cut: bool) -> None:
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"transfer-encoding", "connection", "content-length"}:
                    self.send_header(name, value)
            self.send_header("Transfer-Encoding", "chunked")
            self.send_header("Connection", "close")
            self.end_headers()
            while piece := answer.read1(_PIECE):
                if cut:
                    piece = piece[: len(piece) // 2] or piece
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                self.wfile.flush()
                if cut:
                    raise _Cut
            self.wfile.write(b"0\r\n\r\n")

        def _answer(self, status: int, text: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(text)

        def _reset(self) -> None:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    return Handler
