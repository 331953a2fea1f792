"""A row of things to do, and of states that may be on or off."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from hitl_tui.tui.widgets.choice_bar import ChoiceBar, Item
from hitl_tui.tui.widgets.guard import Guard


class CommandBar(ChoiceBar):
    """Like a choice bar, but what is picked is told and not kept; `ticked` marks what is on."""

    def __init__(
        self, items: Sequence[Item], guard: Guard, *, heading: str = "", ticked: int | None = None
    ) -> None:
        super().__init__(items, guard, picked=ticked)
        self._heading = heading
        self.display = bool(items)

    def offer(self, items: Sequence[Item], *, heading: str = "", ticked: int | None = None) -> None:
        """Show these items instead; nothing at all if there are none."""
        self._items, self._heading, self._picked = tuple(items), heading, ticked
        self._cursor = min(self._cursor, max(len(items) - 1, 0))
        self.display = bool(items)
        self.refresh(layout=True)

    def pick(self, index: int) -> None:
        """Tell that the operator wants this."""
        self._cursor = index
        self.post_message(self.Picked(self, index))

    def render(self) -> Content:
        """The heading, then the items."""
        items = super().render()
        return Content.assemble(f"{self._heading}  ", items) if self._heading else items
