"""How many threads of a query an index has in each state."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from hitl_tui.backends.index import search, tally
from hitl_tui.backends.index.schema import STATES
from hitl_tui.backends.index.select import Selection
from hitl_tui.backends.index.statement import Statement
from hitl_tui.backends.index.unread import unsure
from hitl_tui.model.queries import ThreadState

if TYPE_CHECKING:
    from hitl_tui.backends.index.meta import Meta
    from hitl_tui.model.queries import Query


def counts(connection: sqlite3.Connection, query: Query, meta: Meta) -> Mapping[ThreadState, int]:
    """Those in a state, as far as that is sure: a heavy thread's may be a guess."""
    selection = Selection(connection, query)
    found = _all(connection, selection, query, meta)
    if guessed := unsure(connection):
        found.subtract(_by_state(connection, selection.counted_of(guessed)))
    return {state: count for state, count in found.items() if count}


def _all(
    connection: sqlite3.Connection, selection: Selection, query: Query, meta: Meta
) -> Counter[ThreadState]:
    if meta.complete and search.is_free(query):
        return Counter(search.counts(connection, query))
    states = tally.told(connection, meta.serial) if selection.is_whole else None
    if states is not None and meta.complete:
        return Counter({STATES[n]: states[n] for n in selection.wanted})
    return _by_state(connection, selection.counted())


def _by_state(connection: sqlite3.Connection, counted: Statement) -> Counter[ThreadState]:
    found: Counter[ThreadState] = Counter()
    for count, shown in connection.execute(counted.sql, counted.values):
        found[STATES[shown]] += count
    return found
