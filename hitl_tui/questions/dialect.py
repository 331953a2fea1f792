"""What a dialect is: how one family of payloads asks, and what goes back.

To teach hitl-tui another one, subclass `Dialect` and name the class under the entry point group
`hitl_tui.dialects`. A dialect only describes: which decisions there are, and for each a form
whose value is the answer. Checking, keys, and turning errors into words are done for all alike.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from hitl_tui.model.threads import NOTHING, Interrupt
from hitl_tui.questions.form import Form, Path
from hitl_tui.questions.payload import brief, headline, prompt

ANYTHING: Mapping[str, Any] = NOTHING
"""The JSON Schema that every value satisfies."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to decide: its name, as the command line spells it, and the answer it makes.

    `key` is the wanted key; without one a letter of the name is taken, and it is always unique.
    """

    name: str
    form: Form
    label: str = ""
    help: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to decide about, and the ways to do so; becomes an `Action`."""

    title: str
    ways: tuple[Way, ...]
    text: str = ""
    facts: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a payload says; becomes a `Question`, whose docstring explains the parts.

    `patience` is how long the asker waits, where that is said instead of a deadline.
    """

    topics: tuple[Topic, ...] = ()
    text: str = ""
    unknown: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    deadline: datetime | None = None
    blocked: str = ""
    patience: timedelta | None = None


class Dialect(ABC):
    """How one family of payloads asks. Stateless; nothing here does I/O or raises.

    `name` tells it apart in `Question.dialect` and on the command line.
    """

    name: ClassVar[str]

    @abstractmethod
    def claims(self, interrupt: Interrupt) -> bool:
        """Whether this payload is wholly of this dialect's shape. Cheap: asked for every row.

        The other methods are called only for interrupts that are claimed.
        """

    @abstractmethod
    def read(self, interrupt: Interrupt) -> Reading:
        """What it asks, and how it can be decided."""

    def title(self, interrupt: Interrupt) -> str:
        """What it asks in one line, raw and cheap."""
        return headline(prompt(interrupt.value)) or brief(interrupt.value)

    def schema(self, interrupt: Interrupt) -> Mapping[str, Any]:
        """The JSON Schema of the whole answer; ANYTHING if the asker takes every value."""
        return ANYTHING

    def pack(self, interrupt: Interrupt, answers: Sequence[Any]) -> Any:
        """The value that goes back, made of each topic's answer in their order."""
        return answers[0]

    def path(self, index: int) -> Path:
        """Where the answer of that topic stands in what `pack` makes."""
        return ()
