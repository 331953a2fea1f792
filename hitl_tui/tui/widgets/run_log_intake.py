"""Where run threads leave events for the log: bounded, so that no flood costs memory or keys."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

from hitl_tui.model.runs import EventType, RunEvent
from hitl_tui.tui.widgets.run_log_words import style_of, text_of

PIECE = 16_384
"""The most characters of one piece: a big output is queued as several, dropped one by one."""

ROOM = 16 * 1024 * 1024
"""The most characters that wait to be drawn."""

_MOST = 50_000  # pieces that wait, whatever is in them
_TOGETHER = timedelta(seconds=0.1)  # of one stream, which then need no time each

GROWING = (EventType.OUTPUT, EventType.TOKEN)
"""Events whose text goes on where that of the one before ended."""

_KEPT = (EventType.END, EventType.ERROR, EventType.INTERRUPT)
"""How runs end, what failed, what is asked next: few, and never dropped for a flood of others."""


class Piece(NamedTuple):
    """An event, or a bounded part of one, in words: `text` is raw.

    The event's data, which may be large, is not kept.
    """

    type: EventType
    thread_id: str
    time: datetime
    node: str
    style: str
    text: str

    @property
    def lines(self) -> int:
        """How many lines it ends: none while a line only grows."""
        ended = self.text.count("\n")
        return ended if self.type in GROWING else ended + 1

    def continues(self, other: Piece) -> bool:
        """Whether it makes the other's line longer, in the same moment, and not by too much."""
        return (
            self.type in GROWING
            and self.type is other.type
            and self.thread_id == other.thread_id
            and self.node == other.node
            and self.time - other.time < _TOGETHER
            and "\n" not in other.text
            and len(self.text) + len(other.text) <= PIECE
        )


class Lost(NamedTuple):
    """What was dropped: how many lines, and of which threads, whose lines are now broken off."""

    lines: int
    threads: frozenset[str]


class Intake:
    """Pieces on their way from many run threads to the one that draws; drops the oldest if full.

    How a run ended is never dropped. The lock is held for a microsecond or two: neither side ever
    waits for the other's work.
    """

    def __init__(self, max_lines: int) -> None:
        self._max_lines = max_lines
        self._pieces: deque[Piece] = deque()
        self._spared: deque[Piece] = deque()  # older than all of these, and not to be dropped
        self._lines = self._characters = 0
        self._lost, self._broken = 0, set[str]()
        self._lock = Lock()

    def put(self, event: RunEvent) -> None:
        """Queue an event; from any thread."""
        for piece in _pieces(event):
            with self._lock:
                self._count(piece, 1)
                if self._pieces and piece.continues(self._pieces[-1]):
                    last = self._pieces.pop()
                    self._pieces.append(last._replace(text=last.text + piece.text))
                else:
                    self._pieces.append(piece)
                while self._full():
                    self._drop()

    def take(self) -> Piece | None:
        """The oldest piece, or None when nothing waits; only the drawing thread takes."""
        with self._lock:
            if self._spared:
                return self._spared.popleft()
            return self._pop() if self._pieces else None

    def lost(self) -> Lost:
        """What was dropped since this was asked last."""
        with self._lock:
            lost = Lost(self._lost, frozenset(self._broken))
            self._lost, self._broken = 0, set()
        return lost

    def _full(self) -> bool:
        over = self._lines > self._max_lines or self._characters > ROOM
        return len(self._pieces) > (1 if over else _MOST)

    def _drop(self) -> None:
        piece = self._pop()
        if piece.type in _KEPT:
            self._spared.append(piece)
        else:
            self._lost += piece.lines
            self._broken.add(piece.thread_id)

    def _pop(self) -> Piece:
        piece = self._pieces.popleft()
        self._count(piece, -1)
        return piece

    def _count(self, piece: Piece, sign: int) -> None:
        self._lines += sign * piece.lines
        self._characters += sign * len(piece.text)


def _pieces(event: RunEvent) -> Iterator[Piece]:
    text, style = text_of(event), style_of(event)
    node = str(event.data.get("node", ""))
    for start in range(0, len(text) or 1, PIECE):
        part = text[start : start + PIECE]
        yield Piece(event.type, event.thread_id, event.time, node, style, part)
