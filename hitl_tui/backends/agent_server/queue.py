"""The queue of a server: pages, positions and counts from rows that are kept up by what changed.

For a screen the first rows come straight from the server, while the others are being read.
"""

from __future__ import annotations

import time
from bisect import insort
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from operator import attrgetter
from threading import Lock, Thread
from typing import TYPE_CHECKING

from hitl_tui.backends.agent_server import catalogue
from hitl_tui.backends.agent_server.abreast import each
from hitl_tui.backends.agent_server.bounds import TooMuch
from hitl_tui.backends.agent_server.checks import Checks
from hitl_tui.backends.agent_server.looking import ThreadUnreadable, head_of
from hitl_tui.backends.agent_server.rows import Row, matching, state_of, unsure
from hitl_tui.backends.backlog import Backlog
from hitl_tui.backends.summaries import lightened, overlaid
from hitl_tui.backends.words import Describe
from hitl_tui.errors import HitlError, ThreadNotFound
from hitl_tui.model.threads import Group, Page, Query, Sort, ThreadState, ThreadSummary

if TYPE_CHECKING:
    from hitl_tui.backends.agent_server.server import Server

_EVERY = 1.0  # seconds between two looks whether anything changed
COUNTS_EVERY = 5.0  # seconds between two counts of all threads: what was deleted leaves no row

_ORDER = attrgetter("order")
_SIZE = attrgetter("size")

Look = Callable[[str], ThreadSummary]


class ServerQueue:
    """The threads of one server, as of a second ago at most; safe to use from several threads.

    That one was deleted is noticed within some seconds.

    `look` reads a thread in full. With `early`, rows are shown before all are known, as `partial`.
    """

    def __init__(self, server: Server, look: Look, describe: Describe, *, early: bool) -> None:
        self._server = server
        self._look = look
        self._describe = describe
        self._early = early
        self._lock = Lock()
        self._starting = Lock()
        self._rows: dict[str, Row] | None = None
        self._seen: catalogue.Sight | None = None
        self._fresh: catalogue.Sight | None = None
        self._looked = self._counted = self._changed = -COUNTS_EVERY
        self._ordered: Sequence[Row] = ()
        self._reader: Thread | None = None
        self._checks = Checks(self._find_out, server, at_once=not early)
        self._apart = Backlog(self._find, again=False)

    def version(self) -> Hashable:
        """Differs when a thread changed, when all rows are known, and when a heavy one is."""
        learned = self._checks.corrected, self._apart.found
        return self._rows is not None, learned, self._sight().token

    def size(self, thread_id: str) -> int:
        """How many bytes a heavy thread has to read, as far as rows are known; 0 for others."""
        row = (self._rows or {}).get(thread_id)
        return row.size if row else 0

    def look_again(self) -> None:
        """Something changed for certain: what was seen before now is old."""
        self._changed = time.monotonic()

    def page(self, query: Query, offset: int, limit: int) -> Page:
        """Rows of the query; those whose state their row does not tell are looked at."""
        if self._is_early():
            found_early = self._first(query, offset, limit)
            self._read_on()
            return found_early
        while True:
            found = self._matching(query)
            shown = found[offset : offset + limit]
            self._find_out([row for row in shown if not row.sure])
            if query.whole:
                self._complete([row for row in shown if not row.whole])
            if not self._checks.needed(shown):
                break
        rows = tuple(overlaid(row.summary, query) for row in shown)
        return Page(rows, len(found), offset, any(row.unread for row in rows))

    def position(self, query: Query, thread_id: str) -> int | None:
        """Where in the query's rows the thread stands; None if it is not among them."""
        if self._is_early():
            return None
        ids = [row.thread_id for row in self._matching(query)]
        return ids.index(thread_id) if thread_id in ids else None

    def counts(self, query: Query) -> Mapping[ThreadState, int]:
        """How many threads are in each state; while rows are still being read, of those known."""
        anywhere = replace(query, states=frozenset(), sort=Sort.WAITING)
        known = (row for row in self._matching(anywhere) if row.is_known)
        return Counter(state_of(row, query) for row in known)

    def groups(self, query: Query, by: Group) -> Mapping[str, int]:
        """How many of the query's threads there are by graph or kind, as they sort; "" for none."""
        found = self._matching(replace(query, sort=Sort(by.value), backwards=False))
        if by is Group.GRAPH:
            return Counter(row.summary.graph_id or "" for row in found)
        return Counter(row.told(self._describe)[0] for row in found)

    def _matching(self, query: Query) -> list[Row]:
        rows = self._current()
        if doubtful := unsure(rows, query):
            self._find_out(doubtful)
            rows = self._current()
        return matching(rows, query, self._describe)

    def _current(self) -> Sequence[Row]:
        """All rows as of now, in order; reads what changed, or everything the first time."""
        seen = self._sight()
        with self._lock:
            if self._rows is None:
                self._take_all({})
            elif self._seen is None or (seen.at > self._seen.at and seen.token != self._seen.token):
                changed = catalogue.updated(self._server, self._rows, self._seen, seen)
                if changed is None:
                    self._take_all(self._rows)
                else:
                    self._take(self._rows, changed, seen)
            if not self._ordered and self._rows:
                self._ordered = sorted(self._rows.values(), key=_ORDER)
            return self._ordered

    def _take_all(self, before: Mapping[str, Row]) -> None:
        found, self._seen = catalogue.everything(self._server, before)
        self._rows, self._ordered = dict(found), ()

    def _take(self, rows: dict[str, Row], changed: Sequence[Row], seen: catalogue.Sight) -> None:
        """Put the rows that changed where they stand now; the others keep their places."""
        rows.update((row.thread_id, row) for row in changed)
        self._seen = seen
        if self._ordered:
            moved = {row.thread_id for row in changed}
            ordered = [row for row in self._ordered if row.thread_id not in moved]
            for row in changed:
                insort(ordered, row, key=_ORDER)
            self._ordered = ordered

    def _sight(self) -> catalogue.Sight:
        """The latest changes, as of a second ago at most; threads are counted less often."""
        fresh, began = self._fresh, time.monotonic()
        if fresh is not None and self._looked >= self._changed and began - self._looked <= _EVERY:
            return fresh
        counts = began - self._counted > COUNTS_EVERY
        found = catalogue.sight(self._server, fresh, counts=counts)
        with self._starting:
            if began > self._looked:  # not older than what another thread saw meanwhile
                self._fresh, self._looked = found, began
                self._counted = began if counts else self._counted
        return found

    def _find_out(self, rows: Sequence[Row]) -> None:
        """Look at threads whose state their rows do not tell; no screen waits for heavy ones."""
        each(self._find, [row for row in rows if not row.size], _SIZE)
        large = [row for row in rows if row.size]
        if self._early:
            self._apart.want(large)
        else:
            each(self._find, large, _SIZE)

    def _complete(self, rows: Sequence[Row]) -> None:
        """Ask where the threads stand; those that changed since they were listed are looked at."""
        each(self._place, rows, _SIZE)

    def _find(self, row: Row) -> None:
        try:
            found = self._look(row.thread_id)
            row.learn(lightened(found, self._describe) if row.size else found)
        except ThreadNotFound:
            reason = "The thread was deleted a moment ago."
            row.learn(ThreadSummary(row.thread_id, ThreadState.UNREADABLE, reason))
        except (ThreadUnreadable, TooMuch) as error:
            row.learn(replace(row.summary, state=ThreadState.UNREADABLE, reason=error.message,
                              waiting_since=None, interrupts=(), unread=False))  # fmt: skip
        self._ordered = ()  # its place may be another one

    def _place(self, row: Row) -> None:
        try:
            known = row.place(head_of(self._server, row.thread_id))
        except (ThreadNotFound, ThreadUnreadable, TooMuch):
            known = False
        if not known:
            self._find(row)

    def _is_early(self) -> bool:
        """Whether rows must be shown before all are known."""
        return self._early and self._rows is None

    def _read_on(self) -> None:
        """Have all rows read, while the first ones are shown."""
        with self._starting:
            if self._rows is None and self._reader is None:
                self._reader = Thread(target=self._read_all, daemon=True, name="hitl-threads")
                self._reader.start()

    def _read_all(self) -> None:
        with suppress(HitlError):  # whoever reads next is told
            self._current()
        self._reader = None

    def _first(self, query: Query, offset: int, limit: int) -> Page:
        """What waits for longest, while the rest is still unknown."""
        if query.states and ThreadState.OPEN not in query.states:
            return Page((), 0, offset, partial=True)
        rows = [row for row in catalogue.first(self._server, offset, limit) if row.sure or row.size]
        found = matching(rows, query, self._describe)
        shown = tuple(overlaid(row.summary, query) for row in found)
        return Page(shown, offset + len(shown), offset, partial=True)
