"""When what a program writes to a SQLite file beside a WAL is surely read by whoever looks.

A commit's frames, and the time of the last one, are in the WAL before the disk has them; only then
the WAL's index names them, and neither file changes. So a look in between sees what was before,
under the times of what is to come.
"""

from __future__ import annotations

NS = 3_000_000_000
"""How long a commit may be on its way to the disk."""

_SOON_NS = 300_000_000  # most are there by then


def looks_due(age: int) -> int:
    """How many looks are due yet at a WAL that changed `age` nanoseconds ago."""
    return (age < NS) + (age < _SOON_NS)
