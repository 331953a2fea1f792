"""Before a run: the loaded graph must see what the operator saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .failures import Refused

_RELOAD = "Reload the thread and look again."


def check(graph: Any, request: Mapping[str, Any], config: Any) -> None:
    """Refused as conflict if the thread moved on, as drifted if the graph reads it otherwise."""
    state = graph.get_state(config)
    head = state.config.get("configurable", {}).get("checkpoint_id")
    pending = {interrupt.id for interrupt in state.interrupts}
    if request["verb"] == "start":
        _check_new(head, pending, state.next)
    elif head is None:
        raise Refused("conflict", "The thread has no checkpoints any more.", _RELOAD)
    else:
        _check_seen(request, head, pending, state.next)


def _check_new(head: str | None, pending: set[str], following: tuple[str, ...]) -> None:
    if head is not None and (pending or following):
        raise Refused("conflict", "A thread of this id exists and has not ended.")


def _check_seen(
    request: Mapping[str, Any], head: str, pending: set[str], following: tuple[str, ...]
) -> None:
    seen = request["checkpoint_id"]
    if seen is not None and seen != head:
        raise Refused("conflict", "The thread has moved on since it was shown.", _RELOAD)
    if pending != set(request["pending"]) or not set(request["resume"]) <= pending:
        message = "The loaded graph does not have the questions that the source shows."
        hint = "Is this the graph, and the version of it, that the thread was started with?"
        raise Refused("drifted", message, hint)
    if not following:
        message = "The loaded graph has nothing left to run here."
        raise Refused("drifted", message, "Its nodes may have been renamed or removed.")
