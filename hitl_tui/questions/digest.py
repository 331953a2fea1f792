"""What a question asked, in few letters: to know later whether it still asks the same."""

from __future__ import annotations

from typing import Any


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
