"""Something to be done a moment later, once, whatever the machine is busy with.

Textual's own timers skip what comes late, also when it would have come only once: a process that
gets no turn just as one is started loses it.
"""

from __future__ import annotations

from asyncio import get_running_loop
from collections.abc import Callable

from textual.message_pump import MessagePump


class Once:
    """Has `then` called by `owner`, after `seconds`, unless it is stopped or `owner` is gone.

    Owners handle it as they do messages, one after the other.
    """

    def __init__(self, owner: MessagePump, seconds: float, then: Callable[[], object]) -> None:
        self._then: Callable[[], object] | None = then
        self._handle = get_running_loop().call_later(seconds, owner.call_later, self._call)

    def stop(self) -> None:
        """Never call it, though its time may have come already."""
        self._then = None
        self._handle.cancel()

    def _call(self) -> object:
        then, self._then = self._then, None
        return then() if then is not None else None
