"""The moment after something new was drawn, in which keys decide nothing.

Keys that arrive then were meant for what stood there before, or were sent by the terminal itself.
"""

from __future__ import annotations

from time import monotonic

SETTLE = 0.15  # seconds


class Settling:
    """Knows since when the question on screen can be seen."""

    def __init__(self, seconds: float = SETTLE) -> None:
        self._seconds = seconds
        self._shown: object = None
        self._since: float | None = None

    def another(self, times: int = 1) -> Settling:
        """The same rule for something else on screen, which takes so many times as long to see."""
        return Settling(self._seconds * times)

    def watch(self, shown: object, *, beside: bool = False) -> None:
        """Something is about to be drawn; if it is new, keys have to wait for it.

        They need not if it is only `beside` what they go to, and that stays.
        """
        if shown != self._shown:
            self._shown = shown
            self._since = self._since if beside else None

    def drawn(self) -> None:
        """What was last watched is on screen."""
        if self._since is None:
            self._since = monotonic()

    def too_early(self, time: float) -> bool:
        """Whether a key of that (monotonic) time was struck before it could be meant."""
        return self._since is None or time < self._since + self._seconds

    def interrupts(self, time: float) -> bool:
        """The same where who types on has not looked yet: each key too early begins it anew."""
        early = self.too_early(time)
        if early and self._since is not None:
            self._since = max(self._since, time)
        return early
