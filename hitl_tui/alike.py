"""Which threads ask the same: for those who want to decide them together."""

from __future__ import annotations

from hitl_tui.inbox import Inbox
from hitl_tui.model.threads import Query, ThreadState, ThreadSummary
from hitl_tui.questions.read import read

_PAGE = 500


def alike(inbox: Inbox, query: Query, thread_id: str) -> tuple[str, ...]:
    """The open threads of a query that ask as this one does, itself among them; blocks.

    They have its graph, its node, its dialect and its decisions. Nothing if it asks several
    questions, or is not among the query's threads.
    """
    found: list[ThreadSummary] = []
    while rows := inbox.page(query, len(found), _PAGE).rows:
        found += rows
    kinds = {row.thread_id: _kind(row) for row in found}
    kind = kinds.get(thread_id)
    return tuple(name for name, each in kinds.items() if kind is not None and each == kind)


def _kind(row: ThreadSummary) -> tuple[object, ...] | None:
    if row.state is not ThreadState.OPEN or len(row.interrupts) != 1:
        return None
    question = read(row.interrupts[0])
    offered = tuple(tuple(each.name for each in a.decisions) for a in question.actions)
    return row.graph_id, row.interrupts[0].node, question.dialect, frozenset(offered)
