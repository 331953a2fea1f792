"""What a search looks at, and how text is folded for it: the same wherever the search is done."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hitl_tui.model.threads import Interrupt, ThreadSummary

MOST = 16_384
"""How many characters of a thread can be searched: a flood of text is found by its beginning."""

Describe = Callable[["Interrupt"], tuple[str, str]]
"""Tells the kind of a question and its title; given by those who understand payloads."""


def undescribed(interrupt: Interrupt) -> tuple[str, str]:
    """A question of which only the payload is known."""
    return "", ""


def fold(text: str) -> str:
    """Text as it is compared: without case, and with nothing that a database cannot hold."""
    folded = text.casefold().replace("\0", "\N{REPLACEMENT CHARACTER}")
    return folded.encode("utf-8", "replace").decode()


def words(summary: ThreadSummary, title: str) -> str:
    """The thread's id, its graph, its title and all that is asked, folded."""
    import json

    asked = [json.dumps(begun(i.value), ensure_ascii=False) for i in summary.interrupts]
    text = "\n".join((summary.thread_id, summary.graph_id or "", title, *asked))
    return fold(text[:MOST])[:MOST]


def begun(value: Any) -> Any:
    """The value, without what of its JSON comes after the first `MOST` characters.

    So that a flood costs no more than its beginning. Each part takes a character at the least.
    """
    left = [MOST]

    def cut(part: Any) -> Any:
        """The part, as far as there is room left for it."""
        left[0] -= 1
        if isinstance(part, str):
            return part[:MOST]
        if isinstance(part, dict):
            items = takewhile(lambda item: left[0] > 0, part.items())
            return {key: cut(item) for key, item in items}
        if isinstance(part, list):
            return [cut(item) for item in takewhile(lambda item: left[0] > 0, part)]
        return part

    return cut(value)
