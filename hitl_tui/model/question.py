"""Questions: what an interrupt asks, and the choices an operator makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from hitl_tui.model.threads import NOTHING, Interrupt


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
"""No default: unlike None, which is a value one can send."""


class FieldKind(StrEnum):
    """How a field is typed in, and of which type its value is."""

    TEXT = "text"  # str, one line
    LINES = "lines"  # str, many lines
    INTEGER = "integer"  # int
    NUMBER = "number"  # int or float
    BOOLEAN = "boolean"  # bool
    CHOICE = "choice"  # one of `choices`, of any type
    CHOICES = "choices"  # a list of some of `choices`
    LIST = "list"  # a list, each item a part of its own
    PART = "part"  # one part: an object's fields, or one of several alternatives
    ENTRIES = "entries"  # an object of free names, each entry a part: {"name", "value"}
    JSON = "json"  # any JSON value, typed as JSON
    ANY = "any"  # any value, its type chosen openly: text, number, yes/no or JSON


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a decision. `name` is unique in the decision, `label` is for people.

    `free` lets a choice field take a text besides its choices. An optional field left empty is
    absent from `Choice.values`; a nullable one takes None too. `nest` tells what the parts of a
    LIST, PART or ENTRIES field are made of; other kinds have none.
    """

    name: str
    kind: FieldKind
    label: str = ""
    help: str = ""
    required: bool = True
    default: Any = MISSING
    choices: tuple[Any, ...] = ()
    free: bool = False
    schema: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    nullable: bool = False
    nest: Nest | None = field(default=None, compare=False)


NESTED: Final = frozenset({FieldKind.LIST, FieldKind.PART, FieldKind.ENTRIES})
"""The kinds of fields that hold parts with fields of their own."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Something the operator can decide, with the key that picks it and the inputs it takes."""

    name: str
    label: str
    key: str
    fields: tuple[Field, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to decide about: a proposed tool call, or simply the question itself.

    `facts` are named values to show (a tool's arguments); `text` may be Markdown.
    """

    title: str
    text: str = ""
    facts: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What one interrupt asks, read from its payload's dialect.

    Most have one action; a batched request has several, answered together in the payload's order.
    `blocked` says why no answer can be given here, if so; `unknown` are keys of the payload that
    the dialect does not explain, shown and never dropped. `note` is what an operator must know
    about how answers are checked; `contract` names the contract that demands them, if one does.

    Where settings mask something of it, all this is as it may be shown; `origin` is then the
    interrupt as it truly is, which answers are checked against, and `masking` knows what is masked.

    `turn` tells it from what its node asked, or asks later, under the same id; empty: not known.
    """

    interrupt: Interrupt
    dialect: str
    title: str
    text: str = ""
    actions: tuple[Action, ...] = ()
    unknown: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    deadline: datetime | None = None
    blocked: str = ""
    note: str = ""
    contract: str = ""
    origin: Interrupt | None = field(default=None, compare=False, repr=False)
    masking: MaskedPayload | None = field(default=None, compare=False, repr=False)
    turn: str = field(default="", repr=False)

    @property
    def truth(self) -> Interrupt:
        """The interrupt as it truly is; nothing of it may be shown."""
        return self.origin or self.interrupt


@dataclass(frozen=True, slots=True)
class Choice:
    """What the operator chose for one action: a decision's name and its fields' values."""

    decision: str
    values: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


class Nest(Protocol):
    """The parts of a field: what one can be, made only when asked, for they may nest endlessly."""

    def ways(self) -> tuple[Decision, ...]:
        """The alternatives for one part, at least one, each with its fields."""

    def make(self, choice: Choice) -> Any:
        """The part's value; the choice's values are of their fields' types, none is missing."""

    def recall(self, value: Any) -> Choice | None:
        """The choice that makes this value; None if none does."""


class MaskedPayload(Protocol):
    """What settings mask of a question: shown as marks, each of which stands for a true value."""

    def lift(self, value: Any) -> Any:
        """The value with the true values in place of their marks."""

    def cover(self, value: Any, name: str = "") -> Any:
        """A value made of the payload, with marks; `name` is the key that it stands under."""

    def over(self, answer: Any) -> Any:
        """An answer as it may be shown."""

    def strays(self, value: Any) -> bool:
        """Whether a mark is left in a lifted value: it stands for nothing."""

    def hide(self, text: str) -> str:
        """A text for people without what is masked."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a value is refused: where (`path`, dotted, empty for the whole) and what to do."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message
