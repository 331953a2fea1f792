"""A thread as it came: what it asks, its schema, its state and metadata, folded, in full."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from hitl_tui.tui.content.raw import lines_of, parts_of
from hitl_tui.tui.lane import Lane
from hitl_tui.tui.screens.dialog import Dialog
from hitl_tui.tui.settling import Settling
from hitl_tui.tui.widgets.answer_values import to_json
from hitl_tui.tui.widgets.raw_view import RawView

if TYPE_CHECKING:
    from hitl_tui.opened import OpenThread


class Raw(Dialog[None]):
    """Shows everything of one thread; nothing can be changed or decided here."""

    help_title = "As it came"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", id="raw.close",
                tooltip="End the search, then go back to where you were"),
        Binding("slash", "search", "Search", id="raw.search", tooltip="Go to a text"),
        Binding("n", "again(1)", "Next", show=False, id="raw.next",
                tooltip="Go to where the text comes next"),
        Binding("N", "again(-1)", "Previous", show=False, id="raw.previous",
                tooltip="Go to where the text came before"),
    ]  # fmt: skip

    def __init__(self, opened: OpenThread, at: int, lane: Lane, settling: Settling) -> None:
        super().__init__(settling)
        self._opened = opened
        self._at = at
        self._lane = lane
        self._view = RawView(lane)
        self._search = Input(placeholder="search", compact=True, select_on_focus=False)
        self._told = Static(classes="hint", markup=False)

    def compose(self) -> ComposeResult:
        """The lines, the search below them, and the keys."""
        with Vertical(classes="dialog"):
            yield self._view
            yield self._search
            yield self._told
            yield Static(
                "enter  fold   e  all   /  search   n  next   y  copy   esc  close",
                classes="keys", markup=False,
            )  # fmt: skip

    def on_mount(self) -> None:
        """Begin with the lines."""
        self._search.display = False
        self._told.display = False
        self._view.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap for the room there is."""
        self.call_after_refresh(self._wrap)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Plain characters are no keys while a text is typed."""
        return action == "leave" or self.focused is not self._search

    @work(exclusive=True, group="raw.wrap")
    async def _wrap(self) -> None:
        width = max(1, self._view.size.width - 1)  # but for the scroll bar
        parts = await self._lane.run(partial(parts_of, self._opened, self._at))
        self._view.show(await self._lane.run(partial(lines_of, parts, width)))

    def action_leave(self) -> None:
        """End the search, else close."""
        if self.focused is self._search:
            self._view.focus()
        else:
            self.dismiss(None)

    def action_search(self) -> None:
        """Type a text."""
        self._search.display = True
        self.set_focus(self._search)

    def action_again(self, step: int) -> None:
        """Go on to the next place."""
        self._view.seek(self._search.value, step)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Go to the first place of what is typed."""
        self._view.seek(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Back to the lines."""
        self._view.focus()

    def on_raw_view_chosen(self, event: RawView.Chosen) -> None:
        """Copy a value through the terminal."""
        text = to_json(event.value, indent=2)
        self.app.copy_to_clipboard(text)
        self._say(f"{len(text):,} characters copied, if the terminal lets programs copy")

    def on_raw_view_sought(self, event: RawView.Sought) -> None:
        """Tell whether the text is there."""
        self._say("" if event.found or not self._search.value else "not here")

    def _say(self, text: str) -> None:
        self._told.update(text)
        self._told.display = bool(text)
