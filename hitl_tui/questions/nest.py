"""Parts inside a field: what an item of a list, an entry, or an inner object is made of.

A part is decided upon like a whole answer: in one of the ways of its schema, each with fields of
its own. They are worked out only when somebody looks, because a schema may contain itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hitl_tui.model.question import MISSING, Choice, Decision, Field, FieldKind
from hitl_tui.questions.dialect import Way
from hitl_tui.questions.form import Form, Slot
from hitl_tui.questions.keys import decisions
from hitl_tui.questions.resolve import Schema

WHOLE = ""
"""The name of the field of a part that is one single value."""

NAME, VALUE = "name", "value"
"""The keys of an entry's part."""


@dataclass(frozen=True)
class Part:
    """A part that satisfies `schema`, whose references lead into `root`."""

    schema: Any
    root: Schema

    @cached_property
    def _ways(self) -> tuple[Way, ...]:
        from hitl_tui.questions.ways import ways_of  # a form holds parts, as a part holds forms

        return ways_of(self.schema, self.root, WHOLE)

    def ways(self) -> tuple[Decision, ...]:
        """One for each alternative."""
        return decisions(self._ways)

    def make(self, choice: Choice) -> Any:
        """What the chosen way's form makes of the values."""
        way = next(way for way in self._ways if way.name == choice.decision)
        return way.form.assemble(choice.values)

    def recall(self, value: Any) -> Choice | None:
        """The first way whose form makes this value."""
        known = ((way.name, way.form.values(value)) for way in self._ways)
        return next((Choice(name, found) for name, found in known if found is not None), None)


class Entry(Part):
    """An entry of an object with free names: its name, and a value that satisfies `schema`."""

    @cached_property
    def _ways(self) -> tuple[Way, ...]:
        from hitl_tui.questions.part import slot_of
        from hitl_tui.questions.resolve import resolve

        name = Field(NAME, FieldKind.TEXT)
        plain = resolve(self.schema, self.root)
        value = slot_of(plain, self.root, (VALUE,), MISSING, required=True, path=(VALUE,))
        return (Way("entry", Form({}, (Slot(name, (NAME,)), value)), "Entry"),)
