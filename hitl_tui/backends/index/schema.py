"""The tables of an index. Another version of ours makes them anew."""

from __future__ import annotations

from hitl_tui import __version__
from hitl_tui.model.queries import ThreadState

MADE_BY = f"hitl-tui {__version__}, index 6"
"""Kinds and titles depend on the version of ours that read the payloads, so it counts too."""

STATES = tuple(ThreadState)
"""A state is stored as its number here."""

SPAN = 1 << 32
"""A thread's row id is its state's number times this, and a number among those of its state."""


def span(state: int) -> tuple[int, int]:
    """The first and the last row id that threads of a state can have."""
    return state * SPAN, (state + 1) * SPAN - 1


TABLES = """
DROP TABLE IF EXISTS threads;
DROP TABLE IF EXISTS words;
DROP TABLE IF EXISTS meta;
DROP TABLE IF EXISTS shown;
CREATE TABLE threads (
    id INTEGER PRIMARY KEY,
    thread TEXT NOT NULL UNIQUE,
    checkpoint TEXT NOT NULL,
    state INTEGER NOT NULL,
    quiet INTEGER NOT NULL,
    place INTEGER NOT NULL,
    ticks INTEGER NOT NULL,
    graph,
    kind,
    title TEXT NOT NULL,
    questions INTEGER NOT NULL,
    urgency REAL,
    checkpoints INTEGER NOT NULL,
    writes INTEGER NOT NULL,
    last_write INTEGER NOT NULL,
    doubt INTEGER NOT NULL,
    all_writes INTEGER NOT NULL,
    told TEXT NOT NULL,
    proof BLOB NOT NULL,
    unread INTEGER NOT NULL
);
CREATE INDEX by_unread ON threads (quiet, place, thread) WHERE unread;
CREATE VIRTUAL TABLE words USING fts5(text, tokenize = "trigram case_sensitive 1");
CREATE TABLE meta (
    made_by TEXT NOT NULL,
    source TEXT NOT NULL,
    file TEXT NOT NULL,
    complete INTEGER NOT NULL DEFAULT 0,
    serial INTEGER NOT NULL DEFAULT 0,
    born INTEGER NOT NULL DEFAULT 0,
    cursor TEXT NOT NULL DEFAULT '',
    marks TEXT NOT NULL DEFAULT '',
    stamps TEXT NOT NULL DEFAULT '',
    checkpoints INTEGER NOT NULL DEFAULT 0,
    writes INTEGER NOT NULL DEFAULT 0,
    orphans TEXT NOT NULL DEFAULT '',
    swept INTEGER NOT NULL DEFAULT 0,
    count_seconds REAL NOT NULL DEFAULT 0,
    read_at TEXT NOT NULL DEFAULT ''
);
"""
"""`id` begins with the state, see `SPAN`. `quiet` is 0 for threads that ask; `place` orders them
oldest first, the others newest first; `ticks` is when the head was written, in units of 100 ns
since 1582. `graph` and `kind` are an empty blob, which sorts last, where there is none;
`urgency` is the priority's negative, so that the greatest comes first. From `checkpoints` on:
what tells whether a thread changed, see `HeadRow`; `all_writes` counts the writes on all its
checkpoints. `told` is what a list says of the thread, as JSON, empty where only the source can
tell; `proof` is the hash of what it was read from (`backends.proof`), empty where that is more
than its head, or was not kept. `unread` is 1 for a heavy thread of which only keys and sizes were
read: its state is a guess. `words` has a row for each of `threads`, by `id`.

In `meta`, `serial` grows with every change, and `born` is the one at which it was empty; `cursor`
is how far a build has come; `marks` and `stamps` say up to which state of the source the index is
right; `checkpoints` and `writes` add up the threads' own, and `orphans` is what the source holds
beyond; `swept` counts the sweeps that changed something."""

INDEXES = """
CREATE INDEX IF NOT EXISTS by_waiting ON threads (state, quiet, place, thread);
CREATE INDEX IF NOT EXISTS by_age ON threads (state, ticks, thread);
CREATE INDEX IF NOT EXISTS by_graph ON threads (state, graph, quiet, place, thread);
CREATE INDEX IF NOT EXISTS by_kind ON threads (state, kind, quiet, place, thread);
CREATE INDEX IF NOT EXISTS by_urgency
    ON threads (state, ifnull(urgency, 0), quiet, place, thread);
"""
"""Made when a build is done: filling a table that has none is much faster."""
