"""The cursor of the queue: where it is, whose it is, and how it moves."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.scroll_view import ScrollView

from hitl_tui.model.threads import ThreadState
from hitl_tui.tui.rows import Rows
from hitl_tui.tui.widgets.row_turns import Act, RowTurns


class RowCursor(ScrollView, can_focus=True):
    """A list of rows, one a line, with a cursor that belongs to the thread in its row.

    Keys that are struck before the list that they are meant for is read wait for it.
    """

    help_title = "Queue"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "down,j", "move(1)", "Move", key_display="↑↓", id="list.down", tooltip="Go down a row"
        ),
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up", tooltip="Go up a row"),
        Binding(
            "pagedown", "page(1)", "Page", show=False, id="list.pagedown", tooltip="Go down a page"
        ),
        Binding("pageup", "page(-1)", "Page", show=False, id="list.pageup", tooltip="Go up a page"),
        Binding("home", "end(-1)", "First", show=False, id="list.home", tooltip="Go to the top"),
        Binding("end", "end(1)", "Last", show=False, id="list.end", tooltip="Go to the last row"),
        Binding("enter", "open", "Open", id="list.open", tooltip="Go to the thread's answer"),
    ]

    @dataclass
    class Highlighted(Message, namespace="thread_list"):
        """The cursor went to a thread; None while it is nowhere."""

        thread_id: str | None

    @dataclass
    class Opened(Message, namespace="thread_list"):
        """The operator wants to answer this thread."""

        thread_id: str

    @dataclass
    class Vanished(Message, namespace="thread_list"):
        """The cursor's thread left the list."""

        thread_id: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows = Rows()
        self._index = 0
        self._cursor_id: str | None = None
        self._awaited = False  # the cursor's row is not read yet
        self._anew = False  # another list is being read
        self.lost = False  # the last reading failed: what stands there is as it was before
        self._turns = RowTurns(lambda row: not (self._anew or (row and self._awaited)))

    @property
    def thread_id(self) -> str | None:
        """The thread that the cursor is on."""
        return self._cursor_id

    def go_on(self, skip: Container[str] = ()) -> None:
        """Move the cursor to the next thread that waits for an answer, if one is known."""
        for index, row in self._rows.known_after(self._index):
            if row.thread.state is ThreadState.OPEN and row.thread.thread_id not in skip:
                self._go(index)
                return

    @property
    def _line(self) -> int:
        """The line that the cursor is in."""
        return self._rows.sections.line_of(self._index)

    def _go(self, index: int) -> None:
        self._index = max(0, min(index, self._rows.total - 1))
        self._reveal()
        self._settle(tell=True)
        self.refresh()

    def _settle(self, *, tell: bool = False) -> None:
        """Give the cursor to the thread in its row, as soon as that is known."""
        row = self._rows.get(self._index)
        self._awaited = row is None and self._index < self._rows.total
        thread_id = row.thread.thread_id if row else None
        if thread_id != self._cursor_id or tell:
            self._cursor_id = thread_id
            self.post_message(self.Highlighted(thread_id))

    def _reveal(self) -> None:
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if self._rows.sections.top_of(self._index) < top:
            self.scroll_to(y=self._rows.sections.top_of(self._index), animate=False)
        elif height and self._line >= top + height:
            self.scroll_to(y=self._line - height + 1, animate=False)

    def _in_turn(self, act: Act, *, row: bool = False) -> None:
        """What a key does; `row` says that it does it to the row under the cursor."""
        if self._turns.take(act, row=row):
            self._reveal()
            self.refresh()  # a row is read when it is drawn

    def action_move(self, rows: int) -> None:
        """Move the cursor; a cursor that lost its thread comes back where it was."""
        self._in_turn(partial(self._move, rows))

    def _move(self, rows: int) -> None:
        lost = self._cursor_id is None and not self._awaited
        self._go(self._index if lost else self._index + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by as many rows as are shown."""
        height = max(1, self.scrollable_content_region.height - 1)
        self._in_turn(lambda: self._go(self._index + pages * height))

    def action_end(self, direction: int) -> None:
        """Move the cursor to the first or the last row."""
        self._in_turn(lambda: self._go(0 if direction < 0 else self._rows.total - 1))

    def action_open(self) -> None:
        """Ask for the thread under the cursor to be opened, unless the focus left meanwhile."""
        self._in_turn(self._open, row=True)

    def _open(self) -> None:
        if self._cursor_id is not None and self.has_focus and self.screen.is_current:
            self.post_message(self.Opened(self._cursor_id))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row clicked, or a group's first one; a second click opens it."""
        index = self._rows.sections.row_at(event.y + self.scroll_offset.y)
        if index >= self._rows.total:
            return
        self._go(index)
        if event.chain == 2:
            self.action_open()
