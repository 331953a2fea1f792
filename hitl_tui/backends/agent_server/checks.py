"""Whether rows that ask truly wait: their threads' last runs tell, with one small request each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock, Thread
from typing import TYPE_CHECKING

from hitl_tui.backends.agent_server.looking import ended_well
from hitl_tui.backends.agent_server.rows import Row
from hitl_tui.errors import HitlError, ThreadNotFound
from hitl_tui.model.threads import ThreadState

if TYPE_CHECKING:
    from hitl_tui.backends.agent_server.server import Server

_AT_ONCE = 8


class Checks:
    """Looks at the last runs of rows that are shown; at once, or while they are shown already.

    `corrected` counts the rows that were shown as they turned out not to be.
    """

    def __init__(
        self, find_out: Callable[[Sequence[Row]], None], server: Server, *, at_once: bool
    ) -> None:
        self._find_out = find_out
        self._server = server
        self._at_once = at_once
        self._lock = Lock()
        self._going: set[Row] = set()
        self.corrected = 0

    def needed(self, shown: Sequence[Row]) -> bool:
        """Check what was not checked; whether rows changed by it that are not shown yet."""
        with self._lock:
            rows = [row for row in shown if row.wants_check and row not in self._going]
            self._going.update(rows)
        if not rows:
            return False
        if self._at_once:
            return self._check(rows)
        Thread(target=self._quietly, args=(rows,), daemon=True, name="hitl-checks").start()
        return False

    def _quietly(self, rows: Sequence[Row]) -> None:
        with suppress(HitlError):  # what could not be checked is checked when it is shown again
            self.corrected += self._check(rows)

    def _check(self, rows: Sequence[Row]) -> bool:
        """Whether any of the rows turned out not to wait."""
        try:
            with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="hitl-check") as pool:
                well = list(pool.map(self._is_well, rows))
            doubtful = [row for row, is_well in zip(rows, well, strict=True) if not is_well]
            self._find_out(doubtful)
            for row in rows:
                row.checked = True
        finally:
            with self._lock:
                self._going.difference_update(rows)
        return any(row.summary.state is not ThreadState.OPEN for row in doubtful)

    def _is_well(self, row: Row) -> bool:
        try:
            return ended_well(self._server, row.thread_id)
        except ThreadNotFound:
            return False
