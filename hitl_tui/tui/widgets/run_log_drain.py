"""Moves what waits in the intake into the kept lines, a bounded slice of time at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from time import perf_counter

from rich.cells import cell_len

from hitl_tui.tui.widgets.run_log_buffer import LineBuffer
from hitl_tui.tui.widgets.run_log_intake import Intake
from hitl_tui.tui.widgets.run_log_lines import Assembler, Line

SLICE = 0.005
"""Seconds of work per tick: short enough that no key waits for it."""


@dataclass(slots=True)
class Drained:
    """What a slice of work changed: whether lines came, and which of the older ones grew."""

    added: bool = False
    grown: set[Line] = field(default_factory=set)

    def __bool__(self) -> bool:
        return self.added or bool(self.grown)


class Drain:
    """Takes from the intake, adds to the buffer; knows the longest line so far, in cells."""

    def __init__(self, intake: Intake, buffer: LineBuffer, timezone: tzinfo | None) -> None:
        self._intake = intake
        self._buffer = buffer
        self._assembler = Assembler(timezone)
        self._lines = self._forever()
        self.width = 0

    def run(self, seconds: float = SLICE) -> Drained:
        """Work until nothing waits or `seconds` are over; what is left waits for the next run."""
        until = perf_counter() + seconds
        drained = Drained()
        self._tell_dropped(drained)
        for line in self._lines:
            if line is None:
                break
            self._keep(line, drained)
            if perf_counter() > until:
                break
        return drained

    def _forever(self) -> Iterator[Line | None]:
        """All lines there will ever be; None whenever nothing waits."""
        while True:
            piece = self._intake.take()
            if piece is None:
                yield None
            else:
                yield from self._assembler.lines(piece)

    def _keep(self, line: Line, drained: Drained) -> None:
        if line.number >= 0 and self._buffer.has(line):
            drained.grown.add(line)
        else:
            self._buffer.add(line)
            drained.added = True
        text = line.text
        self.width = max(self.width, len(text) if text.isascii() else cell_len(text))

    def _tell_dropped(self, drained: Drained) -> None:
        if count := self._intake.dropped():
            noun = "line" if count == 1 else "lines"
            text = f"{count:,} {noun} dropped"
            self._keep(self._assembler.notice(text, datetime.now(UTC)), drained)
