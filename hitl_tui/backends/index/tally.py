"""How many threads an index has in each state, kept as it is written: counting a million is slow.

It stands beside the serial that it belongs to; at any other serial it says nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping

_TABLE = "CREATE TABLE IF NOT EXISTS tally (serial INTEGER NOT NULL, states TEXT NOT NULL)"
_THERE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'tally'"


def told(connection: sqlite3.Connection, serial: int) -> Counter[int] | None:
    """How many threads are in each state, by its number; None if nobody counted them."""
    if connection.execute(_THERE).fetchone() is None:
        return None
    row = connection.execute("SELECT serial, states FROM tally").fetchone()
    if row is None or row[0] != serial:
        return None
    return Counter({int(state): count for state, count in json.loads(row[1]).items()})


def keep(
    connection: sqlite3.Connection, before: int, serial: int, moved: Mapping[int, int]
) -> None:
    """Carry it on from one serial to the next, or count all where it was not carried on."""
    states = told(connection, before)
    if states is None:
        rows = connection.execute("SELECT state, count(*) FROM threads GROUP BY state")
        states = Counter(dict(rows.fetchall()))
    else:
        states.update(moved)
    connection.execute(_TABLE)
    connection.execute("DELETE FROM tally")
    connection.execute("INSERT INTO tally VALUES (?, ?)", [serial, json.dumps(states)])
