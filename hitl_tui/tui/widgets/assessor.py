"""Has a form's state worked out by threads, so that no key waits for a schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from hitl_tui.tui.widgets.answer_assess import Assessment, Pick, assess

if TYPE_CHECKING:
    from hitl_tui.tui.widgets.answer_form import AnswerForm

PAUSE = 0.05
"""Seconds without an edit before what will be sent is worked out again."""


@dataclass
class Assessed(Message, bubble=False):
    """What a form meant when it was asked for; `sending` if that is to be sent.

    `revision` is how many edits there had been.
    """

    form: AnswerForm
    revision: int
    assessment: Assessment
    sending: bool


class Assessor:
    """Posts `Assessed` to the widget it works for; knows which assessments are out of date."""

    def __init__(self, owner: Widget) -> None:
        self._owner = owner
        self._revision = 0
        self._timer: Timer | None = None

    def edited(self, then: Callable[[], None]) -> None:
        """What was worked out before is out of date; call `then` when typing pauses."""
        self._revision += 1
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._owner.set_timer(PAUSE, then)

    def start(self, form: AnswerForm, *, sending: bool = False) -> None:
        """Work out the form's state of this very moment."""
        work = partial(self._work, form, form.picks, self._revision, sending)
        group = "answer.send" if sending else "answer.preview"
        self._owner.run_worker(work, thread=True, exclusive=True, group=group)

    def is_current(self, event: Assessed) -> bool:
        """Whether nothing was edited since."""
        return event.revision == self._revision

    def _work(
        self, form: AnswerForm, picks: tuple[Pick, ...], revision: int, sending: bool
    ) -> None:
        assessment = assess(form.question, picks)
        self._owner.post_message(Assessed(form, revision, assessment, sending))
