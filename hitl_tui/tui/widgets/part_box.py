"""One part of a field: what can be done with it as a whole, and its own form."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from hitl_tui.model.question import Action, Field, FieldKind
from hitl_tui.tui.widgets.action_form import ActionForm
from hitl_tui.tui.widgets.answer_assess import Fault
from hitl_tui.tui.widgets.choice_bar import Item
from hitl_tui.tui.widgets.command_bar import CommandBar
from hitl_tui.tui.widgets.guard import Guard
from hitl_tui.tui.widgets.typed import Pick

REMOVE, UP, DOWN = Item("x", "remove"), Item("u", "up"), Item("d", "down")


class PartBox(Vertical):
    """Owns what is chosen and typed for one part, starting from `pick` if given."""

    def __init__(self, field: Field, guard: Guard, pick: Pick | None = None) -> None:
        super().__init__()
        assert field.nest is not None
        self._field = field
        self.commands = CommandBar((), guard)
        self.form = ActionForm(Action("", decisions=field.nest.ways()), guard, pick, inner=True)

    def compose(self) -> ComposeResult:
        """The commands above, the form below."""
        yield self.commands
        yield self.form

    def number(self, at: int, count: int) -> None:
        """Say which part of how many it is, and offer what can be done with it there."""
        if self._field.kind is FieldKind.PART:
            self.commands.offer(() if self._field.required else (REMOVE,))
            return
        moves = self._field.kind is FieldKind.LIST
        up, down = moves and at > 0, moves and at < count - 1
        items = (REMOVE, *((UP,) if up else ()), *((DOWN,) if down else ()))
        self.commands.offer(items, heading=f"{at + 1} of {count}")

    def command(self, index: int) -> Item:
        """The offered command at this position."""
        return self.commands.items[index]

    def mark(self, faults: list[Fault]) -> None:
        """Mark what is wrong in it; nothing takes old marks back."""
        self.form.mark(faults)
