"""One field of a decision: its label, the inputs its kind needs, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static, TextArea

from hitl_tui.masks import is_mark
from hitl_tui.model.question import Field, FieldKind
from hitl_tui.text import clean
from hitl_tui.tui.content.cautions import cautions
from hitl_tui.tui.widgets.answer_assess import Fault
from hitl_tui.tui.widgets.choice_bar import ChoiceBar
from hitl_tui.tui.widgets.formats import format_of
from hitl_tui.tui.widgets.ground import Column
from hitl_tui.tui.widgets.guard import Guard
from hitl_tui.tui.widgets.input_parts import TYPES, next_empty, parts_of
from hitl_tui.tui.widgets.options import Options
from hitl_tui.tui.widgets.safe_inputs import EmptyMeant
from hitl_tui.tui.widgets.typed import Typed

if TYPE_CHECKING:
    from hitl_tui.tui.widgets.part_list import PartList

ESCAPED = "as JSON: it holds characters that cannot be shown"
KEPT = "too long to edit here: sent as it is"
RAW = "as JSON: the field's own inputs cannot hold it"
KNOWN = "sent as it truly is unless you type another"
_KINDS = {
    FieldKind.INTEGER: "whole number",
    FieldKind.NUMBER: "number",
    FieldKind.LIST: "list",
    FieldKind.ENTRIES: "names and values",
    FieldKind.JSON: "JSON",
}


class FieldInput(Column):
    """Owns what is typed for one field; `Edited` tells that the operator touched it."""

    @dataclass
    class Edited(Message):
        """The operator typed or picked; what is typed may be the same as before."""

        input: FieldInput

    def __init__(self, field: Field, typed: Typed, guard: Guard, *, restored: bool = False) -> None:
        super().__init__()
        self.field = field
        self._typed = typed
        self._parts = parts_of(field, typed, guard, restored=restored)
        self._reading = Static(classes="field--reading", markup=False)
        self._message = Static(classes="field--message", markup=False)

    @property
    def typed(self) -> Typed:
        """What is typed and picked now."""
        return self._typed

    def compose(self) -> ComposeResult:
        """Label, help, the inputs, and a message that takes no room while nothing is wrong."""
        if label := _label(self.field, self._typed):
            yield Static(Content(label), classes="field--label", markup=False)
        if self.field.help:
            yield Static(Content(clean(self.field.help)), classes="field--help", markup=False)
        yield from self._parts
        yield self._reading
        yield self._message

    def on_mount(self) -> None:
        """Show only what the state calls for."""
        self._show()

    def complain(self, message: str) -> None:
        """Mark the field as wrong and say why; an empty message takes that back."""
        self._message.update(Content(clean(message)))
        self.set_class(bool(message), "-invalid")

    def mark(self, faults: Sequence[Fault]) -> None:
        """Mark what is wrong in the field, at its very place; nothing takes old marks back."""
        nested = self._parts.nested
        inner = [f for f in faults if nested is not None and nested.holds(f.inside) and f.inside]
        if nested is not None:
            nested.mark([(fault.inside, fault.problem.message) for fault in inner])
        own = next((fault for fault in faults if fault not in inner), None)
        place = f"{own.inside}: " if own and own.inside else ""
        self.complain(f"{place}{own.problem.message}" if own else "")

    def focus_place(self, place: str) -> None:
        """Focus the input at a dotted place inside the field: where it was typed, if it was.

        What is typed on belongs there, and must not fall into a bar of choices above it.
        """
        if self._parts.nested is not None and place:
            self._parts.nested.focus_place(place)
        elif typed := self._parts.typed_in(self._typed):
            typed.focus()
        else:
            self.focus_first()

    def focus_first(self) -> None:
        """Focus the first input that is there."""
        if self._parts.nested is not None:
            self._parts.nested.focus_first()
            return
        for part in self._parts:
            if part.display:
                part.focus()
                return

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        """Enter in a line sends nothing: it goes to the next input."""
        event.stop()
        self.screen.focus_next()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _text_changed(self, event: Input.Changed | TextArea.Changed) -> None:
        event.stop()
        source = event.control
        text = source.value if isinstance(source, Input) else source.text
        if not source.display or text == self._typed.text:
            return
        keeps = self.field.kind is FieldKind.CHOICES
        if self._parts.options is not None and not keeps:
            self._parts.options.unmark()
        self._set(replace(self._typed, text=text, picked=self._typed.picked if keeps else ()))

    @on(EmptyMeant)
    def _empty_meant(self, event: EmptyMeant) -> None:
        event.stop()
        self._set(next_empty(self.field, self._typed))

    @on(Options.Marked)
    def _marked(self, event: Options.Marked) -> None:
        event.stop()
        picked = event.options.picked
        if event.options is self._parts.empty:
            self._set(replace(self._typed, empty=0 in picked, null=picked == (1,)))
            return
        text = self._typed.text if self.field.kind is FieldKind.CHOICES or not picked else ""
        self._set(replace(self._typed, picked=picked, text=text))

    def on_part_list_edited(self, event: PartList.Edited) -> None:
        """Something was added, removed, moved or changed in the parts."""
        event.stop()
        self._set(event.parts.typed)

    @on(ChoiceBar.Picked)
    def _picked(self, event: ChoiceBar.Picked) -> None:
        event.stop()
        if event.bar is self._parts.yes_no:
            self._set(replace(self._typed, picked=(event.index,)))
            return
        self._set(replace(self._typed, type=TYPES[event.index], picked=()))
        self._focus_typed()

    def _focus_typed(self) -> None:
        """After a type is picked, what is typed next belongs into its input."""
        if part := self._parts.typed_in(self._typed):
            part.focus()

    def _show(self) -> None:
        """Show only what the state calls for, and a text of a format in words."""
        self._parts.show(self.field, self._typed)
        said = "" if self._typed.escaped else format_of(self.field.schema).reading(self._typed.text)
        said = "\n".join(filter(None, [said, *beware(self._typed)]))
        self._reading.update(Content(clean(said)))
        self._reading.display = bool(said)

    def _set(self, typed: Typed) -> None:
        self._typed = typed
        self._parts.load(typed)
        self._show()
        self.complain("")
        self.post_message(self.Edited(self))


def beware(typed: Typed) -> list[str]:
    """What a typed text hides, a line each."""
    return [f"! {caution}" for caution in cautions(typed.text)]


def _label(field: Field, typed: Typed) -> str:
    notes = [_KINDS.get(field.kind, ""), "" if field.required else "optional"]
    name = clean(field.label or field.name)
    notes = notes if name else []  # an item's kind is its list's: said once
    notes += [
        ESCAPED if typed.escaped else "",
        KEPT if typed.kept else "",
        KNOWN if is_mark(typed.text.strip('"')) else RAW if typed.raw else "",
    ]
    note = ", ".join(filter(None, notes))
    return f"{name}  ({note})".strip() if note else name
