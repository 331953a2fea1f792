"""Asks before something that cannot be taken back."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from hitl_tui.tui.screens.dialog import Dialog
from hitl_tui.tui.settling import Settling


class Confirm(Dialog[bool]):
    """Returns whether the operator means it; no typed character can say so."""

    help_title = "Confirm"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "confirm", "Yes", id="confirm.yes", tooltip="Do what is asked"),
        Binding("escape", "dismiss_with_no", "No", id="confirm.no", tooltip="Leave all as it is"),
        Binding("left", "app.focus_previous", "Left", show=False, id="confirm.left",
                tooltip="Go to the other button"),
        Binding("right", "app.focus_next", "Right", show=False, id="confirm.right",
                tooltip="Go to the other button"),
        Binding("down", "read(1)", "Read on", show=False, id="confirm.down",
                tooltip="Read on in what to know"),
        Binding("up", "read(-1)", "Read back", show=False, id="confirm.up",
                tooltip="Read back in what to know"),
    ]  # fmt: skip

    def __init__(
        self, question: Content, yes: str, settling: Settling, about: Content | None = None
    ) -> None:
        """`about` is what to know before, of any length."""
        super().__init__(settling)
        self._question = question
        self._yes = yes
        self._about = about

    def compose(self) -> ComposeResult:
        """The question, what to know, and two buttons of which "No" has the focus."""
        with Vertical(classes="dialog"):
            yield Static(self._question, markup=False)
            if self._about is not None:
                with VerticalScroll(id="about", can_focus=False):
                    yield Static(self._about, markup=False)
            with Horizontal(classes="buttons"):
                yield Button(Content("No"), id="no", compact=True)
                yield Button(Content(self._yes), id="yes", variant="warning", compact=True)
            yield Static("esc  no      ctrl+s  yes", classes="keys", markup=False)

    def on_mount(self) -> None:
        """What changes nothing is the default."""
        self.query_one("#no").focus()

    def action_read(self, rows: int) -> None:
        """Scroll what to know."""
        for about in self.query("#about"):
            about.scroll_relative(y=rows, animate=False)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A button answers."""
        self.dismiss(event.button.id == "yes")

    def action_confirm(self) -> None:
        """Do it."""
        self.dismiss(True)

    def action_dismiss_with_no(self) -> None:
        """Do not."""
        self.dismiss(False)
