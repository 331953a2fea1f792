"""Has a sheet's state worked out by a thread, so that no key waits for a schema."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from hitl_tui.tui.once import Once

if TYPE_CHECKING:
    from hitl_tui.model.question import Question
    from hitl_tui.tui.widgets.answer_assess import Assessment

PAUSE = 0.05
"""Seconds without an edit before what will be sent is worked out again."""


@dataclass
class Assessed(Message, bubble=False):
    """What a sheet meant when it had been edited `revision` times, and what that changes."""

    revision: int
    assessment: Assessment
    changes: Sequence[Content]


class Assessor:
    """Posts `Assessed` to the widget it works for; knows which assessments are out of date."""

    def __init__(self, owner: Widget) -> None:
        self._owner = owner
        self.revision = 0
        self._timer: Once | None = None

    def edited(self, then: Callable[[], None]) -> None:
        """What was worked out before is out of date; call `then` when typing pauses."""
        self.revision += 1
        if self._timer is not None:
            self._timer.stop()
        self._timer = Once(self._owner, PAUSE, then)

    def start(self, work: Callable[[], Assessment], question: Question) -> None:
        """Work out the sheet's state of this very moment."""
        job = partial(self._work, work, question, self.revision)
        self._owner.run_worker(
            job,
            thread=True,
            exclusive=True,
            group="answer.preview",
            description="what will be sent",  # else it is the repr of all that the job is given
        )

    def _work(self, work: Callable[[], Assessment], question: Question, revision: int) -> None:
        from hitl_tui.tui.content.changes import changes

        found = work()
        told = () if found.faults else changes(question, found.value)
        self._owner.post_message(Assessed(revision, found, told))
