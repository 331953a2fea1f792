"""A list of options of which one, or several, are marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList

from hitl_tui.text import line
from hitl_tui.tui.widgets.answer_values import to_json
from hitl_tui.tui.widgets.guard import Guard, Guarded


class Options(Guarded, OptionList):
    """Shows values, marks what is picked; picking again takes it back. `picked` are positions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", "Choose", id="options.choose", tooltip="Choose; sends nothing"),
    ]

    @dataclass
    class Marked(Message):
        """The operator marked or unmarked something."""

        options: Options

    def __init__(
        self, values: Sequence[Any], guard: Guard, *, picked: Sequence[int] = (), many: bool = False
    ) -> None:
        self.guard = guard
        self._labels = labels(values)
        self._marks = ("☐", "☑") if many else ("○", "●")
        self._many = many
        self._picked = tuple(picked)
        super().__init__(*map(self._prompt, range(len(self._labels))), markup=False, compact=True)

    @property
    def picked(self) -> tuple[int, ...]:
        """The marked positions, in the list's order."""
        return self._picked

    def unmark(self) -> None:
        """Mark nothing any more, without telling."""
        self._mark(())

    def on_focus(self) -> None:
        """Put the cursor somewhere, so that the first key has something to act on."""
        if self.highlighted is None and self._labels:
            self.highlighted = self._picked[0] if self._picked else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Mark it, or unmark it if it was."""
        event.stop()
        if self.guard.active:
            return
        index = event.option_index
        kept = set(self._picked) if self._many else set(self._picked) & {index}
        self._mark(tuple(sorted(kept ^ {index})))
        self.post_message(self.Marked(self))

    def _mark(self, picked: tuple[int, ...]) -> None:
        changed = set(self._picked) ^ set(picked)
        self._picked = picked
        for index in changed:
            self.replace_option_prompt_at_index(index, self._prompt(index))

    def _prompt(self, index: int) -> Content:
        mark = self._marks[index in self._picked]
        return Content(f"{mark} {self._labels[index]}")


def labels(values: Sequence[Any]) -> list[str]:
    """Each value as text, safe; all as JSON if they are not all texts: 5 is not "5"."""
    if all(isinstance(value, str) and value.strip() == value != "" for value in values):
        return [line(value) for value in values]
    return [line(to_json(value)) for value in values]
