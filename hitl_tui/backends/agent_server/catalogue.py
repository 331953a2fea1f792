"""Every thread of a server by its row, kept up by what changed.

A search in the order of change tells what is new. Deletions leave no row, so threads are counted:
where the number does not fit, everything is read again. Where a server cannot count, that is done
once a minute.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from hitl_tui.backends.agent_server.abilities import LEAST
from hitl_tui.backends.agent_server.bounds import TooMuch
from hitl_tui.backends.agent_server.pages import Order, count_of, page, search
from hitl_tui.backends.agent_server.reading import time_of
from hitl_tui.backends.agent_server.rows import Row
from hitl_tui.errors import SourceError

if TYPE_CHECKING:
    from hitl_tui.backends.agent_server.server import Server

UNCOUNTED_EVERY = 60.0  # seconds until all is read again where threads cannot be counted
_MANY = 1000  # rows of a request that reads everything; a server may give fewer
_MOST = 2_000_000  # threads: a server that has more, or says so, is none for one screen


_LATEST = Order("updated_at", "desc")
_OLDEST = Order("created_at", "asc")


@dataclass(frozen=True, slots=True)
class Sight:
    """What the server showed at one moment: its latest changes, and how many threads it has.

    Where they were not `counted` just now, `count` is from before; where they cannot be, it is the
    number of a minute. `at` is when the server was asked, in seconds on a clock that only goes
    forward. Rows that are not `whole` only tell which threads changed.
    """

    latest: Sequence[Row]
    whole: bool
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
    latest, whole = _latest(server)
    _must_be_sorted(server, latest)
    if before is not None and not counts and server.abilities.counts:
        return Sight(latest, whole, before.count, False, at)
    count = count_of(server)
    if count is None:
        return Sight(latest, whole, int(at // UNCOUNTED_EVERY), False, at)
    return Sight(latest, whole, count, True, at)


def _latest(server: Server) -> tuple[Sequence[Row], bool]:
    """What changed last, as much of it as can be looked at each second; whether rows are whole."""
    while True:
        way = server.abilities.sight
        try:
            rows = page(server, 0, way.most, _LATEST, None if way.whole else LEAST)
        except TooMuch:
            if not server.abilities.see_less(way):
                return search(server, 0, way.most, _LATEST), False
        else:
            return rows, way.whole


def first(server: Server, offset: int, limit: int) -> Sequence[Row]:
    """The rows that wait for longest, straight from the server."""
    return search(server, offset, limit, Order("updated_at", "asc", "interrupted"))


def updated(
    server: Server, before: Mapping[str, Row], last: Sight | None, seen: Sight
) -> Sequence[Row] | None:
    """The rows that changed since `before`, which was as `last` showed it; new ones too.

    None if everything must be read again.
    """
    if not server.abilities.counts and (last is None or last.count != seen.count):
        return None
    changed: list[Row] = []
    news, offset = _news(server, before, seen), 0
    while news:
        fresh = [row for row in news if not _is_known(row, before)]
        changed += fresh
        if len(fresh) < len(news):
            break
        offset += len(news)
        news = search(server, offset, _MANY, _LATEST)
    added = sum(row.thread_id not in before for row in changed)
    fits = len(before) + added == seen.count
    return changed if fits or not seen.counted else None


def _news(server: Server, before: Mapping[str, Row], seen: Sight) -> Sequence[Row]:
    """The rows that changed last, whole; where a sight does not tell them, asked for."""
    if seen.whole:
        return seen.latest
    changed = [at for at, row in enumerate(seen.latest) if not _is_known(row, before)]
    return search(server, 0, changed[-1] + 2, _LATEST) if changed else ()


def everything(server: Server, before: Mapping[str, Row]) -> tuple[Mapping[str, Row], Sight]:
    """All rows, read page by page; what is known of those that did not change is kept."""
    seen = sight(server)
    rows: dict[str, Row] = {}
    while True:
        start = len(rows)
        page = search(server, start, _MANY, _OLDEST)
        for row in page:
            known = before.get(row.thread_id)
            rows[row.thread_id] = known if known and known.stamp == row.stamp else row
        if not page or (seen.counted and seen.count <= len(rows) and len(page) < _MANY):
            return rows, seen
        if len(rows) == start or len(rows) > _MOST:
            raise SourceError(f"{server.name} lists threads without end.")


def _is_known(row: Row, before: Mapping[str, Row]) -> bool:
    known = before.get(row.thread_id)
    return known is not None and known.stamp == row.stamp


def _must_be_sorted(server: Server, latest: Sequence[Row]) -> None:
    """Raise SourceError if the server gives rows in another order than it was asked for."""
    times = list(filter(None, (time_of(row.stamp[0]) for row in latest)))
    if any(later < earlier for later, earlier in pairwise(times)):
        message = f"{server.name} does not sort threads by their last change: some would be missed."
        raise SourceError(message, hint="Agent Servers do so since May 2025.")
