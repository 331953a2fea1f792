"""Asks until when a thread is put off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from hitl_tui.errors import UsageError
from hitl_tui.tui.look import until
from hitl_tui.tui.safe import lines_of
from hitl_tui.tui.screens.dialog import Dialog
from hitl_tui.tui.settling import Settling
from hitl_tui.when import when

_CHOICES = ("1h", "tomorrow")


class Snooze(Dialog[tuple[datetime | None] | None]):
    """Returns the time in a tuple, `(None,)` to wake the thread; None to leave all as it is."""

    help_title = "Snooze"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Cancel", id="snooze.cancel", tooltip="Leave all as it is")
    ]

    def __init__(self, snoozed: bool, clock: Callable[[], datetime], settling: Settling) -> None:
        super().__init__(settling)
        self._snoozed = snoozed
        self._clock = clock

    def compose(self) -> ComposeResult:
        """The usual times, and a line to type another."""
        now = self._clock()
        times = [Content(f"{text:<10}{until(when(text, now), now)}") for text in _CHOICES]
        wake = [Content("wake it now")] if self._snoozed else []
        with Vertical(classes="dialog"):
            yield Static("Put this thread off until", markup=False)
            yield OptionList(*times, *wake, markup=False)
            yield Input(placeholder="or type: 30m, 17:30, 2026-12-24 09:00", select_on_focus=False)
            yield Static(id="problem", classes="problem", markup=False)
            yield Static("enter  snooze      tab  type      esc  cancel", classes="keys",
                         markup=False)  # fmt: skip

    def on_key(self, event: events.Key) -> None:
        """What is typed while the times have the focus is a time of one's own: Enter means that."""
        line = self.query_one(Input)
        if event.is_printable and event.character and not line.has_focus:
            event.stop()
            self.set_focus(line)  # at once: the next key may be here
            line.insert_text_at_cursor(event.character)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """One of the usual times."""
        if event.option_index < len(_CHOICES):
            self.dismiss((when(_CHOICES[event.option_index], self._clock()),))
        else:
            self.dismiss((None,))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Another time, or why that is none."""
        try:
            self.dismiss((when(event.value, self._clock()),))
        except UsageError as error:
            self.query_one("#problem", Static).update(lines_of(str(error)))

    def action_give_up(self) -> None:
        """Change nothing."""
        self.dismiss(None)
