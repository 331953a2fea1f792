"""One worker process, from the owner's side: say, hear, stop, bury."""

from __future__ import annotations

import codecs
import contextlib
import os
import select
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from hitl_tui.runner.launch import Launched
from hitl_tui.runner.protocol import Frame, decode, encode

_CHUNK = 1 << 18
_STREAM = 16  # reads of one run, with no pause between, that make a stream
_SOON = 0.06  # seconds without a word that are a pause
_GATHER = 0.03  # seconds in which a stream's words gather: each read takes the screen's turn
_LOOK_AROUND = 0.5  # seconds without a word, after which we see whether its output is stuck


class WorkerDied(Exception):
    """The process is gone; the message says how, and what it printed last is in `output`."""


class Process:
    """A running worker. Frames are read by one thread at a time; the rest is safe from any.

    `has_served` is for whoever lends it: it has done a run and was fit for another.
    """

    def __init__(self, launched: Launched) -> None:
        self.has_served = False
        self._popen = launched.popen
        self._pipes = launched
        self._frames: deque[Frame] = deque()
        self._rest = b""
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._lock = threading.Lock()
        self._closed = False
        self._heard, self._in_a_row = 0.0, 0
        self._death: str | None = None
        self._pidfd = os.pidfd_open(self.pid) if hasattr(os, "pidfd_open") else -1
        self._poll = select.poll()
        self._poll.register(launched.events, select.POLLIN)
        if self._pidfd >= 0:
            self._poll.register(self._pidfd, select.POLLIN)
        for pipe in (launched.events, launched.raw):
            os.set_blocking(pipe, False)

    @property
    def pid(self) -> int:
        """The process id, which is its group's id too."""
        return self._popen.pid

    def say(self, message: Mapping[str, Any]) -> None:
        """Send a message; a dead worker does not hear it, and `hear` will tell."""
        self._in_a_row = 0
        with self._lock, contextlib.suppress(BrokenPipeError):
            if not self._closed:
                data = memoryview(encode(message))
                while data:
                    data = data[os.write(self._pipes.requests, data) :]

    def hear(self, seconds: float | None = None) -> Frame:
        """The next frame; raises WorkerDied after the last one, TimeoutError if none comes."""
        end = None if seconds is None else time.monotonic() + seconds
        while not self._frames:
            if self._death is not None:
                raise WorkerDied(self._death)
            left = _LOOK_AROUND if end is None else min(_LOOK_AROUND, end - time.monotonic())
            if left < 0:
                raise TimeoutError
            self._wait(left)
        return self._frames.popleft()

    def is_alive(self) -> bool:
        """Whether it still runs, as far as can be told without waiting."""
        with self._lock:
            if self._closed or self._death is not None:
                return False
            if self._pidfd < 0:
                return not self._is_gone()
            ended = select.poll()
            ended.register(self._pidfd, select.POLLIN)
            return not ended.poll(0)

    def interrupt(self) -> None:
        """Send SIGINT to the worker itself."""
        with self._lock:
            if not self._closed and self._popen.returncode is None:
                self._popen.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End the worker and everything it started; `hear` tells the rest."""
        with self._lock:
            self._kill()

    def close(self) -> None:
        """Kill, reap, and free all pipes; may be called again."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._kill()
            self._popen.wait()
            pipes = self._pipes
            for pipe in (pipes.requests, pipes.events, pipes.raw, pipes.leash, self._pidfd):
                if pipe >= 0:
                    os.close(pipe)

    def _kill(self) -> None:
        """Kill the group while its leader is not reaped: the number is surely still ours."""
        if self._popen.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    def _wait(self, seconds: float) -> None:
        ready = {number for number, _ in self._poll.poll(seconds * 1000)}
        if ready:
            self._gather()
        with self._lock:
            if self._closed:
                self._death = "was stopped"
            elif self._pidfd in ready or (self._pidfd < 0 and self._is_gone()):
                self._bury()
            elif self._pipes.events in ready:
                self._read_events()
            else:
                self._relieve()

    def _gather(self) -> None:
        """In a stream, let more words come before they are read, unless there are many already."""
        now = time.monotonic()
        self._in_a_row = self._in_a_row + 1 if now - self._heard < _SOON else 0
        if self._in_a_row > _STREAM and not self._is_much():
            time.sleep(_GATHER)
            now += _GATHER
        self._heard = now

    def _is_much(self) -> bool:
        with self._lock:
            return self._closed or _waiting(self._pipes.events) >= _CHUNK

    def _is_gone(self) -> bool:
        return self._popen.poll() is not None

    def _bury(self) -> None:
        """The process has ended: take what it said and printed, and remember how it ended."""
        self._kill()
        status = self._popen.wait()
        while self._read_events():
            pass
        self._read_output()
        self._death = _how(status)

    def _read_events(self) -> bool:
        """Read frames without waiting; False at the end."""
        try:
            data = os.read(self._pipes.events, _CHUNK)
        except BlockingIOError:
            return False
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._frames.extend(map(decode, lines))
        if not data:
            with contextlib.suppress(KeyError):  # the end may be met a second time
                self._poll.unregister(self._pipes.events)
        return bool(data)

    def _relieve(self) -> None:
        """Empty the output pipe in the worker's stead when C code there keeps it from reading."""
        if _waiting(self._pipes.raw) > 1 << 15:
            self._read_output()

    def _read_output(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while data := os.read(self._pipes.raw, _CHUNK):
                self._frames.append(Frame("output", time.time(), {"text": self._decode(data)}))


def _waiting(pipe: int) -> int:
    """How many bytes can be read from a pipe."""
    import fcntl
    import termios

    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


def _how(status: int) -> str:
    """How a process ended, in words that follow "the worker"."""
    if status >= 0:
        return f"ended by itself with status {status}"
    try:
        return f"was killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"was killed by signal {-status}"
