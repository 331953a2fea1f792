"""What the worker tells its owner: one JSON object a line, with all output in its place.

File descriptors 1 and 2 are one pipe whose read end we hold ourselves. Before any other frame
goes out, the pipe is emptied into `output` frames: so prints, writes by C code and by child
processes stand exactly where they happened among the other events.
"""

from __future__ import annotations

import codecs
import contextlib
import json
import os
import select
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

_CHUNK = 1 << 16
_MOST_AT_ONCE = 16 * _CHUNK
_JSON = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
_GATHER = 0.01  # seconds: a flood of lines becomes few frames


class Wire:
    """The events pipe and the raw output pipe; safe from any thread."""

    def __init__(self, events: int, raw: int) -> None:
        self._events = events
        self._raw = raw
        self._lock = threading.Lock()
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._owner_pid = os.getpid()
        self._writer: int | None = None
        self._held_back: Callable[[], None] | None = None
        self._gathered = b""
        os.set_blocking(raw, False)

    def tell(self, kind: str, **data: Any) -> None:
        """Send one frame, after everything printed before it.

        A forked child inherits the pipes but has nothing to tell.
        """
        if os.getpid() != self._owner_pid:
            return
        flush()
        frame = encode(kind, data)
        with self._lock:
            self._writer = threading.get_ident()
            self._drain()
            self._write(frame)
            self._writer = None
        if self._held_back and threading.current_thread() is threading.main_thread():
            action, self._held_back = self._held_back, None
            action()

    def tell_with_next(self, kind: str, **data: Any) -> None:
        """The same, sent with the next frame: for who is about to tell another one at once.

        Whoever hears it wakes once, and not twice.
        """
        if os.getpid() != self._owner_pid:
            return
        flush()
        frame = encode(kind, data)
        with self._lock:
            self._drain()
            self._gathered += frame

    def between_frames(self, action: Callable[[], None]) -> None:
        """Do `action`, which may raise, now or when the main thread has sent its frame.

        For signal handlers: a frame must never be cut in half.
        """
        if self._writer == threading.get_ident():
            self._held_back = action
        else:
            action()

    def pump(self) -> None:
        """Send what is printed while nothing else is told; runs for ever in its own thread."""
        poll = select.poll()
        poll.register(self._raw, select.POLLIN)
        while True:
            poll.poll()
            time.sleep(_GATHER)
            with self._lock:
                self._drain()

    def _drain(self) -> None:
        for _ in range(_MOST_AT_ONCE // _CHUNK):
            try:
                data = os.read(self._raw, _CHUNK)
            except BlockingIOError:
                return
            if text := self._decode(data):
                self._write(encode("output", {"text": text}))

    def _write(self, frame: bytes) -> None:
        rest = memoryview(self._gathered + frame)
        self._gathered = b""
        while rest:
            rest = rest[os.write(self._events, rest) :]


def flush() -> None:
    """Push what Python's own streams hold into the pipe; must not be called under the lock.

    The pipe may be full, and whoever empties it needs the lock.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()


def encode(kind: str, data: dict[str, Any]) -> bytes:
    """A frame: `{"kind", "at", "data"}`, `at` in seconds since the epoch; ASCII, one line."""
    frame = {"kind": kind, "at": time.time(), "data": data}
    return _JSON.encode(frame).encode("ascii") + b"\n"
