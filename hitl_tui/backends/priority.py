"""How urgent a thread says it is: the key `priority` of what it asks, else of its metadata."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from hitl_tui.model.threads import Interrupt

_KEY = "priority"
_WORDS = {"low": -1.0, "normal": 0.0, "medium": 0.0, "high": 1.0, "urgent": 2.0, "critical": 2.0}


def priority(metadata: Mapping[str, Any], interrupts: Iterable[Interrupt]) -> float | None:
    """The greatest that a question gives, else the metadata's; None if nothing gives one."""
    asked = [_number(i.value[_KEY]) for i in interrupts if _has(i.value)]
    found = [number for number in asked if number is not None]
    return max(found) if found else _number(metadata.get(_KEY))


def _has(value: Any) -> bool:
    return isinstance(value, dict) and _KEY in value


def _number(value: Any) -> float | None:
    """A number, or a word that stands for one; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, str) and value.strip().lower() in _WORDS:
        return _WORDS[value.strip().lower()]
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
