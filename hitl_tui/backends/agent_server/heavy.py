"""Rows that are too much to be read in passing: what is told meanwhile, and who reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from threading import Lock, Thread
from typing import Any

from hitl_tui.backends.agent_server.bounds import ROWS, TooMuch
from hitl_tui.backends.agent_server.rows import Row
from hitl_tui.errors import HitlError, SourceError
from hitl_tui.model.threads import ThreadState
from hitl_tui.text import megabytes

_TEXTS = ("thread_id", "status", "updated_at")


def heavy(row: Row, size: int) -> Row:
    """The row of a thread that must be read apart, `size` bytes of it if that was told, else 0.

    Whether it asks is a guess, by its status.
    """
    asks = row.status == "interrupted"
    told = megabytes(size) if size else f"more than {megabytes(ROWS)}"
    summary = replace(
        row.summary,
        state=row.state if row.sure else ThreadState.OPEN if asks else ThreadState.DONE,
        reason=f"{told} are being read",
        waiting_since=row.summary.updated_at if asks else None,
        unread=True,
    )
    return Row(row.stamp, summary, sure=False, size=size or ROWS)


def begun(error: TooMuch) -> dict[str, Any]:
    """What the first bytes of a row tell of it; raises SourceError if they do not even name it."""
    text = error.beginning.decode("utf-8", "replace")
    pairs = {name: re.search(rf'"{name}"\s*:\s*"([^"\\]*)"', text) for name in _TEXTS}
    found = {name: match[1] for name, match in pairs.items() if match}
    if "thread_id" not in found:
        raise SourceError(f"{error.message.rstrip('.')}, and does not say for which thread.")
    return found


class Apart:
    """Reads heavy rows one after the other, while the others are shown already.

    `found` counts those that have been read.
    """

    def __init__(self, find_out: Callable[[Row], None]) -> None:
        self._find_out = find_out
        self._lock = Lock()
        self._wanted: list[Row] = []
        self._worker: Thread | None = None
        self._fault: BaseException | None = None
        self.found = 0

    def want(self, rows: Iterable[Row]) -> None:
        """Have the rows read; those that are being read already are not read twice.

        Raises what went wrong with one, if that was no expected failure.
        """
        if self._fault is not None:
            raise self._fault
        with self._lock:
            self._wanted += [row for row in rows if row not in self._wanted]
            if self._wanted and self._worker is None:
                self._worker = Thread(target=self._work, daemon=True, name="hitl-heavy")
                self._worker.start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._wanted:
                    self._worker = None
                    return
                row = self._wanted[0]
            try:
                self._find_out(row)
                self.found += 1
            except HitlError:
                pass  # what could not be read is read when it is shown again
            except BaseException as fault:  # noqa: BLE001 - raised where rows are asked for
                self._fault = fault
            with self._lock:
                self._wanted.remove(row)
