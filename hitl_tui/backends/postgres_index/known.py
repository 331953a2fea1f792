"""What an index holds of some threads, to compare with their database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hitl_tui.backends.encoded import stored
from hitl_tui.backends.index.entry import SIGNATURE
from hitl_tui.backends.index.named import rows_of
from hitl_tui.backends.index.store import Store


class Known(NamedTuple):
    """A row of an index: its number, its thread, that one's head, and how many writes are on it."""

    row: int
    thread: str
    head: str
    writes: int


def signatures(store: Store, threads: Sequence[str]) -> dict[str, tuple[object, ...]]:
    """The signatures of those of the threads that the index has; raises Unavailable."""
    with store.reading() as connection:
        return {
            thread: (stored(head), *rest)
            for thread, head, *rest in rows_of(connection, f"thread, {SIGNATURE}", threads)
        }


def known_after(store: Store, row: int, limit: int) -> list[Known]:
    """The next rows of the index after the one of that number; raises Unavailable."""
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT id, thread, checkpoint, writes FROM threads WHERE id > ? ORDER BY id LIMIT ?",
            [row, limit],
        )
        return [Known(*each) for each in rows]
