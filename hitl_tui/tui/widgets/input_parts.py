"""Which widgets a field's kind needs, and which of them its state calls for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual.widget import Widget

from hitl_tui.model.question import Field, FieldKind
from hitl_tui.tui.widgets.answer_values import Type, Typed
from hitl_tui.tui.widgets.choice_bar import ChoiceBar, Item
from hitl_tui.tui.widgets.guard import Guard
from hitl_tui.tui.widgets.options import Options
from hitl_tui.tui.widgets.safe_inputs import LineInput, LinesInput

TYPES = tuple(Type)
_TYPE_KEYS = ("t", "n", "y", "j")
_LINE = (FieldKind.TEXT, FieldKind.INTEGER, FieldKind.NUMBER, FieldKind.ANY)
_LINES = (FieldKind.LINES, FieldKind.JSON, FieldKind.ANY)
_YES_NO = (FieldKind.BOOLEAN, FieldKind.ANY)
_LISTS = (FieldKind.CHOICE, FieldKind.CHOICES)
_TEXTS = (FieldKind.TEXT, FieldKind.LINES)
MEANT = 'sends "" · ctrl+e takes it back'
NOT_MEANT = "empty · ctrl+e to send an empty text"


@dataclass(slots=True)
class Parts:
    """The inputs of one field, from top to bottom; None where the kind has no use for it."""

    types: ChoiceBar | None = None
    options: Options | None = None
    yes_no: ChoiceBar | None = None
    line: LineInput | None = None
    lines: LinesInput | None = None
    empty: Options | None = None

    def __iter__(self) -> Iterator[Widget]:
        parts = (self.types, self.options, self.yes_no, self.line, self.lines, self.empty)
        return (part for part in parts if part is not None)

    def show(self, field: Field, typed: Typed) -> None:
        """Show only the parts that the state calls for."""
        any_kind = field.kind is FieldKind.ANY
        texts = (Type.TEXT, Type.NUMBER)
        _display(self.yes_no, not any_kind or typed.type is Type.BOOLEAN)
        _display(self.line, not any_kind or typed.type in texts)
        _display(self.lines, not any_kind or typed.type is Type.JSON)
        _display(self.empty, not typed.picked and not typed.text)
        hint = (MEANT if typed.empty else NOT_MEANT) if may_be_empty(field, typed) else ""
        for part in (self.line, self.lines):
            if part is not None:
                part.placeholder = hint

    def load(self, typed: Typed) -> None:
        """Put the text into the inputs that do not hold it yet."""
        if self.line is not None and self.line.value != typed.text:
            self.line.value = typed.text
        if self.lines is not None and self.lines.text != typed.text:
            self.lines.text = typed.text


def parts_of(field: Field, typed: Typed, guard: Guard) -> Parts:
    """New widgets for a field, in the given state."""
    kind, free = field.kind, field.free and field.kind in _LISTS
    parts = Parts()
    if typed.kept:
        return parts
    if kind is FieldKind.ANY:
        items = [Item(key, each.value) for key, each in zip(_TYPE_KEYS, TYPES, strict=True)]
        chosen = None if typed.type is None else TYPES.index(typed.type)
        parts.types = ChoiceBar(items, guard, picked=chosen, classes="field--types")
    if kind in _LISTS:
        many = kind is FieldKind.CHOICES
        parts.options = Options(field.choices, guard, picked=typed.picked, many=many)
    if kind in _YES_NO:
        picked = typed.picked[0] if typed.picked else None
        parts.yes_no = ChoiceBar([Item("y", "yes"), Item("n", "no")], guard, picked=picked)
    if kind in _LINE or free:
        parts.line = LineInput(typed.text, guard)
    if kind in _LINES:
        parts.lines = LinesInput(typed.text, guard)
    if kind is FieldKind.CHOICES:
        meant = (0,) if typed.empty else ()
        parts.empty = Options(["send an empty list"], guard, picked=meant, many=True)
    return parts


def may_be_empty(field: Field, typed: Typed) -> bool:
    """Whether an empty text could be meant: the field takes one, and nothing is typed or picked."""
    if typed.text or typed.picked:
        return False
    free = field.kind is FieldKind.CHOICE and field.free
    return field.kind in _TEXTS or free or typed.type is Type.TEXT


def _display(part: Widget | None, shown: bool) -> None:
    if part is not None:
        part.display = shown
