"""How attempts ended, written down however long it takes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hitl_tui.errors import JournalError
from hitl_tui.journal.journal import Journal
from hitl_tui.model.runs import Outcome
from hitl_tui.model.threads import NOTHING


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of an attempt. `sent` is False if surely nothing was; `drift` as in Attempt."""

    outcome: Outcome
    reason: str = ""
    sent: bool = True
    drift: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


class Endings:
    """Settles attempts in the journal; what cannot be written now is tried again until it can.

    Until then, or if this process ends before, the attempt is in doubt as soon as its lease is over
    and the source still shows what it was sent to.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._closed = threading.Event()

    def settle(
        self, attempt_id: str, ending: Ending, along: Callable[[], None] | None = None
    ) -> bool:
        """False if another operator had taken over; raises JournalError, and keeps trying.

        `along` as in `Store.writing`.
        """
        try:
            return self._settle(attempt_id, ending, along)
        except JournalError:
            keeping = threading.Thread(
                target=self._keep_trying, args=(attempt_id, ending), daemon=True, name="ending"
            )
            keeping.start()
            raise

    def close(self) -> None:
        """Try no more."""
        self._closed.set()

    def _settle(
        self, attempt_id: str, ending: Ending, along: Callable[[], None] | None = None
    ) -> bool:
        return self._journal.settle(
            attempt_id,
            ending.outcome,
            ending.reason,
            sent=ending.sent,
            drift=ending.drift,
            along=along,
        )

    def _keep_trying(self, attempt_id: str, ending: Ending) -> None:
        while not self._closed.wait(self._journal.lease / 12):
            try:
                self._settle(attempt_id, ending)
            except JournalError:
                continue
            return
