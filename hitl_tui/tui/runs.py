"""Runs of graphs, followed to their end while the screen goes on."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from textual.message import Message

from hitl_tui.errors import HitlError
from hitl_tui.model.runs import RunEvent

Begin = Callable[[], Iterator[RunEvent]]


class Runs:
    """Consumes each run in a thread of its own, feeds its events on and tells how it ended.

    Own threads, since runs last for minutes and Textual's pool of workers is small.
    """

    @dataclass
    class Ended(Message):
        """A run told all it had to tell; `end` are its last words, as of an END event."""

        thread_id: str
        end: Mapping[str, Any]

    @dataclass
    class Refused(Message):
        """A run did not start, or was cut short, for an expected reason; `begin` tries again."""

        thread_id: str
        error: HitlError
        begin: Begin

    @dataclass
    class Broke(Message):
        """Following a run hit a fault of ours."""

        thread_id: str
        fault: Exception

    def __init__(self, tell: Callable[[Message], object], feed: Callable[[RunEvent], None]) -> None:
        self._tell = tell
        self._feed = feed
        self._going: Counter[str] = Counter()

    def follow(self, thread_id: str, begin: Begin) -> None:
        """Begin a run and follow it; returns at once."""
        self._going[thread_id] += 1
        name = f"hitl-run-{len(self)}"
        threading.Thread(
            target=self._consume, args=(thread_id, begin), name=name, daemon=True
        ).start()

    def settle(self, thread_id: str) -> None:
        """Forget a run that ended; called on the event loop with each of the three messages."""
        self._going[thread_id] -= 1
        self._going += Counter()  # drops the zeros

    def __len__(self) -> int:
        return self._going.total()

    def __contains__(self, thread_id: str) -> bool:
        return self._going[thread_id] > 0

    def _consume(self, thread_id: str, begin: Begin) -> None:
        try:
            last: Mapping[str, Any] = {}
            for event in begin():
                self._feed(event)
                last = event.data
            ending: Message = self.Ended(thread_id, last)
        except HitlError as error:
            ending = self.Refused(thread_id, error, begin)
        except Exception as fault:  # noqa: BLE001 - told on screen; other runs go on
            ending = self.Broke(thread_id, fault)
        self._tell(ending)
