"""One thread as the index holds it."""

from __future__ import annotations

from operator import attrgetter
from typing import NamedTuple

from hitl_tui.backends.heads import HeadRow
from hitl_tui.backends.index.schema import STATES
from hitl_tui.backends.tables import stored
from hitl_tui.backends.times import ticks_of
from hitl_tui.backends.told import told_json
from hitl_tui.backends.words import Describe, words
from hitl_tui.model.threads import ThreadSummary

_TITLE = 200


class Entry(NamedTuple):
    """A row of `threads` in the order of its columns, without the id; texts are bytes.

    Bytes, because a stored text need not be valid UTF-8.
    """

    thread: bytes
    checkpoint: bytes
    state: int
    quiet: int
    place: int
    ticks: int
    graph: bytes
    kind: bytes
    title: bytes
    questions: int
    urgency: float | None
    checkpoints: int
    writes: int
    last_write: int
    doubt: int
    all_writes: int
    told: bytes
    proof: bytes = b""
    unread: int = 0

    @property
    def signature(self) -> tuple[object, ...]:
        """What differs whenever the thread changed; see `SIGNATURE`."""
        return _SIGNATURE(self)


def signature(head: HeadRow, all_writes: int) -> tuple[object, ...]:
    """What differs whenever a thread changed, as long as no row is renumbered."""
    return (stored(head.checkpoint_id), *head[2:5], int(not head.asks), head.doubt, all_writes)


SIGNATURE = "checkpoint, checkpoints, writes, last_write, quiet, doubt, all_writes"
"""The columns that hold it."""

_SIGNATURE = attrgetter(*SIGNATURE.split(", "))


def entry_of(
    head: HeadRow,
    summary: ThreadSummary,
    all_writes: int,
    describe: Describe,
    proof: bytes = b"",
) -> tuple[Entry, str]:
    """A thread's entry with its words, from what was read of it."""
    asked = summary.interrupts
    described = [describe(interrupt) for interrupt in asked]
    kind, title = described[0] if asked else ("", "")
    ticks = ticks_of(head.checkpoint_id)
    entry = Entry(
        thread=stored(head.thread_id),
        checkpoint=stored(head.checkpoint_id),
        state=STATES.index(summary.state),
        quiet=int(not head.asks),
        place=ticks if head.asks else -ticks,
        ticks=ticks,
        graph=stored(summary.graph_id or ""),
        kind=stored(kind),
        title=stored(title[:_TITLE]),
        questions=len(asked),
        urgency=None if summary.priority is None else -summary.priority,
        checkpoints=head.checkpoints,
        writes=head.writes,
        last_write=head.last_write,
        doubt=head.doubt,
        all_writes=all_writes,
        told=told_json(summary, [title for _, title in described]).encode(),
        proof=proof,
    )
    return entry, words(summary, title)
