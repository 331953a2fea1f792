"""A small app around the answer pane alone, and the operator in front of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from hitl_tui.model.question import Action, Decision, Field, Question
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.read import read
from hitl_tui.tui.widgets import answer_pane
from hitl_tui.tui.widgets.answer_pane import AnswerPane
from hitl_tui.tui.widgets.answer_sheet import AnswerSheet
from tests.fakes import PATIENCE
from tests.tui.rest import rest

WIDGETS = Path(answer_pane.__file__).parent


def asks(value: Any, schema: Mapping[str, Any] | None = None, id: str = "one") -> Question:
    """The question that an interrupt with this payload asks."""
    return read(Interrupt(id, value, response_schema=schema))


def wants(**properties: Any) -> dict[str, Any]:
    """A schema of an object with these properties, all of them required."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def form(*fields: Field, id: str = "one") -> Question:
    """A question with one decision and these fields; for looking, nothing can encode it."""
    action = Action("form", decisions=(Decision("answer", "Answer", "a", fields),))
    return Question(Interrupt(id, "?"), "plain", "form", actions=(action,))


def steady(app: App[Any]) -> None:
    """Stop all cursors from blinking, each in its visible half, wherever they are in it."""
    for typed in app.screen.query("Input, TextArea"):
        assert isinstance(typed, Input | TextArea)
        typed.cursor_blink = False
        typed.notify_style_update()  # a line may be kept as it was drawn in the other half


class Host(App[None]):
    """The pane, ctrl+s on the screen as an ordinary binding, and a trap for stray letters."""

    CSS_PATH: ClassVar[list[Path]] = [WIDGETS / "answer.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "Send"),
        Binding("ctrl+t", "send(True)", "Send all"),
        *(Binding(key, f"stray('{key}')", key) for key in "aermtnyjqx5"),
    ]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self.animation_level = "none"
        self.pane = AnswerPane(clock=clock)
        self.sent: list[Any] = []
        self.together: list[Mapping[str, Any]] = []
        self.strays: list[str] = []
        self.changes = 0

    def compose(self) -> ComposeResult:
        yield self.pane

    def _fatal_error(self) -> None:
        """Leave the fault to the test: drawing it with all locals takes minutes."""
        self._close_messages_no_wait()

    def action_send(self, together: bool = False) -> None:
        self.pane.send(together=together)

    def action_stray(self, key: str) -> None:
        self.strays.append(key)

    def on_answer_pane_submitted(self, event: AnswerPane.Submitted) -> None:
        self.sent += event.answers.values()
        self.together.append(event.answers)

    def on_answer_pane_changed(self) -> None:
        self.changes += 1


class Person:
    """Presses keys and reads the pane."""

    def __init__(self, app: Host, pilot: Pilot[None]) -> None:
        self.app, self.pilot, self.pane = app, pilot, app.pane

    async def show(self, *questions: Question, **more: Any) -> None:
        self.pane.show(questions, **more)
        await self.settle()
        self.pane.focus_first()
        await self.settle()

    async def press(self, *keys: str) -> None:
        """Each once what the one before set going is done, but not what waits for a pause."""
        for key in keys:
            await self.pilot.press(key)
            await self.until(lambda: not self._works)
            await rest(self.pilot)
        await self.settle()

    async def type(self, text: str) -> None:
        focused = self.app.focused
        assert isinstance(focused, Input | TextArea)
        focused.insert_text_at_cursor(text) if isinstance(focused, Input) else focused.insert(text)
        await self.settle()

    async def settle(self) -> None:
        """Until no timer of the pane runs and no thread works for it, nor for what they told."""
        await rest(self.pilot)
        while self._at_work:
            await self.until(lambda: not self._at_work)
            await rest(self.pilot)

    async def until(self, holds: Callable[[], bool]) -> None:
        deadline = monotonic() + PATIENCE
        while not holds():
            assert monotonic() < deadline, "waited for too long"
            await self.pilot.pause(0.005)

    @property
    def _at_work(self) -> bool:
        timers = (sheet._assessor._timer for sheet in self._sheets)
        return self._works or any(timer is not None and timer._then is not None for timer in timers)

    @property
    def _works(self) -> bool:
        return any(not worker.is_finished for worker in self.app.workers)

    @property
    def _sheets(self) -> list[AnswerSheet]:
        return list(self.app.query(AnswerSheet))

    @property
    def says(self) -> str:
        return self.pane.preview


@asynccontextmanager
async def answering(
    *questions: Question, size: tuple[int, int] = (80, 24), **more: Any
) -> AsyncIterator[Person]:
    """The app, running, with the questions shown and the focus where the operator begins."""
    app = Host(**more)
    async with app.run_test(size=size) as pilot:
        person = Person(app, pilot)
        await person.settle()
        if questions:
            await person.show(*questions)
        yield person


def plays(story: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test written as a coroutine, run to its end; fixtures and parameters pass through."""
    import functools
    import inspect

    @functools.wraps(story)
    def play(*args: Any, **fixtures: Any) -> None:
        asyncio.run(story(*args, **fixtures))

    play.__signature__ = inspect.signature(story)  # type: ignore[attr-defined]
    return play
