"""All that the detail shows of a thread, made in one go off the event loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from hitl_tui.tui.content.context import context
from hitl_tui.tui.content.heading import heading
from hitl_tui.tui.content.request import requests

if TYPE_CHECKING:
    from hitl_tui.opened import OpenThread
    from hitl_tui.tui.widgets.answer_start import Beginning


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of a thread; `beginnings` are, by interrupt id, where its forms begin."""

    heading: Content
    requests: tuple[Content, ...]
    context: Content
    beginnings: Mapping[str, Beginning]


def view_of(opened: OpenThread, shown: range, at: int, now: datetime) -> View:
    """The texts of the questions `shown`, the operator being at the one at `at`; slow."""
    return View(
        heading(opened, at, now),
        requests(opened, shown, at, now),
        context(opened.thread),
        _beginnings(opened, shown, now),
    )


def _beginnings(opened: OpenThread, shown: range, now: datetime) -> Mapping[str, Beginning]:
    if not shown:
        return {}
    import hitl_tui.tui.widgets.answer_sheet  # noqa: F401 - takes 20 ms, in which keys would wait
    from hitl_tui.tui.widgets.answer_start import beginning, in_this_step

    found = {}
    for question in opened.questions[shown.start : shown.stop]:
        interrupt = question.interrupt
        if earlier := opened.earlier.get(interrupt.id):
            found[interrupt.id] = beginning(question, earlier, now)
        elif interrupt.before:
            found[interrupt.id] = in_this_step(interrupt.before)
    return found
