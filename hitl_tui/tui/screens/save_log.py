"""Asks for a file to write the log to."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from hitl_tui.tui.lane import Lane
from hitl_tui.tui.safe import lines_of
from hitl_tui.tui.screens.dialog import Dialog
from hitl_tui.tui.settling import Settling


class SaveLog(Dialog[Path | None]):
    """Writes a text to a new file and returns its path; never writes over a file."""

    help_title = "Save the log"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "Cancel", id="save.cancel", tooltip="Save nothing")
    ]

    def __init__(self, text: str, name: str, lane: Lane, settling: Settling) -> None:
        super().__init__(settling)
        self._text = text
        self._name = name
        self._lane = lane

    def compose(self) -> ComposeResult:
        """A file name to change or accept."""
        with Vertical(classes="dialog"):
            yield Static("Save the log to a new file", markup=False)
            yield Input(self._name, select_on_focus=False)
            yield Static(id="problem", classes="problem", markup=False)
            yield Static("enter  save      esc  cancel", classes="keys", markup=False)

    @work(exclusive=True, group="save.write")
    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Write the file, or say why not and stay."""
        path = Path(event.value).expanduser()
        try:
            await self._lane.run(partial(_write, path, self._text))
        except FileExistsError:
            self._complain(f"{path} exists: choose another name.")
        except (OSError, ValueError) as error:
            self._complain(f"Cannot write {path}: {getattr(error, 'strerror', None) or error}.")
        else:
            self.dismiss(path)

    def action_give_up(self) -> None:
        """Write nothing."""
        self.dismiss(None)

    def _complain(self, problem: str) -> None:
        self.query_one("#problem", Static).update(lines_of(problem))


def _write(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8", errors="replace") as file:
        file.write(text)
