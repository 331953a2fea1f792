"""A row of named choices of which one is picked: decisions, types, yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from hitl_tui.text import line
from hitl_tui.tui.widgets.guard import Guard, Guarded

_STUCK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Item:
    """One choice: the key that picks it, empty for none, and its label, untrusted."""

    key: str
    label: str


class ChoiceBar(Guarded, Widget, can_focus=True):
    """`‹a› approve  ‹e› edit ✓`: keys pick while it has the focus; picking is never sending.

    `Picked` tells when the operator picks, also when it is picked already.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "choice-bar--key",
        "choice-bar--label",
        "choice-bar--picked",
        "choice-bar--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,up", "move(-1)", "Left", id="choice.left", tooltip="Go to the one before"),
        Binding("right,down", "move(1)", "Right", id="choice.right", tooltip="Go to the next one"),
        Binding("enter,space", "pick", "Choose", id="choice.pick", tooltip="Choose; sends nothing"),
    ]

    @dataclass
    class Picked(Message):
        """The operator picked the item at this position."""

        bar: ChoiceBar
        index: int

    def __init__(
        self, items: Sequence[Item], guard: Guard, *, picked: int | None = None, classes: str = ""
    ) -> None:
        super().__init__(classes=classes)
        self.guard = guard
        self._items = tuple(items)
        self._picked = picked
        self._cursor = picked or 0

    @property
    def items(self) -> tuple[Item, ...]:
        """What there is to pick."""
        return self._items

    @property
    def picked(self) -> int | None:
        """Which item is picked, None if none is."""
        return self._picked

    def pick(self, index: int) -> None:
        """Pick an item as the operator does."""
        self._picked = self._cursor = index
        self.refresh(layout=True)
        self.post_message(self.Picked(self, index))

    def render(self) -> Content:
        """All items, wrapped between them where the row is too narrow."""
        items = [self._drawn(index, item) for index, item in enumerate(self._items)]
        return Content("  ").join(items)

    def on_key(self, event: events.Key) -> None:
        """Pick by an item's key, before any binding of the screen can have it."""
        keys = [item.key for item in self._items]
        if not self.guard.active and event.character and event.character in keys:
            event.stop()
            event.prevent_default()
            self.pick(keys.index(event.character))

    def on_click(self, event: events.Click) -> None:
        """Pick what is clicked."""
        index = event.style.meta.get("choice")
        if isinstance(index, int) and not self.guard.active:
            self.pick(index)

    def action_move(self, by: int) -> None:
        """Move the cursor, round and round."""
        self._cursor = (self._cursor + by) % len(self._items)
        self.refresh()

    def action_pick(self) -> None:
        """Pick what the cursor is on."""
        self.pick(self._cursor)

    def _drawn(self, index: int, item: Item) -> Content:
        picked = index == self._picked
        names = ["choice-bar--picked"] if picked else ["choice-bar--label"]
        if self.has_focus and index == self._cursor:
            names.append("choice-bar--cursor")
        style = self.get_visual_style(*names, partial=True)
        key = self.get_visual_style("choice-bar--key", partial=True)
        label = line(item.label).replace(" ", _STUCK)
        parts = (
            (f"‹{line(item.key)}›{_STUCK}" if item.key else "", key),
            (f"{label}{_STUCK}✓" if picked else label, style),
        )
        return Content.assemble(*parts).stylize(Style.from_meta({"choice": index}))
