"""The queue out of an index; each row shown is read from the source, and must say the same.

Where it does not, the source is right: the thread is indexed again and the page is read again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hitl_tui.backends.index.reader import FirstTold, Found, Reader
from hitl_tui.backends.index.source import AnyKeeper, AnySummaries
from hitl_tui.backends.index.sure import Claim
from hitl_tui.backends.index.telling import PROOF, made
from hitl_tui.backends.summaries import overlaid
from hitl_tui.backends.told import FirstFound
from hitl_tui.model.threads import Group, Page, Query, ThreadState, ThreadSummary

_ATTEMPTS = 8


class IndexedQueue:
    """Answers queries from an index; all methods raise Unavailable.

    `partial` says that the index may lack threads, and marks the pages so.
    """

    def __init__(
        self, source: AnySummaries, reader: Reader, keeper: AnyKeeper, *, partial: bool = False
    ) -> None:
        self._source = source
        self._reader = reader
        self._keeper = keeper
        self._partial = partial

    def page(self, query: Query, offset: int, limit: int) -> Page:
        """Rows of the query, each as the source has it now."""
        for _ in range(_ATTEMPTS):
            found, total = self._reader.page(query, offset, limit)
            summaries = self._source.read([row.thread for row in found])
            wrong = [
                row.thread
                for row, summary in zip(found, summaries, strict=True)
                if not _agree(row, summary)
            ]
            if not wrong:
                break
            self._keeper.refresh(wrong)
        shown = [
            overlaid(replace(s, state=row.state) if s.unread else s, query)
            for row, s in zip(found, summaries, strict=True)
            if s is not None
        ]
        rows = tuple(row for row in shown if not query.states or row.state in query.states)
        more = self._partial or len(rows) < len(found) or any(row.unread for row in rows)
        return Page(rows, total, offset, more)

    def threads(self, query: Query, offset: int, limit: int) -> list[str]:
        """What stands in a page, right or not."""
        return [row.thread for row in self._reader.page(query, offset, limit)[0]]

    def told(self, query: Query, limit: int, looked_for: str | None) -> FirstTold | None:
        """The first rows of a query, see `Reader.first`."""
        return self._reader.first(query, limit, looked_for)

    def proven(self, found: FirstTold) -> FirstFound | None:
        """The same rows, if the source says so too; None if they have to be read."""
        claims = [Claim(row[0], row[-1], row[PROOF]) for row in found.rows]
        if claims and not self._source.are_sure(claims, found.meta.read_at):
            return None
        return FirstFound(list(map(made, found.rows)), found.total)

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where in the query's rows the thread stands; None if it is not among them."""
        return self._reader.position(query, thread_id)

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """How many threads are in each state, the query's own states left aside."""
        return self._reader.counts(replace(query, states=frozenset()))

    def groups(self, query: Query, by: Group) -> Mapping[str, int]:
        """How many of the query's threads there are by graph or kind."""
        return self._reader.groups(query, by)


def _agree(row: Found, summary: ThreadSummary | None) -> bool:
    """Whether index and source say the same of a thread."""
    if summary is None:
        return False
    if summary.unread:
        return summary.checkpoint_id == row.checkpoint
    said = (summary.checkpoint_id, summary.state, summary.graph_id or "", False)
    return said == (row.checkpoint, row.state, row.graph, row.unread)
