"""Threads as their rows tell them now: in full, or as the queue shows them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from hitl_tui.backends import derive
from hitl_tui.backends.page_rows import PageRows
from hitl_tui.backends.rivals import rivals
from hitl_tui.backends.rows import ThreadRows
from hitl_tui.backends.words import Describe, begun
from hitl_tui.model.threads import Interrupt, Query, Thread, ThreadSummary


def read_summaries(
    connection: sqlite3.Connection, thread_ids: Sequence[str], *, alarms: bool = True
) -> list[ThreadSummary | None]:
    """One summary a thread, in their order; None for a thread that is not there.

    `alarms` looks for rivals too, which takes a look at more than the head.
    """
    return summaries(PageRows(connection, thread_ids), thread_ids, alarms=alarms)


def summaries(
    rows: ThreadRows, thread_ids: Sequence[str], *, alarms: bool = True
) -> list[ThreadSummary | None]:
    """The same of any source's rows."""
    found = [_summary(rows, thread_id) for thread_id in thread_ids]
    if not alarms:
        return found
    return [each and _alarmed(each, rows) for each in found]


def _alarmed(summary: ThreadSummary, rows: ThreadRows) -> ThreadSummary:
    found = rivals(rows, summary.thread_id)
    return replace(summary, rivals=found) if found else summary


def whole(rows: ThreadRows, thread_id: str) -> Thread | None:
    """One thread in full, None if it is not there."""
    head = rows.head(thread_id)
    if head is None:
        return None
    found = derive.thread(head, partial(rows.inner_writes, thread_id))
    return replace(found, rivals=rivals(rows, thread_id))


def _summary(rows: ThreadRows, thread_id: str) -> ThreadSummary | None:
    head = rows.head(thread_id, full=False)
    return derive.summary(head, partial(rows.inner_writes, thread_id)) if head else None


def overlaid(summary: ThreadSummary, query: Query) -> ThreadSummary:
    """The summary in the state that the caller knows it to be in."""
    state = query.overlay.get(summary.thread_id)
    return replace(summary, state=state) if state else summary


def lightened(summary: ThreadSummary, describe: Describe) -> ThreadSummary:
    """What a queue keeps of a heavy thread: of payloads the beginning, if that is called the same.

    Of a thread in full no more than its summary.
    """

    def cut(interrupt: Interrupt) -> Interrupt:
        short = replace(interrupt, value=begun(interrupt.value))
        return short if describe(short) == describe(interrupt) else interrupt

    told = {name: getattr(summary, name) for name in ThreadSummary.__dataclass_fields__}
    return ThreadSummary(**{**told, "interrupts": tuple(map(cut, summary.interrupts))})
