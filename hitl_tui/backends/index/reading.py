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
from hitl_tui.backends.weight import HEAVY, heavy_among, sizes, unread

if TYPE_CHECKING:
    from hitl_tui.backends.apart import HeavyRow
    from hitl_tui.backends.heads import HeadRow
    from hitl_tui.backends.words import Describe

_TOGETHER = 4 * HEAVY
"""Bytes of threads that are read together."""

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
    sized = sizes(connection, list(by_id))
    weights = {} if whole else heavy_among(connection, sized)
    found = [
        _unread(entry_of(weight.head, unread(weight), weight.rows[0], describe))
        for weight in weights.values()
    ]
    for bundle in _bundles({name: size for name, size in sized.items() if name not in weights}):
        rows = PageRows(connection, bundle)
        for name, summary in zip(bundle, summaries(rows, bundle), strict=True):
            if summary is not None:
                more = all_writes.get(name, 0), describe, rows.proof(name)
                found.append(entry_of(by_id[name], summary, *more))
    return found


def entry_apart(row: HeavyRow, describe: Describe) -> Read | None:
    """The entry of a heavy thread that was read apart; None if it is gone."""
    if row.summary is None:
        return None
    return entry_of(row.weight.head, row.summary, row.weight.rows[0], describe, row.proof)


def _unread(read: Read) -> Read:
    entry, words = read
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
