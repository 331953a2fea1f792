"""One line for a text of a format: a date and its like can be stepped and filled in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType

from hitl_tui.tui.widgets.formats import Format
from hitl_tui.tui.widgets.guard import Guard
from hitl_tui.tui.widgets.safe_inputs import LineInput


def _now() -> datetime:
    return datetime.now().astimezone()


class FormatInput(LineInput):
    """A line that knows its format; `clock` tells the present moment, aware."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(1)", "Later", show=False, id="format.up", tooltip="A little later"),
        Binding("down", "step(-1)", "Earlier", show=False, id="format.down",
                tooltip="A little earlier"),
        Binding("pageup", "step(1, True)", "Much later", show=False, id="format.page_up",
                tooltip="Much later: a month, a day or an hour"),
        Binding("pagedown", "step(-1, True)", "Much earlier", show=False, id="format.page_down",
                tooltip="Much earlier: a month, a day or an hour"),
        Binding("ctrl+n", "fill", "Fill in", id="format.fill",
                tooltip="Fill in today, now, or a new UUID"),
    ]  # fmt: skip

    def __init__(
        self, text: str, guard: Guard, format: Format, clock: Callable[[], datetime] = _now
    ) -> None:
        super().__init__(text, guard)
        self._format = format
        self._clock = clock

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What the format cannot do is not there."""
        if action == "fill":
            return self._format.fresh is not None
        if action == "step":
            return self._format.step is not None
        return super().check_action(action, parameters)

    def action_step(self, by: int, large: bool = False) -> None:
        """Go to a later or an earlier one."""
        if not self.guard.active:
            self._put(self._format.stepped(self.value, by, large=large, now=self._clock()))

    def action_fill(self) -> None:
        """Replace what is there by one of the present moment."""
        if self._format.fresh is not None and not self.guard.active:
            self._put(self._format.fresh(self._clock()))

    def _put(self, text: str) -> None:
        self.value = text
        self.cursor_position = len(text)
