"""What the queue of a database costs, against the bare statements that fetch the same rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg

from graphs.seed import seed_database
from hitl_tui.backends.postgres import PostgresBackend
from hitl_tui.database import Address
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.tui.rows import PAGE
from tests.benchmarks.figures import Figure
from tests.postgres.cluster import cluster, programs
from tests.postgres.many import fill

OPEN = Query(states=frozenset({ThreadState.OPEN}))
_SETTINGS = "shared_buffers = 1GB\nmax_wal_size = 8GB\nsynchronous_commit = off\n"
_RUNS = 5
_MOST_LOOKS = 1_000  # three hundred seconds of an open inbox

_KEYS = """
SELECT h.thread_id, h.checkpoint_id, w.idx FROM (
    SELECT thread_id, max(checkpoint_id) AS checkpoint_id FROM checkpoints
    WHERE checkpoint_ns = '' GROUP BY thread_id
) h LEFT JOIN checkpoint_writes w ON w.thread_id = h.thread_id AND w.checkpoint_ns = ''
    AND w.checkpoint_id = h.checkpoint_id
"""
_KEYSET = """
SELECT h.thread_id, c.checkpoint, c.metadata, w.task_id, w.idx, w.channel, w.type, w.blob FROM (
    SELECT thread_id, max(checkpoint_id) AS checkpoint_id FROM checkpoints
    WHERE checkpoint_ns = '' AND thread_id > %s GROUP BY thread_id ORDER BY thread_id LIMIT %s
) h JOIN checkpoints c ON c.thread_id = h.thread_id AND c.checkpoint_ns = ''
    AND c.checkpoint_id = h.checkpoint_id
LEFT JOIN checkpoint_writes w ON w.thread_id = h.thread_id AND w.checkpoint_ns = ''
    AND w.checkpoint_id = h.checkpoint_id
"""
_NEW = """
INSERT INTO checkpoints
SELECT 'new-' || %s, checkpoint_ns, checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata
FROM checkpoints WHERE thread_id = 'age-1'
"""


def measure(count: int) -> Iterator[Figure | str]:
    """First look, first page and refresh of a database with `count` threads and the demo's."""
    if programs() is None:
        yield "Postgres is not installed: nothing was measured"
        return
    with cluster(_SETTINGS) as server:
        server.sql("CREATE DATABASE bench")
        address = server.url("bench")
        seed_database(address)
        fill(address, count)
        with psycopg.connect(address, autocommit=True) as bare:
            yield from _measured(address, bare, count)


def _measured(address: str, bare: psycopg.Connection, count: int) -> Iterator[Figure | str]:
    what = f"{count:,} threads in Postgres"
    keyset = [
        _seconds(lambda: bare.execute(_KEYSET, ["many-5", PAGE]).fetchall()) for _ in range(9)
    ]
    keys, first, pages, again, changed = [], [], [], [], []
    for run in range(3 if count <= 100_000 else 1):
        keys.append(_seconds(lambda: bare.execute(_KEYS).fetchall()))
        with closing(PostgresBackend(Address(address))) as backend:
            first.append(_seconds(backend._rows.rows))
            pages.append(_seconds(lambda: backend.page(OPEN, 0, PAGE)))
            backend.page(OPEN, 0, PAGE)
            again.append(min(_seconds(lambda: backend.page(OPEN, 0, PAGE)) for _ in range(_RUNS)))
            changed += [_refreshed(backend, bare, f"{run}-{n}") for n in range(_RUNS)]
    yield Figure(f"{what}, all keys : bare pass", min(first), min(keys), at_most=1.3)
    yield Figure(f"{what}, first page : bare keyset", min(pages), min(keyset), at_most=1.3)
    yield Figure(f"{what}, page again : bare keyset", min(again), min(keyset), at_most=1.3)
    seconds = min(seconds for seconds, _ in changed)
    yield Figure(f"{what}, one is new : bare keyset", seconds, min(keyset), at_most=1.3)
    yield f"it is found at the latest at look {max(looks for _, looks in changed)}"


def _refreshed(backend: PostgresBackend, bare: psycopg.Connection, name: str) -> tuple[float, int]:
    """How long a look takes after a thread was added, and how many looks it takes to find it."""
    bare.execute(_NEW, [name])
    seconds = _seconds(lambda: (backend.version(), backend.page(OPEN, 0, PAGE)))
    looks = 1
    while f"new-{name}" not in backend._rows._by_id:
        looks += 1
        backend.version()
        assert looks < _MOST_LOOKS
    return seconds, looks


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
