"""Whether the stream of a run goes on after it: the run is asked for while its stream goes on.

A stream should end with its run. One that brings signs of life and no event says nothing of that,
and one that brings events for ever hides it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

QUIET = 15.0  # seconds without an event, until the run is asked for
TALK = 15.0  # seconds of events until it is asked for, doubled each time that it goes on
_MOST_TALK = 120.0  # seconds between two such questions, whatever comes
LAST_WORDS = 2.0  # seconds of silence in which a run that has ended may still tell something
LEFTOVER = 30.0  # seconds in which one that has ended may tell what had not come yet
ALIVE = "The run has ended, and the server goes on sending signs of life."
TALKS = "The run has ended, and the server goes on telling of it: what it tells now is left out."


class Outlived(Exception):
    """The run ended, and its stream went on: it is `ALIVE`, or `TALKS` to the last."""

    @property
    def talks(self) -> bool:
        """Whether events came to the last, so that some are left out."""
        return str(self) == TALKS


class Outliving:
    """Looks at one run while its stream goes on; `has_ended` asks the server, which may not know.

    One that the server says is running is followed for as long as it takes.
    """

    def __init__(self, has_ended: Callable[[], bool]) -> None:
        self._has_ended = has_ended
        self._asked = time.monotonic()
        self._every = TALK
        self._over: float | None = None  # when its stream was seen to outlive it

    def check(self, heard: float) -> None:
        """Called with whatever comes; `heard` is when an event came last. Raises Outlived."""
        now = time.monotonic()
        if self._over is not None:
            self._leave(now, heard, self._over)
        elif now - max(self._asked, heard) > QUIET:
            self._ask()
        elif now - self._asked > self._every:
            self._every = min(2 * self._every, _MOST_TALK)
            self._ask()

    def _leave(self, now: float, heard: float, over: float) -> None:
        """Raise Outlived when it is time, unless the server takes back that the run ended."""
        silent = now - max(over, heard) > LAST_WORDS
        if silent or now - over > LEFTOVER:
            self._ask()
            if self._over is not None:
                raise Outlived(ALIVE if silent else TALKS)

    def _ask(self) -> None:
        ended = self._has_ended()
        self._asked = time.monotonic()
        self._over = self._asked if ended else None
