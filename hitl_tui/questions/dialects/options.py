"""A prompt and a list to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hitl_tui.model.question import Field, FieldKind
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.dialect import Dialect, Reading, Topic, Way
from hitl_tui.questions.form import Form, Slot
from hitl_tui.questions.payload import (
    brief,
    clip,
    distinct,
    facts_of,
    is_record,
    pick,
    prompt,
    prompt_key,
)


class Options(Dialect):
    """Goes back: the chosen value itself, not wrapped."""

    name = "options"

    def claims(self, interrupt: Interrupt) -> bool:
        """A text that asks, and at least one option."""
        listed = pick(interrupt.value, "options", "choices")
        return prompt_key(interrupt.value) is not None and isinstance(listed, list) and bool(listed)

    def read(self, interrupt: Interrupt) -> Reading:
        """A key for each option up to nine; more of them are one field."""
        listed = pick(interrupt.value, "options", "choices")
        values = tuple(_value(option) for option in listed)
        labels = [_label(option) for option in listed]
        if len(values) > 9:
            field = Field("value", FieldKind.CHOICE, "Answer", choices=values)
            ways: tuple[Way, ...] = (Way("answer", Form(slots=(Slot(field),)), "Answer"),)
        else:
            triples = zip(distinct(labels), values, "123456789", strict=False)
            ways = tuple(Way(label, Form(value), label, key=key) for label, value, key in triples)
        facts = _facts(interrupt.value)
        return Reading((Topic(self.title(interrupt), ways, facts=facts),), prompt(interrupt.value))

    def schema(self, interrupt: Interrupt) -> Mapping[str, Any]:
        """One of the options' values."""
        listed = pick(interrupt.value, "options", "choices")
        return {"enum": [_value(option) for option in listed]}


def _value(option: Any) -> Any:
    return option["value"] if is_record(option) and "value" in option else option


def _label(option: Any) -> str:
    shown = pick(option, "label", "title", "name", "text")
    return clip(shown, 60) if isinstance(shown, str) and shown else clip(brief(_value(option)), 60)


def _facts(value: Mapping[str, Any]) -> dict[str, Any]:
    """What the payload says besides; the options too, where they say more than their values."""
    facts = facts_of(value)
    for key in ("options", "choices"):
        if key in facts and not any(map(is_record, facts[key])):
            del facts[key]
    return facts
