"""What a question asked, in few letters: to know later whether it still asks the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hitl_tui.model.threads import Interrupt, Thread

_LETTERS, _VALUES = 1_000_000, 10_000


def digest(payload: Any) -> str:
    """Differs where the payload does; empty for one nested too deep to tell.

    A node that runs again without an answer asks under the same id, on the same checkpoint, and
    may ask something else.
    """
    try:
        asked = repr(payload)
    except RecursionError:
        return ""
    from hashlib import sha256

    return sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()


def turn(thread: Thread, interrupt: Interrupt) -> str:
    """Differs between all that a node asks under one id: other words, or the same once more.

    A node that asks twice does so under the same id, on the same checkpoint, and a copy of a thread
    asks under its ids too. Of a large payload it is what its task stored that is told apart, where
    the source shows that.
    """
    if _is_large(interrupt.value):
        told = thread.imprints.get(interrupt.task_id, "")
    else:
        told = f"{len(interrupt.before)} {digest(interrupt.value)}"
    return f"{thread.thread_id} {told}"


def _is_large(payload: Any) -> bool:
    """Whether its digest would hold up whoever waits for the interpreter."""
    left, values, letters = [payload], 0, 0
    while left:
        part = left.pop()
        values += 1
        if isinstance(part, str):
            letters += len(part)
        elif isinstance(part, Mapping):
            left += part.values()
            values += len(part)
        elif isinstance(part, list | tuple):
            left += part
        if letters > _LETTERS or values + len(left) > _VALUES:
            return True
    return False
