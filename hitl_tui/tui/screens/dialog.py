"""What all dialogs share: they float above the queue and ignore keys until they can be seen."""

from __future__ import annotations

from pathlib import PurePath
from typing import ClassVar, TypeVar

from textual import events
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from hitl_tui.tui.settling import Settling

_Result = TypeVar("_Result")


class Dialog(ModalScreen[_Result]):
    """A modal screen that no key meant for what was below it can answer."""

    CSS_PATH: ClassVar[list[str | PurePath]] = ["dialog.tcss"]
    HARMLESS: ClassVar[frozenset[str]] = frozenset({"escape", "ctrl+q"})
    """Keys that only lead away, and so count at once."""
    SETTLES: ClassVar[int] = 1
    """How many times as long as after a key it takes to be seen: more where it comes by itself."""

    def __init__(self, settling: Settling) -> None:
        super().__init__()
        self._settling = settling.another(self.SETTLES)

    def on_screen_resume(self) -> None:
        """It is about to be drawn; keys count from then on."""
        self.call_after_refresh(self._settling.drawn)

    def put(self, part: str, content: Content) -> None:
        """Show something in a part, if it is there: who closes loses them before workers end."""
        for each in self.query(part).results(Static):
            each.update(content)

    def ignores(self, event: events.Key | events.Paste) -> bool:
        """Whether a key came before the dialog could be read, or in one go with such a key."""
        if isinstance(event, events.Key) and event.key in self.HARMLESS:
            return False
        return self._settling.interrupts(event.time)
