"""Entries read from a file: what is light in bundles, what is heavy one by one, after all else.

Sizes are asked before anything is loaded, so no more is in memory than a bundle, or one thread. A
heavy thread has an entry at once, `unread`, that tells what keys and sizes do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from hitl_tui.backends.index.entry import Entry, entry_of
from hitl_tui.backends.page_rows import PageRows
from hitl_tui.backends.summaries import summaries
from hitl_tui.backends.weight import HEAVY, Weight, heavy_among, sizes, unread

if TYPE_CHECKING:
    from hitl_tui.backends.apart import HeavyRow
    from hitl_tui.backends.heads import HeadRow
    from hitl_tui.backends.words import Describe

_TOGETHER = 4 * HEAVY
"""Bytes of threads that are read together."""

_SMALL = 16_384
"""Bytes of a value that is loaded before its thread's size is asked."""

_FEW = HEAVY // _SMALL - 2
"""Writes of a thread that is surely not heavy if all it holds is small."""

Read = tuple[Entry, str]
"""An entry with its words."""


def read_entries(
    connection: sqlite3.Connection,
    heads: Sequence[HeadRow],
    all_writes: Mapping[str, int],
    describe: Describe,
    *,
    whole: bool = False,
) -> list[Read]:
    """The entries of these heads; those of heavy threads are `unread`, unless all is to be read."""
    by_id = {head.thread_id: head for head in heads}

    def read(rows: PageRows, names: Sequence[str]) -> list[Read]:
        return [
            entry_of(by_id[name], summary, all_writes.get(name, 0), describe, rows.proof(name))
            for name, summary in zip(names, summaries(rows, names), strict=True)
            if summary is not None
        ]

    rows = PageRows(connection, list(by_id), most=_SMALL, heads=heads)
    large = {name for name in by_id if name in rows.larger or rows.writes(name) > _FEW}
    found = read(rows, [name for name in by_id if name not in large])
    sized = sizes(connection, [name for name in by_id if name in large])
    weights = {} if whole else heavy_among(connection, sized)
    for bundle in _bundles({name: size for name, size in sized.items() if name not in weights}):
        found += read(PageRows(connection, bundle), bundle)
    return found + [unread_entry(weight, describe) for weight in weights.values()]


def entry_apart(row: HeavyRow, describe: Describe) -> Read | None:
    """The entry of a heavy thread that was read apart; None if it is gone."""
    if row.summary is None:
        return None
    return entry_of(row.weight.head, row.summary, row.weight.rows[0], describe, row.proof)


def unread_entry(weight: Weight, describe: Describe) -> Read:
    """The entry of a heavy thread that nobody has read yet."""
    entry, words = entry_of(weight.head, unread(weight), weight.rows[0], describe)
    return entry._replace(told=b"", unread=1), words


def _bundles(sized: Mapping[str, int]) -> Iterator[list[str]]:
    """The threads in lists of which each is soon read, at least one in each."""
    bundle: list[str] = []
    room = _TOGETHER
    for name, size in sized.items():
        if bundle and size > room:
            yield bundle
            bundle, room = [], _TOGETHER
        bundle.append(name)
        room -= size
    if bundle:
        yield bundle
