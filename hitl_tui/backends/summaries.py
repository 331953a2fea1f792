"""What the queue shows of some threads, read from the source now."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from hitl_tui.backends import derive
from hitl_tui.backends.rivals import rivals
from hitl_tui.backends.tables import Tables
from hitl_tui.model.threads import Query, ThreadSummary


def read_summaries(
    connection: sqlite3.Connection, thread_ids: Sequence[str], *, alarms: bool = True
) -> list[ThreadSummary | None]:
    """One summary a thread, in their order; None for a thread that is not there.

    `alarms` looks for rivals too, which takes a look at more than the head.
    """
    tables = Tables(connection)
    found = [_summary(tables, thread_id) for thread_id in thread_ids]
    if not alarms:
        return found
    return [each and replace(each, rivals=rivals(tables, each.thread_id)) for each in found]


def _summary(tables: Tables, thread_id: str) -> ThreadSummary | None:
    head = tables.head(thread_id)
    return derive.summary(head, partial(tables.inner_writes, thread_id)) if head else None


def overlaid(summary: ThreadSummary, query: Query) -> ThreadSummary:
    """The summary in the state that the caller knows it to be in."""
    state = query.overlay.get(summary.thread_id)
    return replace(summary, state=state) if state else summary
