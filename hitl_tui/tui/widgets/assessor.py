"""Has a sheet's state worked out by a thread, so that no key waits for a schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

if TYPE_CHECKING:
    from hitl_tui.tui.widgets.answer_assess import Assessment

PAUSE = 0.05
"""Seconds without an edit before what will be sent is worked out again."""


@dataclass
class Assessed(Message, bubble=False):
    """What a sheet meant when it had been edited `revision` times."""

    revision: int
    assessment: Assessment


class Assessor:
    """Posts `Assessed` to the widget it works for; knows which assessments are out of date."""

    def __init__(self, owner: Widget) -> None:
        self._owner = owner
        self.revision = 0
        self._timer: Timer | None = None

    def edited(self, then: Callable[[], None]) -> None:
        """What was worked out before is out of date; call `then` when typing pauses."""
        self.revision += 1
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._owner.set_timer(PAUSE, then)

    def start(self, work: Callable[[], Assessment]) -> None:
        """Work out the sheet's state of this very moment."""
        job = partial(self._work, work, self.revision)
        self._owner.run_worker(job, thread=True, exclusive=True, group="answer.preview")

    def _work(self, work: Callable[[], Assessment], revision: int) -> None:
        self._owner.post_message(Assessed(revision, work()))
