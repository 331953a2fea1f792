"""Whether rows of an index are still what a file says of their threads, told by a few bytes each.

A row keeps the proof of what it was read from. Where the file holds the same bytes still, the row
says what reading them would say, so they need not be decoded.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from hitl_tui.backends.encoded import stored
from hitl_tui.backends.proof import proof
from hitl_tui.backends.tables import Head, Write

_SLOTS = 32  # threads of one statement, or a multiple: so most searches ask the same one again
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
    slots = -(-len(claims) // _SLOTS) * _SLOTS
    keys: list[bytes | None] = [stored(key) for claim in claims for key in claim[:2]]
    keys += [None] * (2 * slots - len(keys))  # which are nobody's
    size = 0
    writes: dict[str, list[Write]] = defaultdict(list)
    texts, connection.text_factory = connection.text_factory, str  # which is done without a call
    try:
        for name, *row in connection.execute(_writes(slots), keys):
            write = Write._make(row)
            size += len(write.value or b"")
            if size > _MOST:
                return False
            writes[name].append(write)
        heads = connection.execute(_heads(slots), keys).fetchall()
    except sqlite3.OperationalError:
        return False
    finally:
        connection.text_factory = texts
    found = {
        name: Head(name, head, kind, body, metadata, tuple(writes[name]))
        for name, head, kind, body, metadata in heads
    }
    return len(heads) == len(claims) and all(
        claim.thread in found and proof(found[claim.thread]) == claim.proof for claim in claims
    )


@cache
def _heads(count: int) -> str:
    """The heads of at most so many threads, and what came after them."""
    return f"""{_wanted(count)}
SELECT CAST(c.thread_id AS TEXT), c.checkpoint_id, CAST(c.type AS TEXT),
    {_light("c.checkpoint")}, CAST({_light("c.metadata")} AS BLOB)
FROM wanted CROSS JOIN checkpoints c
ON c.thread_id = wanted.id AND c.checkpoint_ns = '' AND c.checkpoint_id >= wanted.head
"""


@cache
def _writes(count: int) -> str:
    """The writes on the heads of at most so many threads: the thread, then a `Write`."""
    return f"""{_wanted(count)}
SELECT CAST(w.thread_id AS TEXT), w.checkpoint_ns, CAST(w.task_id AS TEXT),
    CAST(w.task_path AS TEXT), CAST(w.idx AS INTEGER), CAST(w.channel AS TEXT),
    CAST(w.type AS TEXT), {_light("w.value")}, w.rowid
FROM wanted CROSS JOIN writes w
ON w.thread_id = wanted.id AND w.checkpoint_ns = '' AND w.checkpoint_id = wanted.head
"""


def _wanted(count: int) -> str:
    marks = ", ".join(["(CAST(? AS TEXT), CAST(? AS TEXT))"] * count)
    return f"WITH wanted (id, head) AS (VALUES {marks})"


def _light(column: str) -> str:
    """A value; NULL for one that is heavy, which is told without reading it."""
    return f"CASE WHEN length({column}) < {_HEAVY} THEN {column} END"
