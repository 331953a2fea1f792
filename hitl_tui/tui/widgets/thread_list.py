"""The queue: a list of threads that reads and draws only what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from hitl_tui.errors import HitlError
from hitl_tui.model.threads import Group, Query, ThreadState
from hitl_tui.tui.lane import Lane
from hitl_tui.tui.look import css_name
from hitl_tui.tui.rows import Row, Rows, read_pages, read_rows
from hitl_tui.tui.snippets import pattern
from hitl_tui.tui.told_rows import first_found, make_ready
from hitl_tui.tui.widgets.row_marks import RowMarks
from hitl_tui.tui.widgets.row_strip import RowPainter

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox

EMPTY = "Nothing here."
READING = "Reading…"


class ThreadList(RowMarks):
    """Shows a query's threads; its cursor belongs to a thread, not to a row.

    When rows move, the cursor goes with its thread; when the thread leaves the list, there is no
    cursor until the operator moves it again. Keys wait while another list is read.
    """

    help_title = "Queue"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "thread-list--cursor",
        "thread-list--muted",
        "thread-list--waiting",
        *(f"thread-list--{name}" for name in ("held", "claimed", "snoozed", "draft", "marked")),
        "thread-list--head",
        "thread-list--match",
        *(f"thread-list--{css_name(state)}" for state in ThreadState),
    }

    @dataclass
    class Refreshed(Message):
        """The list was read: the rows it now has."""

        rows: Rows

    @dataclass
    class Failed(Message):
        """The list could not be read; it shows what it had."""

        error: HitlError

    def __init__(
        self,
        inbox: Inbox,
        lane: Lane,
        clock: Callable[[], datetime],
        first: Rows | None = None,
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._inbox = inbox
        self._lane = lane
        self._paint = RowPainter(self, clock)
        self.held: Mapping[str, int] = {}  # by thread, the seconds until its answer goes
        self._query: Query | None = None
        self._group: Group | None = None
        self._anew = self._fresh = True  # the next reading may put the cursor on its first row
        self._fetching = False
        if first is not None:
            self._rows = first  # what is drawn until the list is read

    @property
    def query_shown(self) -> Query:
        """Which threads are listed."""
        return self._query or Query()

    @property
    def is_partial(self) -> bool:
        """Whether more rows will come, because the source is read for the first time."""
        return self._rows.partial

    def show(self, query: Query, group: Group | None = None, *, fresh: bool = True) -> None:
        """List other threads; the cursor stays with its thread if that is among them.

        In groups, if the query sorts so. A list that is not `fresh` is meant to be the same one.
        """
        if fresh and self._query not in (query, None):
            self._turns.forget()  # keys for a list that was left before it was there
        self._query, self._group = query, group
        self._paint.sought = pattern(query.search)
        self._fresh, self._anew = self._fresh or fresh, self._anew or fresh
        self.reload()

    def seek(self, thread_id: str) -> None:
        """Put the cursor on a thread, wherever in the list it is."""
        self._cursor_id = thread_id
        self._fresh, self._anew = False, True
        self.post_message(self.Highlighted(thread_id))
        self.reload()

    @work(group="list.ready")
    async def expect_search(self) -> None:
        """The operator is about to type a search; whatever it finds does not wait for this."""
        height = self.scrollable_content_region.height
        with suppress(HitlError):  # who searches is told
            await self._lane.run(partial(make_ready, self._inbox, self.query_shown, height))

    @work(exclusive=True, group="list.rows")
    async def reload(self) -> None:
        """Read the rows shown afresh."""
        self.workers.cancel_group(self, "list.ready")
        looked_for, top = self._cursor_id, self._rows.sections.row_at(self.scroll_offset.y)
        height, query = self.scrollable_content_region.height, self.query_shown
        read = partial(read_rows, self._inbox, query, looked_for, top, height, self._group)
        try:
            if self._anew and self._fresh and query.search and self._group is None:
                first = partial(first_found, self._inbox, query, looked_for, height)
                self._draw(await self._lane.run(first))
            rows = await self._lane.run(read)
        except HitlError as error:
            self._anew, self.lost = False, True
            self._fail(error)
        else:
            self._take(rows, looked_for)

    def _draw(self, rows: Rows | None) -> None:
        """Show the first rows of a search until the list is read; keys wait for that."""
        if rows is None:
            return
        moved = 0 if rows.position is None else rows.position - self._line
        if rows.position is not None and self.scroll_offset.y + moved > 0:
            return  # it will not be at its top
        self._rows = rows
        self._index = rows.position or 0
        self.virtual_size = Size(0, rows.lines)
        self.scroll_to(y=0, animate=False)
        self.refresh()

    def _fail(self, error: HitlError) -> None:
        self._turns.forget()
        self.post_message(self.Failed(error))

    def _take(self, rows: Rows, looked_for: str | None) -> None:
        before, self._rows, self.lost = self._line, rows, False
        if rows.lines != self.virtual_size.height:
            self.virtual_size = Size(0, rows.lines)
        self._index = max(0, min(self._index, rows.total - 1))
        self._anew = self._cursor_id != looked_for and not self._found(rows)
        if self._anew:
            self.call_later(self.reload)
        else:
            self._follow(rows, before)
            # what a search finds in a heavy thread may come when that is read, as its first row
            self._fresh = self._fresh and not rows.total and bool(self.query_shown.search)
        self.refresh()
        self.post_message(self.Refreshed(rows))
        self._hand_on()

    def _found(self, rows: Rows) -> bool:
        """Whether they tell where the cursor went while they were read; its row may be unknown."""
        wanted = self._cursor_id
        rows.position = None if wanted is None else rows.find(wanted)
        return wanted is None or rows.position is not None

    def _hand_on(self) -> None:
        """What waited for rows has its turn, if they are there."""
        if self._awaited:
            self._settle()
        if self._turns.go_on():
            self.call_after_refresh(self._reveal)

    def _follow(self, rows: Rows, before: int) -> None:
        """Keep the cursor with its thread, which was in the line `before`.

        A list just shown starts at its first row.
        """
        if self._cursor_id is not None and rows.position is not None:
            self._index = rows.position
            moved = self._line - before
            self.scroll_to(y=self.scroll_offset.y + moved, animate=False)
            self.call_after_refresh(self._reveal)
        elif self._fresh:
            self._index = 0
            self._settle(tell=True)
            self.scroll_to(y=0, animate=False)
        elif self._cursor_id is not None:
            gone, self._cursor_id = self._cursor_id, None
            self.post_message(self.Vanished(gone))

    @work(group="list.pages")
    async def _fetch(self) -> None:
        """Read pages that are shown and not known, until none is left."""
        if self._fetching:
            return
        self._fetching = True
        try:
            while missing := self._rows.missing(*self._shown()):
                rows, query = self._rows, self.query_shown
                total = rows.total
                await self._lane.run(partial(read_pages, self._inbox, query, rows, missing))
                if rows.total != total:
                    self.reload()  # rows came or went: all of them may stand elsewhere
                if not any(n in rows.pages for n in missing):
                    break
        except HitlError as error:
            self._fail(error)
        finally:
            self._fetching = False
        self._hand_on()
        self.refresh()

    def _shown(self) -> tuple[int, int]:
        top, row_at = self.scroll_offset.y, self._rows.sections.row_at
        return row_at(top), row_at(top + self.scrollable_content_region.height)

    def render_line(self, y: int) -> Strip:
        """One row of the list; a row not known yet is asked for and drawn empty."""
        width = self.scrollable_content_region.width
        at = y + self.scroll_offset.y
        if (head := self._rows.sections.head_at(at)) is not None:
            return self._paint.head(head, width)
        index = self._rows.sections.row_at(at)
        if index >= self._rows.total:
            says = READING if self._rows.partial else EMPTY
            blank = y > 0 or self._rows.total > 0 or self._anew or self.lost
            return self._paint.words("" if blank else says, width)
        row: Row | None = self._rows.get(index)
        if row is None:
            self.call_later(self._fetch)
        name = row.thread.thread_id if row else ""
        cursor = index == self._index and row is not None and name == self._cursor_id
        left, marked = self.held.get(name), row is not None and name in self._marks
        return self._paint(row, width, cursor=cursor, left=left, marked=marked)
