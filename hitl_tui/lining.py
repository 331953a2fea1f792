"""Members of a batch in line, looked at a few at a time, ahead of their turn."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from threading import Lock

from hitl_tui.errors import HitlError
from hitl_tui.inbox import Inbox
from hitl_tui.model.batches import Member
from hitl_tui.sending import Send

Taken = tuple[Member, Send | HitlError]
"""A member and what sends it, or why it cannot be sent."""

_TOGETHER = 8  # members that are looked at together
_FEW = 4  # of them; then the next are looked at
_FRESH = 1.0  # seconds for which a look counts


class Line:
    """Members still to be sent, in order; safe to use from several threads."""

    def __init__(self, inbox: Inbox, members: Sequence[Member]) -> None:
        self._inbox = inbox
        self._left = deque(members)
        self._ready: deque[tuple[float, Taken]] = deque()
        self._lock = Lock()
        self._looking = Lock()

    def take(self) -> Taken | None:
        """The next member; None if all are gone. Looked at again if that was too long ago."""
        while (found := self._next()) is None:
            with self._looking:
                if not self._ready and not self._look():
                    return None
        looked, taken = found
        return taken if _is_fresh(looked) else (taken[0], self._readied([taken[0]])[0])

    def at_hand(self, graph_id: str) -> tuple[Member, Send] | None:
        """The next member, if it was looked at just now and can be sent to that graph's run.

        Never waits for a look.
        """
        with self._lock:
            if not self._ready:
                return None
            looked, (member, send) = self._ready[0]
            if isinstance(send, HitlError) or not _is_fresh(looked) or send.graph_id != graph_id:
                return None
            self._ready.popleft()
            return member, send

    def look_ahead(self) -> None:
        """Have some at hand: look at the next few, or again at the next one.

        Does nothing while another thread looks. Raises nothing, since a run is under way: whoever
        takes them meets what went wrong.
        """
        if self._looking.acquire(blocking=False):
            try:
                if len(self._ready) >= _FEW or not self._look():
                    self._look_again()
            except Exception:  # noqa: BLE001 - they are in line as before: `take` looks, and raises
                return
            finally:
                self._looking.release()

    def _next(self) -> tuple[float, Taken] | None:
        with self._lock:
            return self._ready.popleft() if self._ready else None

    def _look_again(self) -> None:
        """Look at the next one, if that was too long ago."""
        with self._lock:
            if not self._ready or _is_fresh(self._ready[0][0]):
                return
            stale = self._ready.popleft()
        _, (member, _) = found = stale
        try:
            found = time.monotonic(), (member, self._readied([member])[0])
        finally:
            with self._lock:
                self._ready.appendleft(found)

    def _look(self) -> bool:
        """Look at the next few; False if there are none."""
        with self._lock:
            several = [self._left.popleft() for _ in range(min(_TOGETHER, len(self._left)))]
        looked = time.monotonic()
        try:
            found = self._readied(several)
        except BaseException:
            with self._lock:
                self._left.extendleft(reversed(several))
            raise
        with self._lock:
            self._ready.extend((looked, each) for each in zip(several, found, strict=True))
        return bool(several)

    def _readied(self, members: Sequence[Member]) -> Sequence[Send | HitlError]:
        return self._inbox.several.ready(members) if members else ()


def _is_fresh(looked: float) -> bool:
    return time.monotonic() - looked <= _FRESH
