"""SQL with what it binds, and how a text is looked for in what threads ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hitl_tui.backends.index.named import listed
from hitl_tui.backends.words import fold

FOUND = "WITH found (id) AS MATERIALIZED (SELECT rowid FROM words WHERE {}) "
"""What a search finds, by a condition, as a table of its own."""

_TRIGRAM = 3  # characters: shorter texts are looked for in all of the words


@dataclass(slots=True)
class Statement:
    """SQL and what it binds."""

    sql: str = ""
    values: list[Any] = field(default_factory=list)

    def add(self, sql: str, *values: Any) -> Statement:
        """Append to it."""
        self.sql += sql
        self.values += values
        return self


def is_full_text(text: str) -> bool:
    """Whether full text knows where a text that is searched stands."""
    return len(fold(text)) >= _TRIGRAM


def looked_for(text: str) -> Statement:
    """The condition that words hold a text that is searched."""
    folded = fold(text)
    if not is_full_text(text):
        return Statement("instr(text, ?)", [folded])
    quoted = folded.replace('"', '""')
    return Statement("words MATCH ?", [f'"{quoted}"'])


def these(ids: Iterable[int], text: str) -> Statement:
    """What a search finds among some threads, at least one."""
    return Statement(FOUND.format(f"rowid IN ({listed(ids)}) AND instr(text, ?)"), [fold(text)])
