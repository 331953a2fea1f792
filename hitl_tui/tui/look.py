"""How states and times look: one sign of width one for each state, so that colour is never all."""

from __future__ import annotations

from datetime import datetime

from hitl_tui.model.threads import ThreadState

GLYPHS = {
    ThreadState.OPEN: "●",
    ThreadState.RUNNING: "↻",
    ThreadState.LOCKED: "▲",
    ThreadState.IN_DOUBT: "?",
    ThreadState.FAILED: "✗",
    ThreadState.PAUSED: "‖",
    ThreadState.DRIFTED: "~",
    ThreadState.DONE: "✓",
    ThreadState.UNREADABLE: "!",
}

DRAFT, CLAIMED, SNOOZED, MARKED = "✎", "@", "z", "◆"
NOTES = {
    DRAFT: "a draft of yours; with ! for a question that others answered",
    CLAIMED: "claimed, by whom and until when",
    SNOOZED: "snoozed until then",
    MARKED: "marked",
}
"""The other signs of a row, and what they mean."""

_COLOURS = {
    ThreadState.OPEN: "$text-warning",
    ThreadState.RUNNING: "$text-primary",
    ThreadState.DONE: "$text-success",
    ThreadState.PAUSED: "$text-secondary",
}

_UNITS = (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60))


def colour(state: ThreadState) -> str:
    """The theme's colour of a state; what needs attention has the colour of errors."""
    return _COLOURS.get(state, "$text-error")


def css_name(state: ThreadState) -> str:
    """The state as a part of a CSS class."""
    return state.value.replace("_", "-")


def ago(then: datetime | None, now: datetime) -> str:
    """How long ago in at most three or four characters: 40s, 3m, 9h, 2d, 31w; empty for None."""
    if then is None:
        return ""
    seconds = max(0, int((now - then).total_seconds()))
    for unit, length in _UNITS:
        if seconds >= length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def until(then: datetime, now: datetime) -> str:
    """When something ends, as short as can be, in local time: 10:30, Fri 09:00, 24 Dec 2027."""
    then, now = then.astimezone(), now.astimezone()
    if then.date() == now.date():
        return f"{then:%H:%M}"
    if (then - now).days < 6:
        return f"{then:%a %H:%M}"
    return f"{then.day} {then:%b}" if then.year == now.year else f"{then.day} {then:%b %Y}"
