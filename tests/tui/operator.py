"""An operator of the app in tests: presses keys, waits for what must come, reads the screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from textual import events
from textual.pilot import Pilot

from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.tui.app import HitlApp
from hitl_tui.tui.screens.dialog import Dialog
from hitl_tui.tui.screens.queue import QueueScreen
from hitl_tui.tui.widgets.detail import Detail
from hitl_tui.tui.widgets.thread_list import ThreadList
from tests.fakes import NOW, PATIENCE, FakeBackend
from tests.tui.rest import rest


def make_app(
    backend: FakeBackend,
    journal: Path,
    settle: float = 0.0,
    grace: float = 0.0,
    read_only: bool = False,
    masks: Sequence[str] = (),
) -> HitlApp:
    """The app as tests want it: a frozen clock, no animations."""
    kept = Journal(journal, masks=masks)
    inbox = Inbox(backend, kept, operator="ann", read_only=read_only)
    return HitlApp(inbox, clock=lambda: NOW, animations=False, settle=settle, grace=grace)


_READING = (
    "list.",
    "detail.",
    "answer.",
    "queue.begin",
    "queue.count",
    "queue.look",
)  # groups of the app's workers


class Operator:
    """Drives one running app."""

    def __init__(
        self, app: HitlApp, pilot: Pilot[None], backend: FakeBackend | None = None
    ) -> None:
        self.app = app
        self.pilot = pilot
        self.backend = backend or FakeBackend()

    @property
    def queue(self) -> QueueScreen:
        screen = self.app.screen_stack[1]
        assert isinstance(screen, QueueScreen)
        return screen

    @property
    def list(self) -> ThreadList:
        return self.queue.query_one(ThreadList)

    @property
    def detail(self) -> Detail:
        return self.queue.query_one(Detail)

    async def ready(self) -> None:
        """The first rows are there, and the thread under the cursor, if there is one."""
        await self.until(lambda: self.queue._warm)
        if self.list.thread_id is not None:
            await self.shows(self.list.thread_id)

    async def shows(self, thread_id: str) -> None:
        """The detail shows that thread."""
        await self.until(lambda: self.shown == thread_id)
        await self.pilot.pause()

    @property
    def shown(self) -> str | None:
        """The thread in the detail, None while another one is being read."""
        opened = self.detail.opened
        return opened.thread.thread_id if opened and self.detail.drawn is opened else None

    async def press(self, *keys: str) -> None:
        """Press keys, once a dialog that is opening can be seen: it ignores them before."""
        await self.until(self._seen)
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        await self.press(*text)

    async def calm(self) -> None:
        """Whatever was set going is shown: twice in a row nothing is found under way."""
        quiet = 0
        while quiet < 2:  # the answer's preview and the log come in slices of 50 ms
            await self.pilot.pause(0.15)
            await self._look()
            quiet = 0 if self._reading else quiet + 1
            await self.until(lambda: not self._reading)

    async def _look(self) -> None:
        """What was typed is written down now, and noticed as what others write is."""
        if len(self.app.screen_stack) > 1 and self.queue._warm:
            await self.queue.drafts.flush()
            await self.until(lambda: not self.queue._watch._looking)
            await self.queue._look().wait()

    @property
    def _reading(self) -> list[str]:
        """What is being read or worked out; a dialog that waits for its answer does not count."""
        groups = [w.group for w in self.app.workers if not w.is_finished]
        return [group for group in groups if group.startswith(_READING)]

    def _seen(self) -> bool:
        screen = self.app.screen
        return not isinstance(screen, Dialog) or not screen.ignores(events.Key("r", "r"))

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for what must come, and for all that comes of the same."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain; the screen:\n{self.text}"
            await self.pilot.pause(0.01)
        await rest(self.pilot)

    @property
    def text(self) -> str:
        """What is on screen, line by line, as the terminal gets it."""
        strips = self.app.screen._compositor.render_strips()
        background = self.app.screen.background_colors[1]
        filters = self.app.get_line_filters()
        lines = []
        for strip in strips:
            segments = list(strip)
            for line_filter in filters:
                segments = line_filter.apply(segments, background)
            lines.append("".join(segment.text for segment in segments if not segment.control))
        return "\n".join(lines)

    @property
    def raw(self) -> str:
        """What is on screen before the last filter: every widget must have cleaned by itself."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(s.text for s in strip if not s.control) for strip in strips)
