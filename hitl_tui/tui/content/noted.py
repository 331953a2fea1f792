"""What operators noted on a thread, in full words for the heading."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from hitl_tui.model.notes import Mark
from hitl_tui.tui.look import until
from hitl_tui.tui.safe import styled


def noted(mark: Mark, now: datetime) -> list[Content]:
    """A line, or none."""
    parts = []
    if mark.claimed_until is not None:
        parts.append(f"claimed by {mark.claimed_by} until {until(mark.claimed_until, now)}")
    if mark.snoozed_until is not None:
        parts.append(f"snoozed by {mark.snoozed_by} until {until(mark.snoozed_until, now)}")
    return [styled(("  " + " · ".join(parts), "$text-secondary"))] if parts else []
