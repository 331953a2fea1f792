"""The parts of one field: a list's items, an object's entries, or the one inner object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from hitl_tui.model.question import Field, FieldKind, Problem
from hitl_tui.tui.widgets.action_form import ActionForm
from hitl_tui.tui.widgets.answer_parts import find
from hitl_tui.tui.widgets.choice_bar import ChoiceBar, Item
from hitl_tui.tui.widgets.command_bar import CommandBar
from hitl_tui.tui.widgets.guard import Guard
from hitl_tui.tui.widgets.part_box import DOWN, REMOVE, UP, PartBox
from hitl_tui.tui.widgets.typed import Pick, Typed

ADD, NULL = Item("+", "add"), Item("n", "send null")
EMPTY = {
    FieldKind.LIST: Item("e", "send an empty list"),
    FieldKind.ENTRIES: Item("e", "send an empty object"),
}


class PartList(Vertical):
    """Owns a field's parts and their order; where there are none, what that means."""

    @dataclass
    class Edited(Message):
        """The operator added, removed, moved, or changed something inside."""

        parts: PartList

    def __init__(self, field: Field, typed: Typed, guard: Guard) -> None:
        super().__init__()
        self._field = field
        self._guard = guard
        self._boxes = [PartBox(field, guard, pick) for pick in typed.parts]
        self._empty, self._null = typed.empty and not typed.parts, typed.null
        self._end = CommandBar((), guard)
        self._arrange()

    def compose(self) -> ComposeResult:
        """One part below the other, and what can be done with the whole."""
        yield from self._boxes
        yield self._end

    @property
    def typed(self) -> Typed:
        """The parts as they are now."""
        picks: tuple[Pick, ...] = tuple(box.form.pick for box in self._boxes)
        return Typed(parts=picks, empty=self._empty, null=self._null)

    def focus_first(self) -> None:
        """Focus the first part, else what can be done with the whole."""
        if self._boxes:
            self._boxes[0].form.focus_first()
        else:
            self._end.focus()

    def focus_place(self, place: str) -> None:
        """Focus the input at a place in the field's value."""
        at, inner = find(self._field, self.typed, place)
        if at is None:
            self.focus_first()
        else:
            self._boxes[at].form.focus_place(inner)

    def mark(self, faults: Sequence[tuple[str, str]]) -> None:
        """Mark each part that is wrong, by places in the field's value; take old marks back."""
        found = [(*find(self._field, self.typed, place), message) for place, message in faults]
        for index, box in enumerate(self._boxes):
            mine = [(place, message) for at, place, message in found if at == index]
            box.mark([box.form.fault(Problem(place, message)) for place, message in mine])

    def holds(self, place: str) -> bool:
        """Whether a place in the field's value is in one of the parts."""
        return find(self._field, self.typed, place)[0] is not None

    @on(ActionForm.Edited)
    def _edited(self, event: ActionForm.Edited) -> None:
        event.stop()
        self.post_message(self.Edited(self))

    @on(ChoiceBar.Picked)
    async def _commanded(self, event: ChoiceBar.Picked) -> None:
        event.stop()
        if event.bar is self._end:
            await self._do(self._end.items[event.index])
            return
        at = next(at for at, box in enumerate(self._boxes) if box.commands is event.bar)
        command = self._boxes[at].command(event.index)
        if command is REMOVE:
            self._remove(at)
        else:
            self._move(at, {UP: -1, DOWN: 1}[command])

    async def _do(self, command: Item) -> None:
        """Do something with the whole."""
        if command is ADD:
            await self._add()
        else:
            wanted = command is NULL
            self._empty = not wanted and not self._empty
            self._null = wanted and not self._null
            self._changed()

    async def _add(self) -> None:
        """Make room for one more; what is typed next waits until it can go there."""
        box = PartBox(self._field, self._guard)
        self._boxes.append(box)
        self._empty = self._null = False
        await self.mount(box, before=self._end)
        box.form.focus_first()
        self._changed()

    def _remove(self, at: int) -> None:
        """Take a part out; the focus goes where the same key does nothing again."""
        self._boxes.pop(at).remove()
        self._changed()
        self._end.focus()

    def _move(self, at: int, by: int) -> None:
        box, other = self._boxes[at], self._boxes[at + by]
        self._boxes[at], self._boxes[at + by] = other, box
        if by < 0:
            self.move_child(box, before=other)
        else:
            self.move_child(box, after=other)
        self._changed()
        box.commands.focus()

    def _changed(self) -> None:
        self._arrange()
        self.post_message(self.Edited(self))

    def _arrange(self) -> None:
        """Number the parts, and offer what can be done now."""
        for at, box in enumerate(self._boxes):
            box.number(at, len(self._boxes))
        items = self._offered()
        on = NULL if self._null else EMPTY.get(self._field.kind) if self._empty else None
        self._end.offer(items, ticked=items.index(on) if on in items else None)

    def _offered(self) -> list[Item]:
        """More parts unless there are as many as may be; without any, what that may mean."""
        count = len(self._boxes)
        most = 1 if self._field.kind is FieldKind.PART else self._field.schema.get("maxItems")
        items = [ADD] if not isinstance(most, int) or count < most else []
        if not count:
            items += [EMPTY[self._field.kind]] if self._field.kind in EMPTY else []
            items += [NULL] if self._field.nullable else []
        return items
