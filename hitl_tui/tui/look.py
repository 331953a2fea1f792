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
