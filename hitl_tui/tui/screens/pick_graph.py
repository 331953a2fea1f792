"""Asks which graph a thread belongs to, when the thread itself does not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from hitl_tui.tui.safe import lines_of, one_line
from hitl_tui.tui.screens.dialog import Dialog
from hitl_tui.tui.settling import Settling


class PickGraph(Dialog[str | None]):
    """Returns the graph id picked, exact; None if none was.

    It comes when a run could not begin, whatever the operator is at by then.
    """

    help_title = "Which graph?"
    SETTLES: ClassVar[int] = 5
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Cancel", id="graph.cancel", tooltip="Pick none, send nothing")
    ]

    def __init__(self, why: str, candidates: Sequence[str], settling: Settling) -> None:
        super().__init__(settling)
        self._why = why
        self._candidates = tuple(candidates)

    def compose(self) -> ComposeResult:
        """Why it is asked, and the graphs there are."""
        with Vertical(classes="dialog"):
            yield Static(lines_of(self._why), markup=False)
            yield OptionList(*(one_line(graph) for graph in self._candidates), markup=False)
            keys = "enter  use this graph and send      esc  cancel"
            yield Static(Content(keys), classes="keys", markup=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """One was picked."""
        self.dismiss(self._candidates[event.option_index])

    def action_give_up(self) -> None:
        """None was picked."""
        self.dismiss(None)
