"""The queue's first rows, read while the screen that shows them is still being loaded."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from hitl_tui.errors import HitlError
from hitl_tui.model.threads import Query
from hitl_tui.tui.rows import PAGE, Rows, read_rows
from hitl_tui.tui.tabs import TABS
from hitl_tui.tui.told_rows import rows_told

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox


_QUERY = Query(states=TABS[0].states, snoozed=TABS[0].snoozed)
"""What the screen lists at first."""


class Ahead:
    """Reads in a thread of its own, which begins at once; the screen reads again what it shows."""

    def __init__(self, inbox: Inbox) -> None:
        self.rows: Future[Rows | None] = Future()
        """The first page; None if it cannot be read: the screen finds out why by itself."""
        self.rows.set_running_or_notify_cancel()  # who waits no more does not stop it
        self._inbox = inbox
        threading.Thread(target=self._read, name="hitl-ahead", daemon=True).start()

    def _read(self) -> None:
        try:
            self.rows.set_result(self._told() or read_rows(self._inbox, _QUERY, None, 0, 0))
        except HitlError:
            self.rows.set_result(None)
        except BaseException as fault:  # noqa: BLE001 - raised where the rows are awaited
            self.rows.set_exception(fault)

    def _told(self) -> Rows | None:
        """The first page as an index tells it; None where it must be read."""
        told = self._inbox.told(_QUERY, PAGE, whole=False)
        rows = rows_told(told, self._inbox.notes.marks()) if told else None
        if not rows:
            return None
        return Rows(len(rows) + (len(rows) == PAGE), {0: rows})  # one more than it shows, or all
