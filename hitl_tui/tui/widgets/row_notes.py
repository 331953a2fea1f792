"""What stands before a row's title: an answer on its way, who is at it, until when it sleeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hitl_tui.model.threads import ThreadState
from hitl_tui.text import line
from hitl_tui.tui.look import CLAIMED, DRAFT, MARKED, SNOOZED, until
from hitl_tui.tui.rows import Row


def notes(
    row: Row, now: datetime, left: int | None, marked: bool = False
) -> Iterator[tuple[str, str]]:
    """Texts, each with the name of a component style; `left` are the seconds until it is sent."""
    if marked:
        yield f"{MARKED} ", "marked"
    if left is not None:
        yield f"sends in {left}s ", "held"
    mark = row.mark
    if mark.claimed_until is not None:
        yield f"{CLAIMED}{line(mark.claimed_by)} {until(mark.claimed_until, now)} ", "claimed"
    if mark.snoozed_until is not None:
        yield f"{SNOOZED} {until(mark.snoozed_until, now)} ", "snoozed"
    asked = {interrupt.id for interrupt in row.thread.interrupts}
    if asked & mark.drafts and row.thread.state is ThreadState.OPEN:
        yield f"{DRAFT} ", "draft"
    elif mark.drafts - asked and row.thread.state is not ThreadState.RUNNING:
        yield f"{DRAFT}! ", "draft"
