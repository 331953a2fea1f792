"""Lines to fold and search: draws only what is in sight, however many there are."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import work
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from hitl_tui.tui.content.raw import Lines, Node, position_of, shown, unfolded, within
from hitl_tui.tui.lane import Lane
from hitl_tui.tui.widgets.row_turns import Act, RowTurns


class RawView(ScrollView, can_focus=True):
    """Owns the folds and the cursor; `Chosen` tells what is to be copied.

    What looks at all lines is done in `lane`; keys that come meanwhile have their turn afterwards.
    """

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

    @dataclass
    class Sought(Message):
        """A text was looked for."""

        found: bool

    def __init__(self, lane: Lane) -> None:
        super().__init__()
        self._lane = lane
        self._all: Sequence[Node] = ()
        self._rows: array[int] = array("q")
        self._widest = 0
        self._cursor = 0
        self._sought = ""
        self._at_work = True  # the lines are still to come
        self._turns = RowTurns(lambda row: not self._at_work)

    def show(self, lines: Lines) -> None:
        """Show other lines."""
        self._cursor = 0
        self._take(lines)
        self._go_on()

    def seek(self, text: str, step: int = 0) -> None:
        """Go to the next line that holds a text, unfolding what it is in; `Sought` tells.

        With `step` 0 the line at the cursor counts too; 1 and -1 go on and back.
        """
        self._in_turn(partial(self._seek, text.casefold(), step))

    def _seek(self, text: str, step: int) -> None:
        self._sought = text
        self.refresh()
        if not text:
            self.post_message(self.Sought(found=False))
            return
        at = self._rows[self._cursor]
        self._apart(partial(position_of, self._all, text, at, step), self._go_to)

    def _go_to(self, number: int | None) -> None:
        if number is not None:
            self._reveal(number)
        self.post_message(self.Sought(found=number is not None))

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
        self._in_turn(lambda: self._move(self._cursor + by))

    def action_page(self, by: int) -> None:
        """Move it by what is in sight."""
        page = by * max(1, self.size.height - 1)
        self._in_turn(lambda: self._move(self._cursor + page))

    def action_go(self, row: int) -> None:
        """Move it to an end."""
        self._in_turn(lambda: self._move(row if row >= 0 else len(self._rows) - 1))

    def action_fold(self) -> None:
        """Fold or unfold."""
        self._in_turn(lambda: self._turn(not self._all[self._rows[self._cursor]].open))

    def action_open(self, opened: bool) -> None:
        """Unfold, or fold; from a line that is folded already, go to the one around it."""
        self._in_turn(partial(self._turn_or_leave, opened))

    def action_open_all(self) -> None:
        """Unfold everything; if it is, fold all but the first level."""
        self._in_turn(self._open_all)

    def action_copy(self) -> None:
        """Copy the value at the cursor; a piece of a text means all of it."""
        self._in_turn(self._copy)

    def _in_turn(self, act: Act) -> None:
        self._turns.take(lambda: act() if self._rows else None, row=False)

    def _go_on(self) -> None:
        self._at_work = False
        self._turns.go_on()

    def _apart(self, job: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Do what takes long, then something with what it made; keys wait for their turn."""
        self._at_work = True
        self._work(job, then, self._all)

    @work(exclusive=True, group="raw.apart")
    async def _work(
        self, job: Callable[[], Any], then: Callable[[Any], None], nodes: Sequence[Node]
    ) -> None:
        made = await self._lane.run(job)
        if nodes is self._all:  # else the lines were laid out anew
            then(made)
            self._go_on()

    def _copy(self) -> None:
        at = self._rows[self._cursor]
        owners = (number for number in (at, *within(self._all, at)))
        whole = next(n for n in owners if not self._all[n].piece)
        self.post_message(self.Chosen(self._all[whole].value))

    def _turn_or_leave(self, opened: bool) -> None:
        at = self._rows[self._cursor]
        node = self._all[at]
        if not opened and (not node.open or node.end == at + 1):
            self._move(self._row_of(next(within(self._all, at), at)))
        else:
            self._turn(opened)

    def _turn(self, opened: bool) -> None:
        """Show the lines within the one at the cursor, or hide them."""
        self._splice(self._cursor, opened)
        self._lay_out()

    def _splice(self, row: int, opened: bool) -> None:
        """What is hidden is kept, and put back as it was: no other line is looked at."""
        at, after = self._rows[row], row + 1
        node = self._all[at]
        if opened and not node.open:
            inner = shown(self._all, at + 1, node.end) if node.hidden is None else node.hidden
            self._rows[after:after] = inner
            node.hidden = None
        elif node.open and not opened:
            end = bisect_left(self._rows, node.end, after)
            node.hidden = self._rows[after:end]
            del self._rows[after:end]
        node.open = opened

    def _open_all(self) -> None:
        at = self._rows[self._cursor]
        self._apart(partial(_all_or_none, self._lines), partial(self._take, at=at))

    @property
    def _lines(self) -> Lines:
        return Lines(self._all, self._rows, self._widest)

    def _take(self, lines: Lines, at: int | None = None) -> None:
        self._all, self._rows, self._widest = lines
        self._lay_out()
        if at is not None:
            self._reveal(at)

    def _row_of(self, number: int) -> int:
        return bisect_left(self._rows, number)

    def _reveal(self, number: int) -> None:
        for around in reversed(list(within(self._all, number))):
            self._splice(self._row_of(around), opened=True)
        self._lay_out()
        self._move(self._row_of(number))

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
        self._cursor = max(0, min(self._cursor, len(self._rows) - 1))
        self.virtual_size = Size(self._widest, len(self._rows))
        self.refresh()


def _all_or_none(lines: Lines) -> Lines:
    return unfolded(lines, not all(node.open for node in lines.nodes))
