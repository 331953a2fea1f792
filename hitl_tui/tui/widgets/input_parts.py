"""Which widgets a field's kind needs, and which of them its state calls for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.widget import Widget

from hitl_tui.model.question import NESTED, Field, FieldKind
from hitl_tui.tui.widgets.choice_bar import ChoiceBar, Item
from hitl_tui.tui.widgets.format_input import FormatInput
from hitl_tui.tui.widgets.formats import NONE, format_of
from hitl_tui.tui.widgets.guard import Guard
from hitl_tui.tui.widgets.options import Options
from hitl_tui.tui.widgets.safe_inputs import LineInput, LinesInput
from hitl_tui.tui.widgets.typed import Type, Typed

if TYPE_CHECKING:
    from hitl_tui.tui.widgets.part_list import PartList

TYPES = tuple(Type)
_TYPE_KEYS = ("t", "n", "y", "j")
_LINE = (FieldKind.TEXT, FieldKind.INTEGER, FieldKind.NUMBER, FieldKind.ANY)
_LINES = (FieldKind.LINES, FieldKind.JSON, FieldKind.ANY)
_YES_NO = (FieldKind.BOOLEAN, FieldKind.ANY)
_LISTS = (FieldKind.CHOICE, FieldKind.CHOICES)
_TEXTS = (FieldKind.TEXT, FieldKind.LINES)
_TYPED = (*_TEXTS, FieldKind.INTEGER, FieldKind.NUMBER)
MEANT = 'sends "" · ctrl+e takes it back'
NOT_MEANT = "empty · ctrl+e to send an empty text"
NULL = "sends null · ctrl+e takes it back"
NOT_NULL = "empty · ctrl+e to send null"
EITHER = 'empty · ctrl+e to send "" or null'
THEN_NULL = 'sends "" · ctrl+e to send null'


@dataclass(slots=True)
class Parts:
    """The inputs of one field, from top to bottom; None where the kind has no use for it."""

    types: ChoiceBar | None = None
    options: Options | None = None
    yes_no: ChoiceBar | None = None
    line: LineInput | None = None
    lines: LinesInput | None = None
    empty: Options | None = None
    nested: PartList | None = None

    def __iter__(self) -> Iterator[Widget]:
        texts = (self.types, self.options, self.yes_no, self.line, self.lines)
        return (part for part in (*texts, self.empty, self.nested) if part is not None)

    def show(self, field: Field, typed: Typed) -> None:
        """Show only the parts that the state calls for."""
        any_kind = field.kind is FieldKind.ANY and not typed.raw
        texts = (Type.TEXT, Type.NUMBER)
        _display(self.yes_no, not any_kind or typed.type is Type.BOOLEAN)
        _display(self.line, not any_kind or typed.type in texts)
        _display(self.lines, not any_kind or typed.type is Type.JSON)
        _display(self.empty, not typed.picked and not typed.text)
        hint = hint_of(field, typed)
        for part in (self.line, self.lines):
            if part is not None:
                part.placeholder = hint
                part.takes_empty = may_be_empty(field, typed) or may_be_null(field, typed)

    def typed_in(self, typed: Typed) -> Widget | None:
        """The input that the chosen type, or the text that is typed, calls for; None if neither."""
        if typed.type is not None:
            by_type = {Type.BOOLEAN: self.yes_no, Type.JSON: self.lines}
            return by_type.get(typed.type, self.line)
        return (self.line or self.lines) if typed.text else None

    def load(self, typed: Typed) -> None:
        """Put the text into the inputs that do not hold it yet."""
        if self.line is not None and self.line.value != typed.text:
            self.line.value = typed.text
        if self.lines is not None and self.lines.text != typed.text:
            self.lines.text = typed.text


def parts_of(field: Field, typed: Typed, guard: Guard, *, restored: bool = False) -> Parts:
    """New widgets for a field, in the given state; `restored` if somebody brought it there."""
    kind, free = field.kind, field.free and field.kind in _LISTS
    parts = Parts()
    if typed.kept:
        return parts
    if typed.raw:
        parts.lines = LinesInput(typed.text, guard, at_end=restored)
        return parts
    if kind in NESTED:
        from hitl_tui.tui.widgets.part_list import PartList  # forms hold fields hold forms

        parts.nested = PartList(field, typed, guard)
    if kind is FieldKind.ANY:
        items = [Item(key, each.value) for key, each in zip(_TYPE_KEYS, TYPES, strict=True)]
        chosen = None if typed.type is None else TYPES.index(typed.type)
        parts.types = ChoiceBar(items, guard, picked=chosen, classes="field--types")
    if kind in _LISTS:
        many = kind is FieldKind.CHOICES
        parts.options = Options(field.choices, guard, picked=typed.picked, many=many)
    if kind in _YES_NO:
        picked = typed.picked[0] if typed.picked else None
        items = [Item("y", "yes"), Item("n", "no")]
        items += [Item("0", "null")] if field.nullable else []
        parts.yes_no = ChoiceBar(items, guard, picked=picked)
    if kind in _LINE or free:
        parts.line = _line(field, typed, guard)
    if kind in _LINES:
        parts.lines = LinesInput(typed.text, guard, at_end=restored)
    if kind is FieldKind.CHOICES:
        meant = (0,) if typed.empty else (1,) if typed.null else ()
        offered = ["send an empty list", *(["send null"] if field.nullable else [])]
        parts.empty = Options(offered, guard, picked=meant)
    return parts


def _line(field: Field, typed: Typed, guard: Guard) -> LineInput:
    known = format_of(field.schema)
    if known is NONE or typed.escaped:
        return LineInput(typed.text, guard)
    return FormatInput(typed.text, guard, known)


def may_be_empty(field: Field, typed: Typed) -> bool:
    """Whether an empty text could be meant: the field takes one, and nothing is typed or picked."""
    if typed.text or typed.picked or typed.raw or format_of(field.schema) is not NONE:
        return False
    shortest = field.schema.get("minLength", 0)
    if isinstance(shortest, int | float) and shortest > 0:
        return False
    free = field.kind is FieldKind.CHOICE and field.free
    return field.kind in _TEXTS or free or typed.type is Type.TEXT


def may_be_null(field: Field, typed: Typed) -> bool:
    """Whether null could be meant where nothing is typed."""
    return field.nullable and typed.blank and field.kind in _TYPED


def next_empty(field: Field, typed: Typed) -> Typed:
    """The next of what an empty field can mean: nothing, an empty text, null."""
    text, null = may_be_empty(field, typed), may_be_null(field, typed)
    if text and not typed.empty and not typed.null:
        return replace(typed, empty=True)
    return replace(typed, empty=False, null=null and not typed.null)


def hint_of(field: Field, typed: Typed) -> str:
    """What an empty field means, and how to change that; empty if something is typed."""
    text, null = may_be_empty(field, typed), may_be_null(field, typed)
    if typed.null and null:
        return NULL
    if text and typed.empty:
        return THEN_NULL if null else MEANT
    if text:
        return EITHER if null else NOT_MEANT
    return NOT_NULL if null else format_of(field.schema).hint


def _display(part: Widget | None, shown: bool) -> None:
    if part is not None:
        part.display = shown
