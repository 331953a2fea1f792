"""How an index stands to its source."""

from __future__ import annotations

from enum import Enum


class Standing(Enum):
    """How far what an index tells can be trusted."""

    RIGHT = 1
    """It tells what the source holds."""
    BEHIND = 2
    """Much changed, or threads were deleted: what it tells must be looked at."""
    MISSING = 3
    """It was never built, the source is another one, or its rows were renumbered."""
