"""What keys do in a list, in the order in which they were struck, though it is still being read."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

Act = Callable[[], object]


class RowTurns:
    """Holds acts back until `ready` says that the list is there, or for some the cursor's row.

    Whatever comes after an act that waits waits too.
    """

    def __init__(self, ready: Callable[[bool], bool]) -> None:
        """`ready` is told whether the row under the cursor has to be known."""
        self._ready = ready
        self._waiting: deque[tuple[Act, bool]] = deque()

    def take(self, act: Act, *, row: bool) -> bool:
        """Act now, or when its turn comes; whether it waits."""
        self._waiting.append((act, row))
        self.go_on()
        return bool(self._waiting)

    def go_on(self) -> int:
        """Do what waits no more; how many acts that were."""
        done = 0
        while self._waiting and self._ready(self._waiting[0][1]):
            act, _ = self._waiting.popleft()
            act()
            done += 1
        return done

    def forget(self) -> None:
        """What they waited for does not come."""
        self._waiting.clear()
