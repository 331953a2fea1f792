"""The app: theme, the guards that hold for every screen, and the commands of the palette."""

from __future__ import annotations

from asyncio import wait_for, wrap_future
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from traceback import format_exc
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.events import Event
from textual.filter import LineFilter
from textual.screen import Screen

from hitl_tui.text import clean
from hitl_tui.tui.lane import Lane
from hitl_tui.tui.safe import LastMile
from hitl_tui.tui.settling import SETTLE, Settling
from hitl_tui.tui.turns import Turns
from hitl_tui.tui.widgets.first_rows import FirstRows

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox
    from hitl_tui.model.runs import RunEvent
    from hitl_tui.tui.ahead import Ahead
    from hitl_tui.tui.rows import Rows
    from hitl_tui.tui.screens.queue import QueueScreen


_PATIENCE = 0.7  # seconds for the first rows


def _now() -> datetime:
    return datetime.now(UTC)


def _load() -> None:
    """Import what the queue screen is made of, and what keys are told apart by."""
    import hitl_tui.tui.screens.queue  # noqa: F401


class HitlApp(App[None]):
    """Shows an inbox. `settle` are the seconds in which keys decide nothing after a new question.

    `grace` are those in which an answer can be taken back, `at_once` how many threads of a batch
    run together. `ahead` reads the first rows: they are shown before the rest of the screen is
    even loaded, and keys wait until it is there.

    The inbox stays the caller's: it closes it after `run()` and `finish()`.
    """

    TITLE = "hitl-tui"
    log_lines = 10_000
    """How many lines the log keeps."""
    loaded: Callable[[], object] = staticmethod(lambda: None)
    """Called when all of a screen whose first rows were read ahead is there."""
    listen: Callable[[Callable[[RunEvent], None]], object] = staticmethod(lambda tell: None)
    """Called with who takes what is logged in this process, once there is a log to show it in."""
    help_title = "App"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "Quit", show=False, priority=True, id="app.quit",
                tooltip="Leave hitl-tui; asks first while runs of yours are going on"),
        Binding("ctrl+p", "command_palette", "Commands", show=False, priority=True,
                id="app.commands", tooltip="Search all commands, the themes among them"),
    ]  # fmt: skip

    def __init__(
        self,
        inbox: Inbox,
        *,
        clock: Callable[[], datetime] = _now,
        animations: bool = True,
        settle: float = SETTLE,
        grace: float = 0,
        at_once: int = 2,
        ahead: Ahead | None = None,
    ) -> None:
        super().__init__()
        self._last_mile = LastMile()
        self._turns = Turns(self, self._deliver)
        self._inbox = inbox
        self._clock = clock
        self._settle, self._grace, self._at_once = settle, grace, at_once
        self._ahead = ahead
        self._queue: QueueScreen | None = None
        if not animations:
            self.animation_level = "none"

    def compose(self) -> ComposeResult:
        """The first rows, where they are read ahead."""
        if self._ahead is not None:
            yield FirstRows(self._inbox.name, self._clock)

    def on_mount(self) -> None:
        """Open the queue, after its first rows where they are read ahead."""
        if self._ahead is None:
            self._open()
        else:
            self._open_after(self._ahead)

    @work(exit_on_error=True)
    async def _open_after(self, ahead: Ahead) -> None:
        """Show the first rows, then load what the queue screen is made of, off the event loop."""
        rows = await self._soon(ahead)
        if rows is not None:
            await self.query_one(FirstRows).show(rows)
        lane = Lane("hitl-load")
        try:
            await lane.run(_load)
        finally:
            lane.close()
        self._open(rows)
        self.call_after_refresh(self.loaded)

    async def _soon(self, ahead: Ahead) -> Rows | None:
        """The rows, None if they cannot be read, or if that takes long: the screen tells more."""
        try:
            return await wait_for(wrap_future(ahead.rows), _PATIENCE)
        except TimeoutError:
            return None

    def _open(self, rows: Rows | None = None) -> None:
        """Open the queue, with the rows that are known already."""
        from hitl_tui.tui.screens.queue import QueueScreen

        queue = QueueScreen(self._inbox, self._clock, Settling(self._settle), self._grace)
        self._queue = queue
        self._queue.first = rows
        self._queue.at_once = self._at_once
        self._queue.log_lines = self.log_lines
        self.push_screen(self._queue)
        self._queue.call_after_refresh(self._turns.begin)
        self._queue.call_after_refresh(lambda: self.listen(queue.log_pane.feed))

    async def on_event(self, event: Event) -> None:
        """Hand on one key at a time."""
        if self._queue is None and isinstance(event, events.Key) and event.key == "ctrl+q":
            self.exit()
        elif isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            await self._turns.take(event)
        else:
            await super().on_event(event)

    def on_turns_landed(self, message: Turns.Landed) -> None:
        """A key had its effect: it is the next one's turn."""
        self._turns.landed(message)

    async def _deliver(self, event: events.Key | events.Paste) -> None:
        """Drop keys that came before the operator could see what they would decide."""
        ignores = getattr(self.screen, "ignores", None)
        if ignores is None or not ignores(event):
            await super().on_event(event)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, then ours as the last before the terminal, all in one."""
        before = tuple(super().get_line_filters())
        if before != self._last_mile.before:
            self._last_mile = LastMile(before)
        return [self._last_mile]

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's commands, the two themes by name, and every key of the screen shown."""
        yield SystemCommand("Dark", "Light text on a dark ground", lambda: self._use("dark"))
        yield SystemCommand("Light", "Dark text on a light ground", lambda: self._use("light"))
        for active in screen.active_bindings.values():
            binding = active.binding
            if active.enabled and binding.id and binding.id.startswith("queue."):
                action = f"screen.{binding.action}"
                yield SystemCommand(
                    binding.description,
                    binding.tooltip,
                    lambda action=action: self.call_later(self.run_action, action),
                )
        yield from getattr(screen, "commands", tuple)()
        yield from super().get_system_commands(screen)

    def action_leave(self) -> None:
        """Leave through the queue, which knows what runs."""
        if self._queue is not None:
            self._queue.action_leave()

    def finish(self, seconds: float = 5) -> None:
        """After `run`: return when what was typed last is written down, or after that time."""
        if self._queue is not None:
            self._queue.finish(seconds)

    def _fatal_error(self) -> None:
        """Leave after a fault of ours with its traceback, which shows no values and no markup."""
        from rich.text import Text

        self._exit_renderables.append(Text(clean(format_exc())))
        self._close_messages_no_wait()

    def _use(self, ground: str) -> None:
        self.theme = f"textual-{ground}"
