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

SLICE = 0.002
"""Seconds of work at once: short enough that no key waits for it."""


@dataclass(slots=True)
class Drained:
    """What slices of work changed: how many lines came, and which of the older ones grew."""

    added: int = 0
    grown: set[Line] = field(default_factory=set)

    def __bool__(self) -> bool:
        return self.added > 0 or bool(self.grown)


class Drain:
    """Takes from the intake, adds to the buffer; knows the longest line so far, in cells.

    `lost` is how many lines it never got: they came faster than they can be drawn. `is_behind`
    is whether the last run ended before it had taken all that waited.
    """

    def __init__(self, intake: Intake, buffer: LineBuffer, timezone: tzinfo | None) -> None:
        self._intake = intake
        self._buffer = buffer
        self._assembler = Assembler(timezone)
        self._lines = self._forever()
        self.width = 0
        self.lost = 0
        self.is_behind = False

    def run(self, seconds: float = SLICE, drained: Drained | None = None) -> Drained:
        """Work until nothing waits or `seconds` are over; what is left waits for the next run.

        What this changed is added to `drained`, if there is one.
        """
        until = perf_counter() + seconds
        drained = drained or Drained()
        self._tell_lost(drained)
        self.is_behind = False
        for line in self._lines:
            if line is None:
                break
            self._keep(line, drained)
            if perf_counter() > until:
                self.is_behind = True
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
            self._buffer.measure(line)
            drained.grown.add(line)
        else:
            self._buffer.add(line)
            drained.added += 1
        text = line.text
        self.width = max(self.width, len(text) if text.isascii() else cell_len(text))

    def _tell_lost(self, drained: Drained) -> None:
        lines, threads = self._intake.lost()
        if not threads:
            return
        self.lost += lines
        self._assembler.break_off(threads)
        noun = "line" if lines == 1 else "lines"
        text = f"{lines:,} {noun} dropped" if lines else "a part of a line dropped"
        self._keep(self._assembler.notice(text, datetime.now(UTC)), drained)
