"""Inputs that keep what is typed exactly, and never draw a character a terminal would act on."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input, TextArea

from hitl_tui.masks import is_mark
from hitl_tui.text import line
from hitl_tui.tui.widgets.guard import Guard, Guarded

_EMPTY = Binding(
    "ctrl+e",
    "mean_empty",
    "Empty",
    id="input.empty",
    tooltip="Mean an empty text, null, or nothing",
)


class EmptyMeant(Message):
    """The operator says that an empty text is meant, or takes that back."""


def harmless(strip: Strip) -> Strip:
    """The strip with every unsafe character as its visible sign, as wide as before."""
    safe = [Segment(line(text), style, control) for text, style, control in strip]
    return Strip(safe).adjust_cell_length(strip.cell_length)


class LineInput(Guarded, Input):
    """One line. What is pasted keeps its words: line ends become spaces, and nothing is sent."""

    BINDINGS: ClassVar[list[BindingType]] = [_EMPTY]
    takes_empty = False
    """Whether the field takes an empty text or null."""

    def __init__(self, text: str, guard: Guard) -> None:
        super().__init__(text, select_on_focus=False)
        self.guard = guard

    def on_focus(self) -> None:
        """A mark is replaced as a whole by what is typed."""
        if is_mark(self.value):
            self.select_all()

    def render_line(self, y: int) -> Strip:
        """Draw it safely."""
        return harmless(super().render_line(y))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Something empty can be meant only where nothing stands, and the field takes it."""
        return action != "mean_empty" or (self.takes_empty and not self.value)

    def action_mean_empty(self) -> None:
        """Leave it to the field whether an empty text can be meant."""
        self.post_message(EmptyMeant())

    def on_paste(self, event: events.Paste) -> None:
        """Take all of it, on one line; Textual would drop all but the first line."""
        if not self.guard.active:
            event.stop()
            event.prevent_default()
            self.replace(" ".join(event.text.splitlines()), *sorted(self.selection))


class LinesInput(Guarded, TextArea):
    """Many lines; tab leaves it. The cursor begins `at_end` of what an operator typed before."""

    BINDINGS: ClassVar[list[BindingType]] = [_EMPTY]
    takes_empty = False
    """Whether the field takes an empty text or null."""

    def __init__(self, text: str, guard: Guard, *, at_end: bool = False) -> None:
        super().__init__(text, tab_behavior="focus", soft_wrap=True, show_line_numbers=False)
        self.guard = guard
        if at_end:
            self.move_cursor(self.document.end)

    def on_focus(self) -> None:
        """A mark is replaced as a whole by what is typed."""
        if is_mark(self.text.strip('"')):
            self.select_all()

    def render_line(self, y: int) -> Strip:
        """Draw it safely."""
        return harmless(super().render_line(y))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Something empty can be meant only where nothing stands, and the field takes it."""
        return action != "mean_empty" or (self.takes_empty and not self.text)

    def action_mean_empty(self) -> None:
        """Leave it to the field whether an empty text can be meant."""
        self.post_message(EmptyMeant())
