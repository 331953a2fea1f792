"""A batch followed to its end while the screen goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from hitl_tui.carrying import Feed, carry
from hitl_tui.model.batches import Member

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox


class Carrier:
    """Carries one batch in a thread of its own.

    `tell` is given the messages, `feed` the events of the runs; both from any thread.
    """

    @dataclass
    class Told(Message):
        """A thread of the batch came to its end."""

        member: Member

    @dataclass
    class Over(Message):
        """The batch goes no further; `fault` is why, if it was cut short."""

        fault: Exception | None

    def __init__(self, inbox: Inbox, tell: Callable[[Message], object], feed: Feed) -> None:
        self._inbox = inbox
        self._tell = tell
        self._feed = feed
        self._stop = threading.Event()

    def start(self, batch_id: str, at_once: int, *, stop_at_failure: bool) -> None:
        """Begin; returns at once."""
        words = (batch_id, at_once, stop_at_failure)
        threading.Thread(target=self._carry, args=words, daemon=True, name="hitl-batch").start()

    def stop(self) -> None:
        """Begin no more; what is under way is followed to its end."""
        self._stop.set()

    def _carry(self, batch_id: str, at_once: int, stop_at_failure: bool) -> None:
        fault: Exception | None = None
        try:
            for member in carry(
                self._inbox,
                batch_id,
                at_once=at_once,
                stop_at_failure=stop_at_failure,
                stop=self._stop,
                feed=self._feed,
            ):
                self._tell(self.Told(member))
        except Exception as error:  # noqa: BLE001 - told on screen
            fault = error
        self._tell(self.Over(fault))
