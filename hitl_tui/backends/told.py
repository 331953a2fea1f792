"""What a list tells of a thread: the same whether it is read now or stood in an index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from hitl_tui.model.threads import ThreadState, ThreadSummary


class Told(NamedTuple):
    """A row of a list out of an index; texts are untrusted.

    `ticks` is when the head was written, in units of 100 ns since 1582, 0 if its id does not tell;
    `json` is the object that `fields` makes.
    """

    thread_id: str
    state: ThreadState
    ticks: int
    graph_id: str
    title: str
    json: str


class FirstFound(NamedTuple):
    """The first rows of a query, and how many there are in all."""

    rows: Sequence[Told]
    total: int


def fields(row: ThreadSummary, title: str, titles: Sequence[str]) -> dict[str, Any]:
    """The row as plain values, with what it asks in one line, and each of its interrupts."""
    asked = zip(row.interrupts, titles, strict=True)
    return {
        "thread_id": row.thread_id,
        "state": row.state.value,
        "graph_id": row.graph_id,
        "checkpoint_id": row.checkpoint_id,
        "waiting_since": time(row.waiting_since),
        "updated_at": time(row.updated_at),
        "title": title,
        "interrupts": [{"id": i.id, "node": i.node, "title": title} for i, title in asked],
        "next": list(row.next),
        "reason": row.reason or None,
    }


def told_json(row: ThreadSummary, titles: Sequence[str]) -> str:
    """The same as JSON in ASCII; empty for a row with alarms: only the journal can explain them.

    Put together as `json.dumps` does it, but sooner: an index keeps it of every thread.
    """
    if row.rivals:
        return ""
    from json.encoder import encode_basestring_ascii as text

    graph, head, reason = row.graph_id, row.checkpoint_id, row.reason
    since, written = row.waiting_since, row.updated_at
    asked = [
        _INTERRUPT % (text(i.id), text(i.node), text(title))
        for i, title in zip(row.interrupts, titles, strict=True)
    ]
    return _ROW % (
        text(row.thread_id),
        text(row.state.value),
        _NULL if graph is None else text(graph),
        _NULL if head is None else text(head),
        text(since.isoformat()) if since else _NULL,
        text(written.isoformat()) if written else _NULL,
        text(titles[0] if titles else ""),
        ", ".join(asked),
        ", ".join(map(text, row.next)),
        text(reason) if reason else _NULL,
    )


_NULL = "null"
_INTERRUPT = '{"id": %s, "node": %s, "title": %s}'
_ROW = (
    '{"thread_id": %s, "state": %s, "graph_id": %s, "checkpoint_id": %s, "waiting_since": %s,'
    ' "updated_at": %s, "title": %s, "interrupts": [%s], "next": [%s], "reason": %s}'
)


def time(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, or None."""
    return moment.isoformat() if moment else None
