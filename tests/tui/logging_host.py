"""A small app around the log alone, fed by the test in place of run threads."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from hitl_tui.model.runs import EventType, RunEvent
from hitl_tui.tui.widgets import run_log
from hitl_tui.tui.widgets.run_log import RunLog
from tests.fakes import PATIENCE

NOON = datetime(2026, 3, 14, 12, 0, 1, tzinfo=UTC)


def event(type: EventType, thread_id: str = "refund-7", **data: Any) -> RunEvent:
    """An event at noon, in UTC."""
    return RunEvent(type, thread_id, data, NOON)


def prints(text: str, thread_id: str = "refund-7") -> RunEvent:
    """The graph printed this."""
    return event(EventType.OUTPUT, thread_id, text=text)


class LogHost(App[None]):
    """The log and nothing else; it draws when the test says so."""

    CSS_PATH: ClassVar[list[Path]] = [Path(run_log.__file__).parent / "run_log.tcss"]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, max_lines: int) -> None:
        super().__init__()
        self.animation_level = "none"
        self.log_pane = RunLog(max_lines=max_lines, timezone=UTC)

    def compose(self) -> ComposeResult:
        yield self.log_pane


class Watcher:
    """Feeds the log and reads it."""

    def __init__(self, app: LogHost, pilot: Pilot[None]) -> None:
        self.log, self.pilot = app.log_pane, pilot

    async def feed(self, *events: RunEvent) -> None:
        """Slowly enough that nothing is dropped on the way."""
        for each in events:
            self.log.feed(each)
            self.draw()
        await self.pilot.pause()

    async def flood(self, *events: RunEvent) -> None:
        """All of it before anything is drawn."""
        for each in events:
            self.log.feed(each)
        await self.settle()

    async def settle(self) -> None:
        """Until all that was fed is drawn."""
        self.draw()
        await self.pilot.pause()

    async def until(self, condition: Callable[[], object]) -> None:
        """Until the log, which draws by itself too, has come so far."""
        deadline = monotonic() + PATIENCE
        while not condition():
            assert monotonic() < deadline, "waited in vain"
            await self.pilot.pause(0.05)

    def draw(self) -> None:
        while drained := self.log._drain.run():
            self.log._settle(drained)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    @property
    def rows(self) -> list[str]:
        """The rows on screen, from top to bottom, empty ones left out."""
        height = self.log.size.height
        texts = [self.log.render_line(y).text.rstrip() for y in range(height)]
        return [text for text in texts if text]

    @property
    def words(self) -> list[str]:
        """The rows' texts, without time and thread."""
        return [row[len("12:00:01 refund-7     ") :] for row in self.rows]


@asynccontextmanager
async def watching(
    size: tuple[int, int] = (80, 12), max_lines: int = 10_000
) -> AsyncIterator[Watcher]:
    """The app, running, with the focus in the log."""
    app = LogHost(max_lines)
    async with app.run_test(size=size) as pilot:
        app.log_pane.focus()
        await pilot.pause()
        yield Watcher(app, pilot)
