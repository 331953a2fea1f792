"""Every thread of a source in the queue's order, in memory, refreshed by what changed.

A `Catalogue` is one state of the source and never changes its rows; a later state shares the rows
that stayed the same, with what was found out about them. So any thread may read one without a lock.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from hitl_tui.backends import heads as keys
from hitl_tui.backends.heads import HeadRow, Mark
from hitl_tui.backends.queue_row import Row, waiting


class Seen(NamedTuple):
    """What tells one state of the tables from another: their last rows and how many there are."""

    marks: tuple[Mark, Mark]
    checkpoints: int
    writes: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The rows in order: those that ask, oldest first, then the others, newest first."""

    rows: tuple[Row, ...]
    by_id: Mapping[str, Row]
    seen: Seen

    @classmethod
    def read(cls, connection: sqlite3.Connection, before: Catalogue | None) -> Catalogue:
        """The source's state now, at the cost of what changed since `before` where possible."""
        seen = Seen(keys.marks(connection), *keys.totals(connection))
        known: Mapping[str, Row] = {}
        if before and keys.is_there(connection, before.seen.marks):
            touched = keys.touched(connection, before.seen.marks)
            known = {key: row for key, row in before.by_id.items() if key not in touched}
            updated = _updated(connection, before, touched)
            added = keys.added(connection, before.seen.marks)
            if _explains(updated, added, before, seen):
                return cls._of(updated, known, seen)
        heads = {head.thread_id: head for head in keys.heads(connection)}
        return cls._of(heads, known, seen)

    @classmethod
    def _of(cls, heads: Mapping[str, HeadRow], known: Mapping[str, Row], seen: Seen) -> Catalogue:
        by_id = {key: _row(head, known.get(key)) for key, head in heads.items()}
        return cls(_ordered(by_id.values()), by_id, seen)


def _explains(updated: Mapping[str, HeadRow], added: int, before: Catalogue, seen: Seen) -> bool:
    """Whether the touched threads are all that changed: deletions leave no row, so rows count.

    Of writes, so many were `added`; where some were replaced, it is not known whose.
    """
    if seen.writes != before.seen.writes + added:
        return False
    return sum(head.checkpoints for head in updated.values()) == seen.checkpoints


def _updated(
    connection: sqlite3.Connection, before: Catalogue, touched: set[str]
) -> dict[str, HeadRow]:
    """The heads with those of touched threads read anew."""
    heads = {key: row.head for key, row in before.by_id.items()}
    for thread in touched:
        heads.pop(thread, None)
    heads.update((head.thread_id, head) for head in keys.heads_of(connection, touched))
    return heads


def _row(head: HeadRow, known: Row | None) -> Row:
    return known if known and known.head == head else Row(head)


def _ordered(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=waiting))
