"""The search in the line of the tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input


class Search(Input):
    """Lists, while one types, only threads that hold the text; hidden while it is empty."""

    help_title = "Search"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "done", "To the list", id="search.done",
                tooltip="Go to the threads found"),
        Binding("escape", "give_up", "End search", id="search.end",
                tooltip="List all threads again"),
    ]  # fmt: skip

    @dataclass
    class Sought(Message):
        """Another text is searched."""

        text: str

    @dataclass
    class Left(Message):
        """The operator is done with typing."""

    def __init__(self, *, id: str) -> None:
        super().__init__(placeholder="search", compact=True, id=id, select_on_focus=False)

    def begin(self) -> None:
        """Show the search and type in it."""
        self.add_class("-shown")
        self.screen.set_focus(self)  # now, not after the next key

    def action_done(self) -> None:
        """Keep the search and go to the list."""
        self._leave()

    def action_give_up(self) -> None:
        """Give up the search."""
        self.value = ""
        self._leave()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell what is searched."""
        event.stop()
        self.post_message(self.Sought(event.value))

    def _leave(self) -> None:
        self.set_class(bool(self.value), "-shown")
        self.post_message(self.Left())
