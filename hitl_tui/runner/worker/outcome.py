"""How a run ended, in one word and in a sentence."""

from __future__ import annotations

import asyncio
from typing import Any

from langgraph import errors

_is_invalid_resume = getattr(errors, "is_invalid_resume", lambda error: False)
_UNKNOWN_INTERRUPT = getattr(errors, "UnknownInterruptError", ())
_DRAINED = (errors.GraphDrained,) if hasattr(errors, "GraphDrained") else ()


def is_a_stop(error: BaseException) -> bool:
    """Whether this is what a cancelled run raises, and no error of the graph's own."""
    stops = (KeyboardInterrupt, asyncio.CancelledError, *_DRAINED)
    return isinstance(error, stops)


def of_error(error: BaseException | None, *, cancelled: bool, write: Exception | None) -> list[str]:
    """Outcome and reason of a run that ended with an error; `write` is one of the saver's.

    When the checkpoints could not be written, the node may have done its work unrecorded.
    """
    if cancelled:
        return ["cancelled", "Cancelled; what was running may have taken effect."]
    if write is not None:
        return ["in_doubt", f"The checkpoints could not be written: {write}. It may have run."]
    if isinstance(error, _UNKNOWN_INTERRUPT):
        return ["conflict", "The question was answered meanwhile; nothing was sent."]
    if _is_invalid_resume(error):
        return ["refused", "The graph refused the answer; the question stays open."]
    return ["failed", f"The graph raised {type(error).__qualname__}."]


def of_state(state: Any) -> list[str]:
    """Outcome and reason of a run that returned, from where the thread stands now."""
    if state.interrupts:
        return ["paused", "Another question waits."]
    if state.next:
        return ["paused", f"Stopped before {', '.join(state.next)}."]
    return ["finished", ""]
