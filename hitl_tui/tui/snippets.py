"""Where in what a thread asks a searched text stands, in a few words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from hitl_tui.model.threads import ThreadSummary
from hitl_tui.text import Safe, line

_BEFORE, _AFTER = 16, 60  # characters around what is found
_VALUES = 2_000  # looked at in one thread: a flood is searched at its beginning
_LONGEST = 16_384  # characters looked at in one text


def pattern(search: str) -> re.Pattern[str] | None:
    """What finds the text without case; None if nothing is searched."""
    return re.compile(re.escape(search), re.IGNORECASE) if search else None


def snippet(row: ThreadSummary, sought: re.Pattern[str]) -> Safe:
    """The first text of the questions that holds it, cut to what stands around; else nothing."""
    for text in _texts([interrupt.value for interrupt in row.interrupts]):
        if match := sought.search(text, 0, _LONGEST):
            start, end = max(0, match.start() - _BEFORE), match.end() + _AFTER
            before, after = "…" if start else "", "…" if end < len(text) else ""
            return line(f"{before}{text[start:end]}{after}")
    return Safe("")


def _texts(values: list[Any]) -> Iterator[str]:
    """The keys and values of plain data as texts, from the top down, the first few of them."""
    left = _VALUES
    while values and left:
        deeper: list[Any] = []
        for value in values[:left]:
            left -= 1
            if isinstance(value, dict):
                deeper += chain.from_iterable(islice(value.items(), left))
            elif isinstance(value, list):
                deeper += value[:left]
            else:
                yield value if isinstance(value, str) else str(value)
        values = deeper
