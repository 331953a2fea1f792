"""A real pseudo-terminal with the command in it, and what a person would see there."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pexpect
import pyte

ENVIRONMENT = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
KEYS = {
    "enter": "\r", "escape": "\x1b", "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C",
    "left": "\x1b[D", "tab": "\t", "home": "\x1b[H", "end": "\x1b[F", "ctrl+s": "\x13",
    "ctrl+q": "\x11", "ctrl+p": "\x10", "ctrl+x": "\x18", "ctrl+c": "\x03",
    "backspace": "\x7f", "f1": "\x1bOP", "space": " ",
}  # fmt: skip
FINGERS = 0.06
"""Seconds between two keys."""


class Terminal:
    """Runs a command in a terminal of `columns` × `rows`; `raw` is every byte that it wrote."""

    def __init__(
        self,
        *command: str,
        columns: int = 120,
        rows: int = 36,
        cwd: Path | None = None,
        env: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME")}
        self.child = pexpect.spawn(
            command[0], list(command[1:]), dimensions=(rows, columns),
            env={**kept, **ENVIRONMENT, **env}, timeout=5,
            cwd=str(cwd) if cwd else None,
        )  # fmt: skip
        self.child.delaybeforesend = None

    @classmethod
    def hitl(cls, *arguments: str, **options: Any) -> Terminal:
        """The terminal of `hitl-tui ARGUMENTS`."""
        return cls(sys.executable, "-m", "hitl_tui", *arguments, **options)

    @property
    def text(self) -> str:
        """The screen's lines."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def press(self, *keys: str) -> None:
        """Press keys by name, or the characters of a text, as fast as fingers can."""
        for key in keys:
            for stroke in (KEYS[key],) if key in KEYS else key:
                self.child.send(stroke)
                self.read(FINGERS)

    def burst(self, *keys: str) -> None:
        """All keys at once, as a slow line delivers what was typed meanwhile."""
        self.child.send("".join(KEYS.get(key, key) for key in keys))

    def wait_for(self, *texts: str, timeout: float = 20) -> str:
        """The screen once it shows all of `texts`; fails with what it shows instead."""
        end = time.monotonic() + timeout
        while not all(text in self.text for text in texts):
            assert time.monotonic() < end, f"no {texts!r} on the screen:\n{self.text}"
            self.read(0.1)
        return self.text

    def wait_while(self, text: str, timeout: float = 20) -> None:
        """Return once `text` is gone from the screen."""
        end = time.monotonic() + timeout
        while text in self.text:
            assert time.monotonic() < end, f"still {text!r} on the screen:\n{self.text}"
            self.read(0.1)

    def read(self, seconds: float) -> None:
        """Take what the command wrote in that time, at least once."""
        end = time.monotonic() + seconds
        while True:
            try:
                chunk = self.child.read_nonblocking(65536, timeout=max(0.0, end - time.monotonic()))
            except pexpect.TIMEOUT:
                return
            except pexpect.EOF:
                return
            self.raw += chunk
            self._stream.feed(chunk)
            if time.monotonic() >= end:
                return

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size, as dragging its corner does."""
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def wait_closed(self, timeout: float = 20) -> int:
        """The exit status of the command once it ended."""
        end = time.monotonic() + timeout
        while self.child.isalive():
            assert time.monotonic() < end, f"still running:\n{self.text}"
            self.read(0.1)
        self.read(0.1)
        self.child.close()
        return int(self.child.exitstatus if self.child.exitstatus is not None else -1)

    def close(self) -> None:
        """End the command, whatever it does."""
        self.child.close(force=True)
