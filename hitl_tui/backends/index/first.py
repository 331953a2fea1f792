"""The first threads that ask, found in the source without looking at all of it.

While an index is built, the oldest questions are shown at once: they stand among the first rows of
`writes`. Not every one of them is found, and the time for it is bounded.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence

_STEPS = 2000  # of SQLite's machine between two looks at the clock

_ASKING = """
SELECT DISTINCT CAST(w.thread_id AS TEXT), CAST(w.checkpoint_id AS TEXT) FROM writes w NOT INDEXED
WHERE w.idx = -3 AND w.checkpoint_ns = '' AND w.checkpoint_id = (
    SELECT max(c.checkpoint_id) FROM checkpoints c
    WHERE c.thread_id = w.thread_id AND c.checkpoint_ns = ''
)
LIMIT ?
"""


def first_asking(
    connection: sqlite3.Connection, most: int, seconds: float
) -> Sequence[tuple[str, str]]:
    """Threads with a question on their head, and that head, as found in so many seconds."""
    end = time.monotonic() + seconds
    found: list[tuple[str, str]] = []
    connection.set_progress_handler(lambda: int(time.monotonic() > end), _STEPS)
    try:
        for thread, head in connection.execute(_ASKING, [most]):
            found.append((thread, head))
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorname", "") != "SQLITE_INTERRUPT":
            raise
    finally:
        connection.set_progress_handler(None, 0)
    return found
