"""Lines to fold and search: draws only what is in sight, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from hitl_tui.tui.content.raw import Node, shown, within


class RawView(ScrollView, can_focus=True):
    """Owns the folds and the cursor; `Chosen` tells what is to be copied."""

    help_title = "As it came"
    COMPONENT_CLASSES: ClassVar[set[str]] = {"raw-view--cursor", "raw-view--found"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "step(-1)", "Up", show=False, id="raw.up", tooltip="Go a line up"),
        Binding("down,j", "step(1)", "Down", show=False, id="raw.down", tooltip="Go a line down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="raw.pageup",
                tooltip="Go a page up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="raw.pagedown",
                tooltip="Go a page down"),
        Binding("home", "go(0)", "Top", show=False, id="raw.home", tooltip="Go to the first line"),
        Binding("end", "go(-1)", "End", show=False, id="raw.end", tooltip="Go to the last line"),
        Binding("enter,space", "fold", "Fold", id="raw.fold", tooltip="Fold or unfold this"),
        Binding("right", "open(True)", "Unfold", show=False, id="raw.unfold",
                tooltip="Unfold this"),
        Binding("left", "open(False)", "Fold", show=False, id="raw.left",
                tooltip="Fold this, or go to what it is in"),
        Binding("e", "open_all", "Unfold all", id="raw.all", tooltip="Unfold everything, or fold"),
        Binding("y", "copy", "Copy", id="raw.copy", tooltip="Copy this value as JSON"),
    ]  # fmt: skip

    @dataclass
    class Chosen(Message):
        """The value of the line at the cursor is to be copied."""

        value: Any

    def __init__(self) -> None:
        super().__init__()
        self._all: Sequence[Node] = ()
        self._rows: list[int] = []
        self._cursor = 0
        self._sought = ""

    def show(self, nodes: Sequence[Node]) -> None:
        """Show other lines."""
        self._all = nodes
        self._cursor = 0
        self._lay_out()

    def seek(self, text: str, step: int = 0) -> bool:
        """Go to the next line that holds a text, unfolding what it is in; tell if there is one.

        With `step` 0 the line at the cursor counts too; 1 and -1 go on and back.
        """
        self._sought = text.casefold()
        count = len(self._all)
        if not self._sought or not count:
            self.refresh()
            return False
        at = self._rows[self._cursor]
        for far in range(abs(step), count + 1):
            number = (at + (far if step >= 0 else -far)) % count
            if self._sought in self._all[number].found_as:
                self._reveal(number)
                return True
        self.refresh()
        return False

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._move(self._cursor)

    def render_line(self, y: int) -> Strip:
        """Draw one line of those in sight."""
        row = self.scroll_offset.y + y
        if row >= len(self._rows):
            return Strip.blank(self.size.width, self.rich_style)
        node = self._all[self._rows[row]]
        sign = " " if node.end == self._rows[row] + 1 else "▾" if node.open else "▸"
        text = f"{'  ' * node.depth}{sign} {node.text}"
        style = self.rich_style
        if self._sought and self._sought in node.found_as:
            style += self.get_component_rich_style("raw-view--found", partial=True)
        if row == self._cursor:
            style += self.get_component_rich_style("raw-view--cursor", partial=True)
        strip = Strip([Segment(text, style)], cell_len(text))
        offset = self.scroll_offset.x
        return strip.crop_extend(offset, offset + self.size.width, style)

    def action_step(self, by: int) -> None:
        """Move the cursor."""
        self._move(self._cursor + by)

    def action_page(self, by: int) -> None:
        """Move it by what is in sight."""
        self._move(self._cursor + by * max(1, self.size.height - 1))

    def action_go(self, row: int) -> None:
        """Move it to an end."""
        self._move(row if row >= 0 else len(self._rows) - 1)

    def action_fold(self) -> None:
        """Fold or unfold."""
        if self._rows:
            node = self._all[self._rows[self._cursor]]
            node.open = not node.open
            self._lay_out()

    def action_open(self, opened: bool) -> None:
        """Unfold, or fold; from a line that is folded already, go to the one around it."""
        if not self._rows:
            return
        at = self._rows[self._cursor]
        node = self._all[at]
        if not opened and (not node.open or node.end == at + 1):
            around = next(within(self._all, at), at)
            self._move(self._rows.index(around))
        else:
            node.open = opened
            self._lay_out()

    def action_open_all(self) -> None:
        """Unfold everything; if it is, fold all but the first level."""
        at = self._rows[self._cursor] if self._rows else 0
        opened = not all(node.open for node in self._all)
        for node in self._all:
            node.open = opened
        self._lay_out()
        self._reveal(at)

    def action_copy(self) -> None:
        """Copy the value at the cursor; a piece of a text means all of it."""
        if self._rows:
            at = self._rows[self._cursor]
            owners = (number for number in (at, *within(self._all, at)))
            whole = next(n for n in owners if not self._all[n].piece)
            self.post_message(self.Chosen(self._all[whole].value))

    def _reveal(self, number: int) -> None:
        for around in within(self._all, number):
            self._all[around].open = True
        self._lay_out()
        if number in self._rows:
            self._move(self._rows.index(number))

    def _move(self, row: int) -> None:
        self._cursor = max(0, min(row, len(self._rows) - 1))
        self._follow()
        self.call_after_refresh(self._follow)  # the room may have changed with what was unfolded
        self.refresh()

    def _follow(self) -> None:
        top, height = self.scroll_offset.y, max(1, self.scrollable_content_region.height)
        if not top <= self._cursor < top + height:
            target = self._cursor if self._cursor < top else self._cursor - height + 1
            self.scroll_to(y=target, animate=False)

    def _lay_out(self) -> None:
        self._rows = shown(self._all)
        self._cursor = max(0, min(self._cursor, len(self._rows) - 1))
        widest = max((2 * n.depth + 2 + cell_len(n.text) for n in self._all), default=0)
        self.virtual_size = Size(widest, len(self._rows))
        self.refresh()
