"""Rows that are too much to be read in passing: what is told of them meanwhile."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hitl_tui.backends.agent_server.bounds import ROWS, TooMuch
from hitl_tui.backends.agent_server.rows import Row
from hitl_tui.errors import SourceError
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
