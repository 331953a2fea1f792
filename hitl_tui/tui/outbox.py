"""Answers on their way out: for a moment each of them can still be taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import ceil
from time import monotonic
from typing import Any

from textual.screen import Screen
from textual.timer import Timer

from hitl_tui.tui.once import Once
from hitl_tui.tui.ticket import Ticket

Answers = Mapping[str, Any]
Go = Callable[[Ticket, Answers], object]


@dataclass(slots=True)
class _Held:
    ticket: Ticket
    answers: Answers
    due: float
    timer: Once | None = None


class Outbox:
    """Holds each answer for `grace` seconds, then lets it `go`; with 0 it goes at once.

    One answer of a thread at a time. `changed` is called when something is held or no more, and
    each second between. What is held when the app ends is not sent.
    """

    def __init__(
        self, screen: Screen[None], grace: float, go: Go, changed: Callable[[], object]
    ) -> None:
        self._screen = screen
        self._grace = grace
        self._go = go
        self._changed = changed
        self._held: dict[str, _Held] = {}
        self._ticking: Timer | None = None

    def __contains__(self, thread_id: object) -> bool:
        return thread_id in self._held

    def __len__(self) -> int:
        return len(self._held)

    def left(self) -> Mapping[str, int]:
        """By thread, the seconds until its answer goes, rounded up."""
        now = monotonic()
        return {key: max(1, ceil(each.due - now)) for key, each in self._held.items()}

    def hold(self, ticket: Ticket, answers: Answers) -> None:
        """Let answers, by interrupt id, go together when their time has come."""
        if self._grace <= 0:
            self._go(ticket, answers)
            return
        held = self._held[ticket.thread_id] = _Held(ticket, answers, 0)
        self._start(held)
        if self._ticking is None:
            self._ticking = self._screen.set_interval(1, self._tick)
        self._changed()

    def take_back(self, thread_id: str | None) -> Ticket | None:
        """Do not send the thread's answer, else the last one; which it was, None if none waits."""
        if not self._held:
            return None
        key = thread_id if thread_id in self._held else next(reversed(self._held))
        held = self._held.pop(str(key))
        self._stop(held)
        self._changed()
        return held.ticket

    def pause(self) -> None:
        """Send nothing until `resume`, which gives each answer its whole time again."""
        for held in self._held.values():
            self._stop(held)

    def resume(self) -> None:
        """Go on after `pause`."""
        for held in self._held.values():
            self._start(held)
        self._changed()

    def _start(self, held: _Held) -> None:
        held.due = monotonic() + self._grace
        held.timer = Once(self._screen, self._grace, partial(self._let_go, held))

    @staticmethod
    def _stop(held: _Held) -> None:
        if held.timer is not None:
            held.timer.stop()
            held.timer = None

    def _let_go(self, held: _Held) -> None:
        """Its time has come, unless it was taken back this very moment."""
        if held.timer is not None and self._held.get(held.ticket.thread_id) is held:
            del self._held[held.ticket.thread_id]
            self._go(held.ticket, held.answers)
            self._changed()

    def _tick(self) -> None:
        if not self._held and self._ticking is not None:
            self._ticking.stop()
            self._ticking = None
        elif self._held:
            self._changed()
