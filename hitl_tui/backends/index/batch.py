"""The next threads of a file as a build reads them: which are there, and what of them is new."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hitl_tui.backends import heads as keys
from hitl_tui.backends.index.changes import all_writes_between
from hitl_tui.backends.index.entry import signature
from hitl_tui.backends.index.reading import Read, read_entries
from hitl_tui.backends.tables import stored

if TYPE_CHECKING:
    from hitl_tui.backends.heads import HeadRow
    from hitl_tui.backends.words import Describe

BATCH = 256
TOGETHER = 8
"""Batches that are written together: full text takes many rows in half the time."""

KNOWN = 2 * BATCH
Known = Mapping[str, tuple[object, ...]]
"""The signatures of the threads that the index has, by id."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What was found: which threads are there, what of them is new, and the last one.

    `added` are those of the new ones that the index has not.
    """

    there: frozenset[str] = frozenset()
    entries: Sequence[Read] = ()
    added: Sequence[Read] = ()
    last: str | None = None


def joined(batches: Sequence[Batch]) -> Batch:
    """Batches that follow each other as one."""
    return Batch(
        frozenset().union(*(batch.there for batch in batches)),
        [read for batch in batches for read in batch.entries],
        [read for batch in batches for read in batch.added],
        next((batch.last for batch in reversed(batches) if batch.last is not None), None),
    )


def read_batch(
    connection: sqlite3.Connection,
    after: str,
    known: Known,
    describe: Describe,
    until: str | None = None,
) -> Batch:
    """The threads after one, none beyond `until`; `known` are those that the index has there."""
    heads = sorted(keys.heads_after(connection, after, BATCH), key=_key)
    if until is not None:
        heads = [head for head in heads if _key(head) <= stored(until)]
    if not heads:
        return Batch()
    writes = all_writes_between(connection, after, heads[-1].thread_id)
    changed = [
        head
        for head in heads
        if known.get(head.thread_id) != signature(head, writes.get(head.thread_id, 0))
    ]
    is_all_known = len(known) < KNOWN
    new = [head for head in changed if is_all_known and head.thread_id not in known]
    old = [head for head in changed if not is_all_known or head.thread_id in known]
    return Batch(
        frozenset(head.thread_id for head in heads),
        read_entries(connection, old, writes, describe),
        read_entries(connection, new, writes, describe),
        heads[-1].thread_id,
    )


def _key(head: HeadRow) -> bytes:
    return stored(head.thread_id)
