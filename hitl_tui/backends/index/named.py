"""Threads that the caller of a query names, as rows of an index: their ids, and SQL about them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hitl_tui.backends.encoded import stored
from hitl_tui.backends.index.schema import STATES
from hitl_tui.model.queries import Query

_BATCH = 400  # bound variables in one statement


def corrected(connection: sqlite3.Connection, query: Query) -> Mapping[int, int]:
    """The overlay's threads that the index knows: their states by row id."""
    known = rows_of(connection, "id, thread", query.overlay)
    return {at: STATES.index(query.overlay[thread]) for at, thread in known}


def among(connection: sqlite3.Connection, query: Query) -> list[tuple[bool, list[int]]]:
    """What `Query.holds` says: row ids to be inside of, or outside of; only the caller knows."""
    conditions = []
    if query.snoozed is not None:
        conditions.append((query.snoozed, query.asleep))
    if query.among is not None:
        conditions.append((True, query.among))
    conditions.append((False, query.beside))
    return [
        (inside, sorted(at for (at,) in rows_of(connection, "id", threads)))
        for inside, threads in conditions
    ]


def inside(within: bool, ids: Sequence[int]) -> str:
    """SQL for a row being inside of these ids, or outside of them."""
    if not within and not ids:
        return ""
    return f" AND id {'' if within else 'NOT '}IN ({listed(ids)})"


def rows_of(
    connection: sqlite3.Connection, columns: str, threads: Iterable[str]
) -> Iterator[tuple[Any, ...]]:
    """These columns of those of the threads that the index knows, in no order."""
    names = [stored(thread) for thread in threads]
    for start in range(0, len(names), _BATCH):
        batch = names[start : start + _BATCH]
        marks = ", ".join(["CAST(? AS TEXT)"] * len(batch))
        yield from connection.execute(
            f"SELECT {columns} FROM threads WHERE thread IN ({marks})", batch
        )


def listed(ids: Iterable[int]) -> str:
    """Ids as SQL."""
    return ", ".join(map(str, ids))
