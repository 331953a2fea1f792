"""A thread in the queue as its keys tell it, and what a look at it adds."""

from __future__ import annotations

from dataclasses import dataclass

from hitl_tui.backends.heads import HeadRow
from hitl_tui.backends.tables import stored
from hitl_tui.backends.times import ticks_of
from hitl_tui.model.threads import ThreadState, ThreadSummary

ASKING = frozenset({ThreadState.OPEN, ThreadState.UNREADABLE})
_SILENT = frozenset(
    {ThreadState.DONE, ThreadState.PAUSED, ThreadState.FAILED, ThreadState.UNREADABLE}
)
_DOUBTFUL = ASKING | _SILENT | {ThreadState.LOCKED}


@dataclass(slots=True, eq=False)
class Row:
    """A thread in the queue; `state` and the rest are None until somebody looked.

    What is found out never becomes wrong: a changed thread gets a new row.
    """

    head: HeadRow
    state: ThreadState | None = None
    graph_id: str | None = None
    kind: str = ""
    priority: float | None = None
    words: str | None = None

    def possible(self) -> frozenset[ThreadState]:
        """The states that it can be in, judged by its keys alone."""
        if self.state is not None:
            return frozenset({self.state})
        if not self.head.asks:
            return _SILENT
        return _DOUBTFUL if self.head.doubt else ASKING

    def learn(self, summary: ThreadSummary, kind: str, words: str) -> None:
        """Keep what a look at the thread found out. Doing it twice does no harm."""
        self.graph_id, self.kind, self.priority = summary.graph_id, kind, summary.priority
        self.words, self.state = words, summary.state


def waiting(row: Row) -> tuple[int, int, bytes]:
    """The queue's own order: those that ask, oldest first, then the others, newest first."""
    ticks = ticks_of(row.head.checkpoint_id)
    thread = stored(row.head.thread_id)
    return (0, ticks, thread) if row.head.asks else (1, -ticks, thread)
