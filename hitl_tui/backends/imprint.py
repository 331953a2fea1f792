"""A task's rows in few letters, to know right before a run whether they are still the same."""

from __future__ import annotations

from collections.abc import Iterable

from hitl_tui.backends.tables import Write


def imprint(rows: Iterable[Write]) -> str:
    """Differs where anything that a task wrote on a head does: a question, an answer, an error.

    The bytes are hashed as they are stored. The worker makes the same of the rows that it finds
    (`runner/worker/fence.py`), and sends nothing if it comes out otherwise.
    """
    from hashlib import blake2b

    made = blake2b(digest_size=16)
    for row in sorted(rows, key=lambda row: row.idx):
        value = _bytes(row.value)
        made.update(f"{row.idx} {row.kind} {len(value)} ".encode("utf-8", "surrogateescape"))
        made.update(value)
    return made.hexdigest()


def _bytes(value: object) -> bytes:
    """What is stored; a damaged file may hold a text or a number, which cannot be answered."""
    if isinstance(value, bytes):
        return value
    return b"" if value is None else str(value).encode("utf-8", "surrogateescape")
