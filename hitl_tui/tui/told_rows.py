"""Rows to draw at once, as an index tells them; the list reads them in full right behind.

They say what a row shows of a thread, not what it asks: no key acts on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from hitl_tui.backends.times import moment_of
from hitl_tui.model.notes import Mark
from hitl_tui.model.threads import Query, ThreadSummary
from hitl_tui.text import line
from hitl_tui.tui.rows import NONE, PAGE, Row, Rows

if TYPE_CHECKING:
    from hitl_tui.backends.told import Told
    from hitl_tui.inbox import Inbox


def rows_told(told: Sequence[Told], marks: Mapping[str, Mark]) -> tuple[Row, ...] | None:
    """The rows; None where one of them shows more than is told of it.

    That is since when it waits, or whether a draft's question is still asked.
    """
    noted = [marks.get(row.thread_id, NONE) for row in told]
    if not all(row.ticks for row in told) or any(mark.drafts for mark in noted):
        return None
    return tuple(
        Row(_summary(row), line(_title(row)), mark) for row, mark in zip(told, noted, strict=True)
    )


def first_found(inbox: Inbox, query: Query, looked_for: str | None, height: int) -> Rows | None:
    """What a list of so many rows shows first of a search; None where it must be read. Blocks."""
    found = inbox.first(query, height, looked_for)
    rows = found and rows_told(found.rows, inbox.notes.marks())
    if found is None or rows is None:
        return None
    pages = {at // PAGE: rows[at : at + PAGE] for at in range(0, len(rows), PAGE)}
    told = Rows(found.total, pages)
    told.position = None if looked_for is None else told.find(looked_for)
    return told


def make_ready(inbox: Inbox, query: Query, height: int) -> None:
    """Have at hand what the first key of a search needs, before it is struck. Blocks.

    Files are open then, statements known, and the rows that are shown are proved, with those that
    come next: what many threads hold is found among them first.
    """
    inbox.first(replace(query, search=_NOWHERE), height)
    for rows in (height, _NEXT):
        inbox.first(replace(query, search=""), rows)


_NEXT = 128
_NOWHERE = "\x01\x01\x01"


def _title(row: Told) -> str:
    """What stands in the row, see `read_rows`."""
    if row.title:
        return row.title
    import json

    said = json.loads(row.json)
    return str(said["reason"] or ", ".join(said["next"]) or row.thread_id)


@lru_cache(maxsize=128)
def _summary(row: Told) -> ThreadSummary:
    """As much of a thread as its row shows; most rows stay while one types."""
    since = moment_of(row.ticks)
    return ThreadSummary(
        row.thread_id,
        row.state,
        graph_id=row.graph_id or None,
        waiting_since=since,
        updated_at=since,
    )
