"""From pieces of events to the log's lines, with partial lines that grow until they are whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from hitl_tui.model.runs import EventType
from hitl_tui.text import clean
from hitl_tui.tui.widgets.run_log_intake import GROWING, Piece

LONGEST = 4_000
"""The most characters of a line that are kept; the rest is counted."""


@dataclass(slots=True, eq=False)
class Line:
    """One line, safe to draw. It may grow while its source has not ended it.

    `thread_id` is raw and None for a line of the log's own, `cut` is how many characters are not
    kept, `number` its place among all lines the log ever got, `counted` how many characters of it
    the buffer has counted.
    """

    thread_id: str | None
    stamp: str
    style: str
    text: str
    cut: int = 0
    number: int = -1
    counted: int = 0

    def grow(self, raw: str) -> None:
        """Add untrusted text, without newlines, at the end."""
        room = max(LONGEST - len(self.text), 0)
        self.text += clean(raw[:room])
        self.cut += max(len(raw) - room, 0)

    def __str__(self) -> str:
        return f"{self.text} … {self.cut:,} more characters" if self.cut else self.text


class Assembler:
    """Builds lines; remembers each thread's partial ones. Times are shown in `timezone`."""

    def __init__(self, timezone: tzinfo | None = None) -> None:
        self._timezone = timezone
        self._open: dict[str, dict[tuple[EventType, str], Line]] = {}
        self._second = (-1, "")

    def lines(self, piece: Piece) -> Iterator[Line]:
        """The piece's lines, one at a time: new ones, and an open one again when it has grown."""
        if piece.type in GROWING:
            yield from self._growing(piece)
            return
        self._open.pop(piece.thread_id, None)
        style = piece.style
        for raw in piece.text.split("\n"):
            yield self._line(piece, style, raw)
            style = "trace" if piece.type is EventType.ERROR else style

    def notice(self, text: str, time: datetime) -> Line:
        """A line of the log's own, which every filter shows."""
        return Line(None, self._stamp(time), "dropped", clean(text))

    def break_off(self, thread_ids: Iterable[str]) -> None:
        """Some output of these threads will never come: what comes next continues no line."""
        for thread_id in thread_ids:
            self._open.pop(thread_id, None)

    def _growing(self, piece: Piece) -> Iterator[Line]:
        key = (piece.type, piece.node)
        partial = self._open.setdefault(piece.thread_id, {})
        if piece.type is EventType.TOKEN:
            partial.pop((EventType.OUTPUT, ""), None)
        *whole, rest = piece.text.split("\n")
        for raw in whole:
            yield self._grown(partial.pop(key, None), piece, raw.removesuffix("\r"))
        if rest:
            partial[key] = self._grown(partial.get(key), piece, rest)
            yield partial[key]

    def _grown(self, line: Line | None, piece: Piece, raw: str) -> Line:
        if line is None:
            return self._line(piece, piece.style, raw)
        line.grow(raw)
        return line

    def _line(self, piece: Piece, style: str, raw: str) -> Line:
        line = Line(piece.thread_id, self._stamp(piece.time), style, "")
        line.grow(raw)
        return line

    def _stamp(self, time: datetime) -> str:
        second = int(time.timestamp())
        if second != self._second[0]:
            self._second = (second, f"{time.astimezone(self._timezone):%H:%M:%S}")
        return self._second[1]
