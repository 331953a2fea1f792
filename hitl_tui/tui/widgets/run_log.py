"""The live log of runs: follows the end until the operator scrolls up, and never slows a key."""

from __future__ import annotations

from datetime import tzinfo
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from hitl_tui.model.runs import RunEvent
from hitl_tui.tui.once import Once
from hitl_tui.tui.widgets.run_log_buffer import LineBuffer
from hitl_tui.tui.widgets.run_log_drain import Drain, Drained
from hitl_tui.tui.widgets.run_log_intake import Intake
from hitl_tui.tui.widgets.run_log_paint import HEAD, NAME, paint, plain
from hitl_tui.tui.widgets.run_log_words import SIGNS

RATE = 20
"""How many times a second waiting events are taken, and drawn unless they are a flood."""

FLOOD = 200
"""Lines at once that nobody can read: every second time they are taken is often enough to draw."""

BREATH = 0.01
"""Seconds between two slices of work while more waits than one takes: keys have their turn."""


class RunLog(ScrollView, can_focus=True, inherit_bindings=False):
    """What runs tell, newest at the end; keeps the last `max_lines` lines, fewer if they are long.

    `feed` may be called from any thread, everything else from the app's. Times are shown in
    `timezone`, the machine's own if None.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"run-log--{style}" for style in SIGNS}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g,end", "follow", "Follow", id="log.follow", tooltip="Show the newest lines"),
        Binding("up", "step(-1)", "Up", id="log.up", tooltip="One line up", show=False),
        Binding("down", "step(1)", "Down", id="log.down", tooltip="One line down", show=False),
        Binding("pageup", "page(-1)", "Page up", id="log.page_up", tooltip="One page up"),
        Binding("pagedown", "page(1)", "Page down", id="log.page_down", tooltip="One page down"),
        Binding("home", "oldest", "Oldest", id="log.oldest", tooltip="Show the oldest lines"),
        Binding("left", "side(-8)", "Left", id="log.left", tooltip="Scroll left", show=False),
        Binding("right", "side(8)", "Right", id="log.right", tooltip="Scroll right", show=False),
    ]

    def __init__(
        self,
        *,
        max_lines: int = 10_000,
        timezone: tzinfo | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._intake = Intake(max(max_lines // 2, 1))  # so that the count of dropped lines stays
        self._buffer = LineBuffer(max_lines)
        self._drain = Drain(self._intake, self._buffer, timezone)
        self._named = True
        self._following = True
        self._moving = False
        self._undrawn = Drained()
        self._behind = self._spared = False

    def on_mount(self) -> None:
        """Start drawing."""
        self.set_interval(1 / RATE, self._tick)

    def on_resize(self) -> None:
        """Keep the end in sight while following."""
        if self._following:
            self._move(self.max_scroll_y)

    def feed(self, event: RunEvent) -> None:
        """Take an event of a run; from any thread, never waits for the screen."""
        self._intake.put(event)

    @property
    def following(self) -> bool:
        """Whether the newest line is kept in sight."""
        return self._following

    def follow(self) -> None:
        """Show the newest lines, and keep showing them as they come."""
        self._following = True
        self._move(self.max_scroll_y)
        self._tell()

    def show_only(self, thread_id: str | None) -> None:
        """Show one thread's lines, or everyone's with None; follows the end again."""
        self._named = thread_id is None
        self._buffer.show_only(thread_id)
        self._resize()
        self.follow()
        self.refresh()

    def text(self) -> str:
        """All kept lines, of every thread, safe, as the log would say them; for saving."""
        lines = [plain(line) for line in self._buffer]
        if lost := self._drain.lost:
            lines.insert(0, f"… {lost:,} lines came too fast to be kept, and were dropped")
        if self._buffer.gone:
            lines.insert(0, f"… {self._buffer.gone:,} older lines are not kept")
        return "\n".join([*lines, ""])

    def render_line(self, y: int) -> Strip:
        """Draw the line in row `y` of what is visible; only visible ones are ever drawn."""
        left, top = self.scroll_offset
        width, base = self.size.width, self.rich_style
        if top + y >= len(self._buffer):
            return Strip.blank(width, base)
        line = self._buffer[top + y]
        style = self.get_component_rich_style(f"run-log--{line.style}", partial=True)
        strip = paint(line, base, style, named=self._named)
        return strip.crop_extend(left, left + width, base)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolling away from the end pauses, coming back to it follows."""
        super().watch_scroll_y(old_value, new_value)
        if not self._moving:
            self._following = new_value >= self.max_scroll_y
            self._tell()

    def action_follow(self) -> None:
        """Return to the end."""
        self.follow()

    def action_step(self, lines: int) -> None:
        """Scroll by some lines."""
        self.scroll_to(y=self.scroll_y + lines, animate=False)

    def action_page(self, pages: int) -> None:
        """Scroll by some pages."""
        self.scroll_to(y=self.scroll_y + pages * max(self.size.height - 1, 1), animate=False)

    def action_oldest(self) -> None:
        """Go to the oldest line kept."""
        self.scroll_to(y=0, animate=False)

    def action_side(self, cells: int) -> None:
        """Scroll sideways."""
        self.scroll_to(x=self.scroll_x + cells, animate=False)

    def _tick(self) -> None:
        if not self._behind:
            self._take()
        self._spared = not self._spared and self._undrawn.added >= FLOOD
        if not self._spared:
            self._draw()

    def _take(self) -> None:
        """Take a slice of what waits; what is left has its turn soon."""
        self._undrawn = self._drain.run(drained=self._undrawn)
        self._behind = self._drain.is_behind
        if self._behind:
            Once(self, BREATH, self._take)

    def _draw(self) -> None:
        drained, self._undrawn = self._undrawn, Drained()
        if drained:
            self._settle(drained)

    def _settle(self, drained: Drained) -> None:
        """Show what changed: all of it once after new lines, else just the lines that grew."""
        self._resize()
        shifted, self._buffer.shifted = self._buffer.shifted, 0
        if self._following:
            self._move(self.max_scroll_y)
        elif shifted:
            self._move(max(self.scroll_y - shifted, 0))
        if drained.added:
            self.refresh()
            self._tell()
            return
        for line in drained.grown:
            if (row := self._buffer.row(line)) is not None:
                self.refresh_line(row)

    def _resize(self) -> None:
        """Tell how much there is to scroll through.

        An assignment would have the whole screen laid out again at each burst of lines, about as
        long as a key takes; the log keeps its place, so its scrollbars are told, and no more.
        """
        width = self._drain.width + HEAD - (0 if self._named else NAME + 1)
        size = Size(width, len(self._buffer))
        if size != self.virtual_size:
            self.set_reactive(ScrollView.virtual_size, size)
            self._scroll_update(size)

    def _move(self, row: float) -> None:
        """Scroll without the operator having done it."""
        self._moving = True
        self.scroll_to(y=row, animate=False, force=True)
        self._moving = False

    def _tell(self) -> None:
        paused = "" if self._following else "paused · g to follow"
        told = " · ".join(filter(None, (self._gone(), paused)))
        if told != self.border_subtitle:
            self.border_subtitle = told

    def _gone(self) -> str:
        """How many lines were shown and are not kept, and how many never came so far."""
        older, lost = self._buffer.gone, self._drain.lost
        counted = ((older, "older gone"), (lost, "dropped"))
        return " · ".join(f"{count:,} {what}" for count, what in counted if count)
