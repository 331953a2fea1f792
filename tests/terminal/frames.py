"""The frames of what an app draws, of which a person only ever sees whole ones."""

from __future__ import annotations

ASKED = b"\x1b[?2026$p"
"""How an app asks whether the terminal can wait for the end of a frame (mode 2026)."""
ANSWER = "\x1b[?2026;2$y"
"""That it can, and does not just now."""
_BEGIN, _END = b"\x1b[?2026h", b"\x1b[?2026l"


class Frames:
    """Holds the bytes of a frame back until all of them came.

    What is drawn outside of a frame passes at once, but for a last part that may be a sign's half.
    """

    def __init__(self) -> None:
        self._held = b""
        self._before = b""

    def asks(self, chunk: bytes) -> bool:
        """Whether the question ends in this chunk; it may have begun in the one before."""
        seen = self._before + chunk
        self._before = seen[-len(ASKED) + 1 :]
        return ASKED in seen

    def whole(self, chunk: bytes) -> bytes:
        """What can be drawn, now that this chunk came."""
        came = self._held + chunk
        begun = came.rfind(_BEGIN)
        if begun < 0 or _END in came[begun:]:
            begun = len(came) - _half(came)
        drawn, self._held = came[:begun], came[begun:]
        return drawn


def _half(came: bytes) -> int:
    """How many bytes at the end may be the first ones of a frame's beginning."""
    return next((n for n in range(len(_BEGIN) - 1, 0, -1) if came.endswith(_BEGIN[:n])), 0)
