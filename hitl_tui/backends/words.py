"""What a search looks at, and how text is folded for it: the same wherever the search is done."""

from __future__ import annotations

import json
from collections.abc import Callable

from hitl_tui.model.threads import Interrupt, ThreadSummary

MOST = 16_384
"""How many characters of a thread can be searched: a flood of text is found by its beginning."""

Describe = Callable[[Interrupt], tuple[str, str]]
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
    asked = [json.dumps(i.value, ensure_ascii=False) for i in summary.interrupts]
    text = "\n".join((summary.thread_id, summary.graph_id or "", title, *asked))
    return fold(text[:MOST])[:MOST]
