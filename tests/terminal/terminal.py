"""A real pseudo-terminal with the command in it, and what a person would see there."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pexpect
import pyte

from tests.terminal.frames import ANSWER, Frames

ENVIRONMENT = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
KEYS = {
    "enter": "\r", "escape": "\x1b", "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C",
    "left": "\x1b[D", "tab": "\t", "home": "\x1b[H", "end": "\x1b[F", "ctrl+s": "\x13",
    "ctrl+q": "\x11", "ctrl+g": "\x07", "ctrl+p": "\x10", "ctrl+x": "\x18", "ctrl+c": "\x03",
    "ctrl+r": "\x12",
    "backspace": "\x7f", "ctrl+u": "\x15", "f1": "\x1bOP", "space": " ",
}  # fmt: skip
FINGERS = 0.05
"""Seconds between two keys."""
LOOK = 0.03
"""Seconds between two looks at the screen."""
PATIENCE = 90.0
"""Seconds for what must come; a busy machine needs some of them."""
AGAIN = 1.0
"""Seconds after which a person presses a key again that had no effect."""


class Terminal:
    """Runs a command in a terminal of `columns` × `rows`; `raw` is every byte that it wrote.

    What an app draws in one frame is on the screen as a whole or not at all.
    """

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
        self._frames = Frames()
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
        """The terminal of `hitl-tui ARGUMENTS`, in which what is sent goes at once."""
        options["env"] = {"HITL_TUI_GRACE": "0", **options.get("env", {})}
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

    def press_for(self, key: str, *texts: str, gone: str = "") -> str:
        """Press a key until it has its effect: the screen shows `texts`, or no longer `gone`.

        What is new on screen ignores keys for a moment, so a person may have to press again.
        """
        end = time.monotonic() + PATIENCE
        while True:
            self.press(key)
            try:
                return self.until(lambda: self._shows(texts, gone), AGAIN)
            except AssertionError:
                if time.monotonic() > end:
                    raise

    def press_to_close(self, key: str) -> None:
        """Press a key until the command ends: the last screen stays where it is."""
        end = time.monotonic() + PATIENCE
        while self.child.isalive() and time.monotonic() < end:
            self.press(key)
            with suppress(AssertionError):
                self.until(lambda: not self.child.isalive(), AGAIN)

    def wait_for(self, *texts: str, timeout: float = PATIENCE) -> str:
        """The screen once it shows all of `texts`; fails with what it shows instead."""
        return self.until(lambda: self._shows(texts), timeout, f"no {texts!r} on the screen")

    def wait_while(self, text: str, timeout: float = PATIENCE) -> None:
        """Return once `text` is gone from the screen."""
        self.until(lambda: text not in self.text, timeout, f"still {text!r} on the screen")

    def until(
        self,
        condition: Callable[[], object],
        patience: float = PATIENCE,
        otherwise: str = "not yet",
    ) -> str:
        """The screen once `condition` holds; fails with what it shows instead."""
        end = time.monotonic() + patience
        while not condition():
            assert time.monotonic() < end, f"{otherwise}:\n{self.text}"
            self.read(LOOK)
        return self.text

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
            self._draw(chunk)
            if time.monotonic() >= end:
                return

    def _draw(self, chunk: bytes) -> None:
        self.raw += chunk
        if self._frames.asks(chunk):
            self.child.send(ANSWER)
        self._stream.feed(self._frames.whole(chunk))

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size, as dragging its corner does."""
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def wait_closed(self, timeout: float = PATIENCE) -> int:
        """The exit status of the command once it ended."""
        self.until(lambda: not self.child.isalive(), timeout, "still running")
        self.read(0.1)
        self.child.close()
        return int(self.child.exitstatus if self.child.exitstatus is not None else -1)

    def close(self) -> None:
        """End the command, whatever it does."""
        try:
            self.child.close(force=True)
        except pexpect.ExceptionPexpect:  # it is killed: much memory takes a moment to give back
            self.child.wait()

    def _shows(self, texts: tuple[str, ...], gone: str = "") -> bool:
        shown = self.text
        return all(text in shown for text in texts) and not (gone and gone in shown)
