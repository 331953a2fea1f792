"""Hears at once which threads changed, where the database's owner has it told.

That takes a trigger of theirs, named `hitl_tui`, on the checkpointer's tables: docs/postgres.md
has it. Without one nothing is listened to, and changes are found by looking.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from hitl_tui.database import Address, Unreachable

if TYPE_CHECKING:
    from hitl_tui.database import Connection

CHANNEL = "hitl_tui"
_OFFERED = """
SELECT count(*) FROM pg_catalog.pg_trigger
WHERE tgname = 'hitl_tui' AND tgenabled <> 'D' AND tgrelid = to_regclass('checkpoints')
"""
_PAUSE = 30.0  # seconds until a connection that failed, or that was not offered, is tried again


class Listener:
    """A connection that listens; to be used by one thread at a time. It never raises.

    What was told before it listened, or while its connection was lost, is found by looking.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._connection: Connection | None = None
        self._not_before = 0.0

    def heard(self) -> set[str]:
        """The threads that were told of since the last call."""
        import psycopg

        try:
            connection = self._listening()
            if connection is None:
                return set()
            return {each.payload for each in connection.notifies(timeout=0)}
        except (Unreachable, psycopg.Error):
            self.close()
            return set()

    def close(self) -> None:
        """Close the connection; it is made anew when it is needed."""
        connection, self._connection = self._connection, None
        self._not_before = time.monotonic() + _PAUSE
        if connection is not None:
            with suppress(Exception):
                connection.close()

    def _listening(self) -> Connection | None:
        if self._connection is None and time.monotonic() >= self._not_before:
            self._connection = self._address.connect()
            row = self._connection.execute(_OFFERED).fetchone()
            if row is None or not row[0]:
                self.close()
                return None
            self._connection.execute(f"LISTEN {CHANNEL}")
        return self._connection
