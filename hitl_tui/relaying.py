"""The next member of a batch, begun with the end of the one before.

Its intent and the other's outcome reach the disk together: so no more are ever under way than may
run at once, and a worker waits for the disk once between two runs, and not twice.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event

from hitl_tui.errors import HitlError
from hitl_tui.lining import Line, Taken
from hitl_tui.model.batches import Member
from hitl_tui.sending import Send


class Relay:
    """One thread's: asked at the end of each of its runs, as `delivery.Then`, what begins then."""

    def __init__(self, line: Line, stop: Event) -> None:
        self._line = line
        self._stop = stop
        self._next: Taken | None = None
        self._is_begun = False

    def __call__(self, graph_id: str) -> Callable[[], None] | None:
        """What begins the next member, unless there is none at hand, or no more are to begin."""
        if self._stop.is_set() or (found := self._line.at_hand(graph_id)) is None:
            return None
        self._next, self._is_begun = found, False
        return partial(self._begin, *found)

    def taken(self) -> Taken | None:
        """The member that began with the last end: it is under way and has to be followed.

        Also one that was only to begin then, unless no more are to begin.
        """
        found, self._next = self._next, None
        return found if self._is_begun or not self._stop.is_set() else None

    def _begin(self, member: Member, send: Send) -> None:
        self._is_begun = True
        try:
            events = send(self, relayed=True)
        except HitlError as error:
            self._next = member, error
        else:
            self._next = member, Send(send.graph_id, lambda then, relayed: events)
