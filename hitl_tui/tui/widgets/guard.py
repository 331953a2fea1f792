"""A moment in which keys decide nothing, because the operator cannot have seen what is new."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from textual import events

SECONDS = 0.15
"""How long a new question is shielded: longer than a key already on its way takes."""


class Guard:
    """Says whether it is too early to decide; `clock` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._until = float("-inf")

    def start(self) -> None:
        """Shield what is shown from now on."""
        self._until = self._clock() + SECONDS

    @property
    def active(self) -> bool:
        """Whether keys decide nothing right now."""
        return self._clock() < self._until


class Guarded:
    """Mixed into a focusable widget, first of its bases: drops its keys while the guard is up."""

    guard: Guard

    def on_key(self, event: events.Key) -> None:
        """Drop the key before the widget or its bindings see it; the others' keys pass by."""
        if self.guard.active and _decides(event.key):
            event.stop()
            event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Drop what is pasted too."""
        if self.guard.active:
            event.stop()
            event.prevent_default()


_HARMLESS = frozenset({"tab", "shift+tab", "up", "down", "left", "right", "escape"})


def _decides(key: str) -> bool:
    """Whether a key could change an input; moving about does not."""
    return key not in _HARMLESS
