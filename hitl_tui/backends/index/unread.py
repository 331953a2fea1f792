"""Which rows of an index are of heavy threads that nobody has read yet; see `heavies`."""

from __future__ import annotations

import sqlite3


def unread(connection: sqlite3.Connection) -> list[str]:
    """The threads of an index that are to be read, in the queue's own order."""
    rows = connection.execute(
        "SELECT thread FROM threads WHERE unread ORDER BY quiet, place, thread"
    )
    return [thread for (thread,) in rows]


def how_many(connection: sqlite3.Connection) -> int:
    """How many there are."""
    return int(connection.execute("SELECT count(*) FROM threads WHERE unread").fetchone()[0])


def unsure(connection: sqlite3.Connection) -> list[int]:
    """The row ids of those whose state cannot be told from their keys.

    Those that ask, with neither an error nor an answer on their head, are all but surely open.
    """
    rows = connection.execute("SELECT id FROM threads WHERE unread AND (quiet OR doubt)")
    return [at for (at,) in rows]
