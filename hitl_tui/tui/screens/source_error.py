"""Shown when the source cannot be read at the start: why, what to do, and a way to try again."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from hitl_tui.errors import HitlError
from hitl_tui.tui.safe import lines_of, one_line
from hitl_tui.tui.screens.dialog import Dialog
from hitl_tui.tui.settling import Settling


class SourceErrorScreen(Dialog[bool]):
    """Returns whether to try again; otherwise there is nothing to do but leave."""

    help_title = "No source"
    HARMLESS: ClassVar[frozenset[str]] = frozenset({"ctrl+q"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "answer(True)", "Retry", id="source.retry", tooltip="Read the source again"),
        Binding("q,escape", "answer(False)", "Quit", id="source.quit", tooltip="Leave hitl-tui"),
    ]

    def __init__(self, error: HitlError, settling: Settling) -> None:
        super().__init__(settling)
        self._error = error

    def compose(self) -> ComposeResult:
        """What is wrong, and what can be done."""
        with Vertical(classes="dialog"):
            yield Static(one_line(self._error.title, "bold $text-error"), markup=False)
            yield Static(lines_of(self._error.message), markup=False)
            if self._error.hint:
                yield Static(lines_of(self._error.hint), classes="hint", markup=False)
            yield Static("r  try again      q  quit", classes="keys", markup=False)

    def action_answer(self, again: bool) -> None:
        """Try again, or not."""
        self.dismiss(again)
