"""A list out of an index though its source was written to: followed first, then proved.

What changed is read into the index. Then one look at the source tells that no row came or went
since, and that each thread to be listed was read from the very bytes that stand there now. So all
rows are of one moment, and as certain as if they had been read then, at a fraction of the cost.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from hitl_tui.backends.index.changes import marks_now
from hitl_tui.backends.index.keeper import Keeper, is_complete
from hitl_tui.backends.index.meta import Meta, read_meta
from hitl_tui.backends.index.standing import Standing
from hitl_tui.backends.index.store import Store, Unavailable
from hitl_tui.backends.index.telling import PROOF, made, rows_of
from hitl_tui.backends.proof import proof
from hitl_tui.backends.tables import Tables
from hitl_tui.backends.told import told_json

if TYPE_CHECKING:
    from hitl_tui.backends.index.place import Place
    from hitl_tui.backends.sqlite_file import SqliteFile
    from hitl_tui.backends.told import Told
    from hitl_tui.backends.words import Describe
    from hitl_tui.model.queries import Query
    from hitl_tui.model.threads import ThreadSummary

MOST = 5000
"""Threads that changed and are read again while somebody waits; more are left to a reading."""

_ATTEMPTS = 3
_PATIENCE = 0.2  # seconds to wait for another program that writes the index


def proved(
    place: Place,
    source: SqliteFile,
    describe: Describe,
    query: Query,
    limit: int | None,
    *,
    whole: bool,
) -> Sequence[Told] | None:
    """The query's rows, see `told`; None where the source must be read. Raises SourceError."""
    try:
        with closing(Store(place, patience=_PATIENCE)) as store:
            keeper = Keeper(source, store, describe)
            for _ in range(_ATTEMPTS):
                if keeper.follow(most=MOST) is not Standing.RIGHT:
                    return None
                with store.reading() as connection:
                    meta = read_meta(connection)
                    rows = rows_of(connection, query, limit, whole=whole)
                if meta is None or not (meta.is_ours and meta.complete) or rows is None:
                    return None  # begun anew this very moment, or it cannot tell one of them
                told = list(map(made, rows))
                proofs = [row[PROOF] for row in rows]
                work = partial(_wrong, meta=meta, told=told, proofs=proofs, describe=describe)
                wrong = source.read(work)
                if wrong == []:
                    return told
                if wrong:
                    keeper.refresh(wrong)
    except (Unavailable, OSError):
        pass  # whoever reads the source instead says what is wrong with the index
    return None


def _wrong(
    connection: sqlite3.Connection,
    meta: Meta,
    told: Sequence[Told],
    proofs: Sequence[bytes],
    describe: Describe,
) -> list[str] | None:
    """The threads that the source does not show as the rows do; None if rows came or went."""
    if marks_now(connection) != meta.marks or not is_complete(connection, meta):
        return None
    tables = Tables(connection)
    wrong, unproved = [], []
    for row, known in zip(told, proofs, strict=True):
        if not known:
            unproved.append(row)
        elif (head := tables.head(row.thread_id)) is None or proof(head) != known:
            wrong.append(row.thread_id)
    return wrong + _unlike(connection, unproved, describe) if unproved else wrong


def _unlike(connection: sqlite3.Connection, rows: Sequence[Told], describe: Describe) -> list[str]:
    """The threads that read otherwise, of those whose rows come from more than their heads."""
    from hitl_tui.backends.summaries import read_summaries

    read = read_summaries(connection, [row.thread_id for row in rows])
    return [
        row.thread_id
        for row, summary in zip(rows, read, strict=True)
        if summary is None or _json(summary, describe) != row.json
    ]


def _json(summary: ThreadSummary, describe: Describe) -> str:
    return told_json(summary, [describe(interrupt)[1] for interrupt in summary.interrupts])
