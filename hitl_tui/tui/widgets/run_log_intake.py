"""Where run threads leave events for the log: bounded, so that no flood costs memory or keys."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime
from threading import Lock
from typing import NamedTuple

from hitl_tui.model.runs import EventType, RunEvent
from hitl_tui.tui.widgets.run_log_words import style_of, text_of

PIECE = 16_384
"""The most characters of one piece: a big output is queued as several, dropped one by one."""

ROOM = 16 * 1024 * 1024
"""The most characters that wait to be drawn."""


class Piece(NamedTuple):
    """An event, or a bounded part of one, in words: `text` is raw and holds about `lines` lines.

    The event's data, which may be large, is not kept.
    """

    type: EventType
    thread_id: str
    time: datetime
    node: str
    style: str
    text: str
    lines: int


class Intake:
    """Pieces on their way from many run threads to the one that draws; drops the oldest if full.

    The lock is held for well under a microsecond: neither side ever waits for the other's work.
    """

    def __init__(self, max_lines: int) -> None:
        self._max_lines = max_lines
        self._pieces: deque[Piece] = deque()
        self._lines = self._characters = self._dropped = 0
        self._lock = Lock()

    def put(self, event: RunEvent) -> None:
        """Queue an event; from any thread."""
        for piece in _pieces(event):
            with self._lock:
                self._pieces.append(piece)
                self._lines += piece.lines
                self._characters += len(piece.text)
                while self._full():
                    self._dropped += self._pop().lines

    def take(self) -> Piece | None:
        """The oldest piece, or None when nothing waits; only the drawing thread takes."""
        with self._lock:
            return self._pop() if self._pieces else None

    def dropped(self) -> int:
        """How many lines were dropped since this was asked last."""
        with self._lock:
            count, self._dropped = self._dropped, 0
        return count

    def _full(self) -> bool:
        over = self._lines > self._max_lines or self._characters > ROOM
        return over and len(self._pieces) > 1

    def _pop(self) -> Piece:
        piece = self._pieces.popleft()
        self._lines -= piece.lines
        self._characters -= len(piece.text)
        return piece


def _pieces(event: RunEvent) -> Iterator[Piece]:
    text, style = text_of(event), style_of(event)
    node = str(event.data.get("node", ""))
    for start in range(0, len(text) or 1, PIECE):
        part = text[start : start + PIECE]
        lines = part.count("\n") or 1
        yield Piece(event.type, event.thread_id, event.time, node, style, part, lines)
