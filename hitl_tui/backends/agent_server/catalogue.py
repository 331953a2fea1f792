"""Every thread of a server by its row, kept up by what changed.

A search in the order of change tells what is new. Deletions leave no row, so threads are counted:
where the number does not fit, everything is read again.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from hitl_tui.backends.agent_server.rows import Row, row_of
from hitl_tui.errors import SourceError

if TYPE_CHECKING:
    from langgraph_sdk.client import SyncLangGraphClient
    from langgraph_sdk.schema import ThreadSelectField, ThreadSortBy, ThreadStatus

    from hitl_tui.backends.agent_server.server import Server

_FIELDS: list[ThreadSelectField] = ["thread_id", "status", "metadata", "interrupts", "updated_at"]
_CHANGES = 32  # rows of the look that tells whether anything changed
_PAGE = 1000  # rows of a request that reads everything: the most that a server gives
_MOST = 2_000_000  # threads: a server that has more, or says so, is none for one screen


@dataclass(frozen=True, slots=True)
class Sight:
    """What the server showed at one moment: its latest changes, and how many threads it has.

    Where they were not `counted` just now, `count` is from before. `at` is when the server was
    asked, in seconds on a clock that only goes forward.
    """

    latest: Sequence[Row]
    count: int
    counted: bool
    at: float

    @property
    def token(self) -> Hashable:
        """Differs whenever a thread may have changed, come or gone."""
        return self.count, tuple((row.thread_id, row.stamp) for row in self.latest)


def sight(server: Server, before: Sight | None = None, *, counts: bool = True) -> Sight:
    """Look what changed last; `counts` the threads too, as it is done the first time anyway."""
    at = time.monotonic()
    latest = server.read(partial(_latest, offset=0, limit=_CHANGES))
    if before is not None and not counts:
        return Sight(latest, before.count, False, at)
    return Sight(latest, server.read(_count), True, at)


def first(server: Server, offset: int, limit: int) -> Sequence[Row]:
    """The rows that wait for longest, straight from the server."""
    return server.read(
        lambda client: _search(client, offset, limit, "updated_at", "asc", "interrupted")
    )


def updated(server: Server, before: Mapping[str, Row], seen: Sight) -> Sequence[Row] | None:
    """The rows that changed since `before`, new ones too; None if everything must be read again."""
    changed: list[Row] = []
    news, offset = seen.latest, 0
    while news:
        fresh = [row for row in news if not _is_known(row, before)]
        changed += fresh
        if len(fresh) < len(news) or len(news) < _CHANGES:
            break
        offset += len(news)
        news = server.read(partial(_latest, offset=offset, limit=_PAGE))
    added = sum(row.thread_id not in before for row in changed)
    fits = len(before) + added == seen.count
    return changed if fits or not seen.counted else None


def everything(server: Server, before: Mapping[str, Row]) -> tuple[Mapping[str, Row], Sight]:
    """All rows, read page by page; what is known of those that did not change is kept."""
    seen = sight(server)
    rows: dict[str, Row] = {}
    while True:
        start = len(rows)
        page = server.read(partial(_oldest, offset=start, limit=_PAGE))
        for row in page:
            known = before.get(row.thread_id)
            rows[row.thread_id] = known if known and known.stamp == row.stamp else row
        if len(page) < _PAGE:
            return rows, seen
        if len(rows) == start or len(rows) > _MOST:
            raise SourceError(f"{server.name} lists threads without end.")


def _is_known(row: Row, before: Mapping[str, Row]) -> bool:
    known = before.get(row.thread_id)
    return known is not None and known.stamp == row.stamp


def _latest(client: SyncLangGraphClient, offset: int, limit: int) -> list[Row]:
    return _search(client, offset, limit, "updated_at", "desc")


def _oldest(client: SyncLangGraphClient, offset: int, limit: int) -> list[Row]:
    return _search(client, offset, limit, "created_at", "asc")


def _search(
    client: SyncLangGraphClient,
    offset: int,
    limit: int,
    sort_by: ThreadSortBy,
    order: Literal["asc", "desc"],
    status: ThreadStatus | None = None,
) -> list[Row]:
    found: Any = client.threads.search(
        offset=offset, limit=limit, sort_by=sort_by, sort_order=order, status=status, select=_FIELDS
    )
    if not isinstance(found, list) or len(found) > limit:
        raise ValueError("no page of threads")
    return [row_of(each) for each in found]


def _count(client: SyncLangGraphClient) -> int:
    found: Any = client.threads.count()
    if not isinstance(found, int) or isinstance(found, bool):
        raise ValueError("no number of threads")
    return found
