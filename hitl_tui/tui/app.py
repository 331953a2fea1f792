"""The app: theme, the guards that hold for every screen, and the commands of the palette."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from traceback import format_exc
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.events import Event
from textual.filter import LineFilter
from textual.screen import Screen

from hitl_tui.text import clean
from hitl_tui.tui.safe import LastMile
from hitl_tui.tui.screens.queue import QueueScreen
from hitl_tui.tui.settling import SETTLE, Settling
from hitl_tui.tui.turns import Turns

if TYPE_CHECKING:
    from hitl_tui.inbox import Inbox


def _now() -> datetime:
    return datetime.now(UTC)


class HitlApp(App[None]):
    """Shows an inbox. `settle` are the seconds in which keys decide nothing after a new question.

    `grace` are those in which an answer can be taken back, `at_once` how many threads of a batch
    run together.

    The inbox stays the caller's: it closes it after `run()` and `finish()`.
    """

    TITLE = "hitl-tui"
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
    ) -> None:
        super().__init__()
        self._last_mile = LastMile()
        self._turns = Turns(self, self._deliver)
        self._queue = QueueScreen(inbox, clock, Settling(settle), grace)
        self._queue.at_once = at_once
        if not animations:
            self.animation_level = "none"

    def on_mount(self) -> None:
        """Open the queue."""
        self.push_screen(self._queue)

    async def on_event(self, event: Event) -> None:
        """Hand on one key at a time."""
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
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
        """Textual's filters, then ours as the last before the terminal."""
        return [*super().get_line_filters(), self._last_mile]

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
        self._queue.action_leave()

    def finish(self, seconds: float = 5) -> None:
        """After `run`: return when what was typed last is written down, or after that time."""
        self._queue.finish(seconds)

    def _fatal_error(self) -> None:
        """Leave after a fault of ours with its traceback, which shows no values and no markup."""
        from rich.text import Text

        self._exit_renderables.append(Text(clean(format_exc())))
        self._close_messages_no_wait()

    def _use(self, ground: str) -> None:
        self.theme = f"textual-{ground}"
