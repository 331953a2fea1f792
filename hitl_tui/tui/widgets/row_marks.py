"""Marks on rows of the queue: which threads are to be decided together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from hitl_tui.tui.widgets.row_cursor import RowCursor


class RowMarks(RowCursor):
    """A cursor that can leave marks; they belong to threads, wherever their rows go."""

    help_title = "Marks"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "Mark", show=False, id="list.mark",
                tooltip="Mark this thread, or unmark it"),
        Binding("shift+down", "mark_on(1)", "Mark down", show=False, id="list.mark_down",
                tooltip="Mark this thread and the next one"),
        Binding("shift+up", "mark_on(-1)", "Mark up", show=False, id="list.mark_up",
                tooltip="Mark this thread and the one before"),
        Binding("asterisk", "mark_alike", "Mark alike", show=False, id="list.mark_alike",
                tooltip="Mark all threads here that ask as this one does"),
        Binding("minus", "unmark", "Unmark all", show=False, id="list.unmark",
                tooltip="Take all marks away"),
    ]  # fmt: skip

    @dataclass
    class Marked(Message, namespace="thread_list"):
        """The marks changed."""

        count: int

    @dataclass
    class AlikeWanted(Message, namespace="thread_list"):
        """All threads are to be marked that ask as this one does."""

        thread_id: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._marks: dict[str, None] = {}

    @property
    def marks(self) -> tuple[str, ...]:
        """The threads marked, in the order in which they were."""
        return tuple(self._marks)

    def mark(self, thread_ids: Iterable[str]) -> None:
        """Mark these threads too."""
        self._marks |= dict.fromkeys(thread_ids)
        self._tell()

    def unmark(self, thread_ids: Iterable[str]) -> None:
        """Take the marks of these threads away."""
        for thread_id in thread_ids:
            self._marks.pop(thread_id, None)
        self._tell()

    def action_mark(self) -> None:
        """Mark the thread under the cursor, or unmark it."""
        self._in_turn(self._toggle, row=True)

    def _toggle(self) -> None:
        if (thread_id := self.thread_id) is not None:
            (self.unmark if thread_id in self._marks else self.mark)([thread_id])

    def action_mark_on(self, step: int) -> None:
        """Mark it, and the thread that the cursor then comes to."""
        self._in_turn(self._mark_this, row=True)
        self._in_turn(partial(self._move, step))
        self._in_turn(self._mark_this, row=True)

    def _mark_this(self) -> None:
        self.mark(filter(None, [self.thread_id]))

    def action_mark_alike(self) -> None:
        """Ask for all threads to be marked that ask as this one does."""
        self._in_turn(self._mark_alike, row=True)

    def _mark_alike(self) -> None:
        if (thread_id := self.thread_id) is not None:
            self.post_message(self.AlikeWanted(thread_id))

    def action_unmark(self) -> None:
        """Take all marks away."""
        self._in_turn(lambda: self.unmark(self.marks))

    def _tell(self) -> None:
        self.refresh()
        self.post_message(self.Marked(len(self._marks)))
