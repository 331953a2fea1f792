"""Whether rows of an index are still what a file says of their threads, told by a few bytes each.

A row keeps the proof of what it was read from. Where the file holds the same bytes still, the row
says what reading them would say, so they need not be decoded.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from hitl_tui.backends.encoded import stored
from hitl_tui.backends.index.texts import texts_as
from hitl_tui.backends.proof import proof
from hitl_tui.backends.tables import Head, Write

_SLOTS = 32  # threads of one statement: always as many, so SQLite knows it already
_HEAVY = 1_000_000  # bytes of one value
_MOST = 4_000_000
"""Bytes that are compared in no more than some milliseconds."""


class Claim(NamedTuple):
    """A thread's head as an index has it, and the proof of what its row was read from."""

    thread: str
    checkpoint: str
    proof: bytes


def are_sure(connection: sqlite3.Connection, claims: Sequence[Claim]) -> bool:
    """Whether each of these threads, few of them, is what its proof was made of.

    False also where that is not soon told: of a heavy thread, of one whose proof was not kept, of
    texts that are no UTF-8, and in a file from before writes had a `task_path`.
    """
    if not all(claim.proof for claim in claims):
        return False
    left = _MOST
    try:
        with texts_as(connection, str):
            for start in range(0, len(claims), _SLOTS):
                left = _compared(connection, claims[start : start + _SLOTS], left)
                if left < 0:
                    return False
    except sqlite3.OperationalError:
        return False
    return True


def _compared(connection: sqlite3.Connection, claims: Sequence[Claim], most: int) -> int:
    """How many of so many bytes are left when some claims are compared; less than 0 if one fails.

    So it is too where there are more bytes.
    """
    keys: list[bytes | None] = [stored(key) for claim in claims for key in claim[:2]]
    keys += [None] * (2 * _SLOTS - len(keys))  # which are nobody's
    writes: dict[str, list[Write]] = defaultdict(list)
    for name, *row in connection.execute(_WRITES, keys):
        write = Write._make(row)
        most -= len(write.value or b"")
        if most < 0:
            return most
        writes[name].append(write)
    heads = connection.execute(_HEADS, keys).fetchall()
    found = {
        name: Head(name, head, kind, body, metadata, tuple(writes[name]))
        for name, head, kind, body, metadata in heads
    }
    are_true = len(heads) == len(claims) and all(
        claim.thread in found and proof(found[claim.thread]) == claim.proof for claim in claims
    )
    return most if are_true else -1


def _light(column: str) -> str:
    """A value; NULL for one that is heavy, which is told without reading it."""
    return f"CASE WHEN length({column}) < {_HEAVY} THEN {column} END"


_WANTED = "WITH wanted (id, head) AS (VALUES {})".format(
    ", ".join(["(CAST(? AS TEXT), CAST(? AS TEXT))"] * _SLOTS)
)
_HEADS = f"""{_WANTED}
SELECT CAST(c.thread_id AS TEXT), c.checkpoint_id, CAST(c.type AS TEXT),
    {_light("c.checkpoint")}, CAST({_light("c.metadata")} AS BLOB)
FROM wanted CROSS JOIN checkpoints c
ON c.thread_id = wanted.id AND c.checkpoint_ns = '' AND c.checkpoint_id >= wanted.head
"""
"""The heads of threads, and what came after them."""

_WRITES = f"""{_WANTED}
SELECT CAST(w.thread_id AS TEXT), w.checkpoint_ns, CAST(w.task_id AS TEXT),
    CAST(w.task_path AS TEXT), CAST(w.idx AS INTEGER), CAST(w.channel AS TEXT),
    CAST(w.type AS TEXT), {_light("w.value")}, w.rowid
FROM wanted CROSS JOIN writes w
ON w.thread_id = wanted.id AND w.checkpoint_ns = '' AND w.checkpoint_id = wanted.head
"""
"""The writes on the heads of threads: the thread, then a `Write`."""
