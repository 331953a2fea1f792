"""What an operator typed and picked, field by field, before it means anything; plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class BadInput(ValueError):
    """What is typed means no value of the field's kind; the message says what would.

    `faults` has each thing that is wrong with its place inside the field, dotted, empty for the
    field itself.
    """

    def __init__(self, message: str, faults: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.faults = tuple(faults) or (("", message),)


class Type(StrEnum):
    """The types that a field for any value offers."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "yes/no"
    JSON = "JSON"


@dataclass(frozen=True, slots=True)
class Typed:
    """The state of one field's input.

    `picked` are positions in the field's choices (yes/no: 0 is yes). `empty` says that an empty
    text or list is meant, `null` that null is. `escaped` says that `text` is a JSON string,
    because what it stands for cannot be shown as it is; `raw` that it is the JSON of a value that
    the field's own inputs cannot hold. `type` is the one chosen in a field for any value. `kept`
    says that the default is sent, because it is too long to be edited here. `parts` are those of
    a field that holds parts, in their order.
    """

    text: str = ""
    picked: tuple[int, ...] = ()
    empty: bool = False
    escaped: bool = False
    type: Type | None = None
    kept: bool = False
    null: bool = False
    raw: bool = False
    parts: tuple[Pick, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether nothing is typed, picked or added."""
        return not (self.text or self.picked or self.parts)


@dataclass(frozen=True, slots=True)
class Pick:
    """What is chosen and typed for one action, or for one part of a field.

    `decision` is a position, None: not chosen. `drafts` holds what is typed, by decision and name
    of field: others than the chosen one keep theirs.
    """

    decision: int | None = None
    drafts: Mapping[int, Mapping[str, Typed]] = field(default_factory=dict)

    @property
    def typed(self) -> Mapping[str, Typed]:
        """What is typed for the chosen decision, by name of field."""
        return {} if self.decision is None else self.drafts.get(self.decision, {})
