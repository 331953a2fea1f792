"""What the queue of a database costs, against the bare statement that fetches the same rows."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg

from graphs.seed import seed_database
from hitl_tui.backends.caching import Caching
from hitl_tui.backends.connect import index_for
from hitl_tui.backends.postgres import PostgresBackend
from hitl_tui.database import Address
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.questions.read import described
from hitl_tui.tui.rows import PAGE
from tests.benchmarks.figures import Figure
from tests.postgres.cluster import Cluster, cluster, programs
from tests.postgres.many import fill

OPEN = Query(states=frozenset({ThreadState.OPEN}))
_SETTINGS = "shared_buffers = 1GB\nmax_wal_size = 8GB\nsynchronous_commit = off\n"
_RUNS = 40
_FOUND = 2  # new threads that are waited for
_MOST_SECONDS = 600.0
_LOOK = 0.3  # seconds between two looks of an open inbox

_BARE = """
SELECT c.thread_id, c.checkpoint_id, c.parent_checkpoint_id, c.checkpoint, c.metadata,
    w.task_id, w.task_path, w.idx, w.channel, w.type, w.blob
FROM unnest(%s::text[]) AS h (id) CROSS JOIN LATERAL (
    SELECT * FROM checkpoints WHERE thread_id = h.id AND checkpoint_ns = ''
    ORDER BY checkpoint_id DESC LIMIT 1
) c LEFT JOIN checkpoint_writes w ON w.thread_id = c.thread_id AND w.checkpoint_ns = ''
    AND w.checkpoint_id = c.checkpoint_id
"""
"""A page's heads and what stands on them, by the keys of its threads: no statement is less.

It returns what a client would show them by, and is planned once by its connection, as ours are. It
is told its threads. `_KEYSET`, which finds them first, the next ones by id, takes as long if it is
written for speed, and up to twice as long otherwise: both are measured, to tell that the reference
is neither slow nor fast.
"""

_KEYSET = """
WITH RECURSIVE h (id) AS (
    (SELECT thread_id FROM checkpoints WHERE checkpoint_ns = '' AND thread_id > %s
    ORDER BY thread_id LIMIT 1)
    UNION ALL SELECT n.id FROM h CROSS JOIN LATERAL (
        SELECT thread_id AS id FROM checkpoints
        WHERE checkpoint_ns = '' AND thread_id > h.id ORDER BY thread_id LIMIT 1
    ) n
)
SELECT c.thread_id, c.checkpoint_id, c.parent_checkpoint_id, c.checkpoint, c.metadata,
    w.task_id, w.task_path, w.idx, w.channel, w.type, w.blob
FROM (SELECT id FROM h LIMIT %s) h CROSS JOIN LATERAL (
    SELECT * FROM checkpoints WHERE thread_id = h.id AND checkpoint_ns = ''
    ORDER BY checkpoint_id DESC LIMIT 1
) c LEFT JOIN checkpoint_writes w ON w.thread_id = c.thread_id AND w.checkpoint_ns = ''
    AND w.checkpoint_id = c.checkpoint_id
"""

_PASS = """
SELECT c.checkpoint, c.metadata, w.channel, w.blob
FROM checkpoints c LEFT JOIN checkpoint_writes w USING (thread_id, checkpoint_ns, checkpoint_id)
WHERE c.checkpoint_ns = '' AND c.checkpoint_id = (
    SELECT max(checkpoint_id) FROM checkpoints n
    WHERE n.thread_id = c.thread_id AND n.checkpoint_ns = ''
)
"""
_NEW = """
WITH checkpoint AS (
    INSERT INTO checkpoints
    SELECT %(name)s, checkpoint_ns, checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata
    FROM checkpoints WHERE thread_id = 'refund-1'
)
INSERT INTO checkpoint_writes
SELECT %(name)s, checkpoint_ns, checkpoint_id, task_id, idx, channel, type, blob, task_path
FROM checkpoint_writes WHERE thread_id = 'refund-1'
"""


def measure(count: int, keep: Path | None = None) -> Iterator[Figure | str]:
    """First page and refreshes of a database with `count` threads and the demo's.

    Its server and its index stay in a folder to `keep`.
    """
    if programs() is None:
        yield "Postgres is not installed: nothing was measured"
        return
    with cluster(_SETTINGS, keep and keep / "postgres") as server:
        address = _filled(server, count)
        folder = (keep or server.folder) / "postgres-indexes"
        yield from _build(address, folder, count)
        with psycopg.connect(address, autocommit=True) as bare:
            yield from _measured(address, bare, folder, count)


def _filled(server: Cluster, count: int) -> str:
    """The address of a database with so many threads, made if it is not there."""
    name = f"bench_{count}"
    if not server.rows(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
        server.sql(f"CREATE DATABASE {name}_begun")
        seed_database(server.url(f"{name}_begun"))
        fill(server.url(f"{name}_begun"), count)
        server.sql(f"ALTER DATABASE {name}_begun RENAME TO {name}")
    return server.url(name)


def _build(address: str, folder: Path, count: int) -> Iterator[Figure | str]:
    """The index, against one pass over the same rows; kept ones are only brought up to date."""
    desk = index_for(address, Caching(folder, index_from=0), described)
    is_new = not desk.store.place.path.exists()
    with closing(desk):
        seconds = _seconds(lambda: desk.build(lambda batches: None))
    if not is_new:
        yield f"index of {count:,} threads in Postgres brought up to date in {seconds:.1f} s"
        return
    with psycopg.connect(address) as connection, connection.cursor("pass") as cursor:
        cursor.itersize = 10_000
        bare = _seconds(lambda: sum(1 for _ in cursor.execute(_PASS)))
    yield Figure(f"{count:,} threads in Postgres, index build : bare pass", seconds, bare)


def _measured(
    address: str, bare: psycopg.Connection, folder: Path, count: int
) -> Iterator[Figure | str]:
    what = f"{count:,} threads in Postgres"
    caching = Caching(folder, command=(sys.executable, "-c", "0"), index_from=0)
    first, alone, again, changed, page = [], [], [], [], []

    def opened() -> PostgresBackend:
        return PostgresBackend(Address(address), caching=caching, describe=described)

    with closing(opened()) as backend:
        rows = backend.page(OPEN, 0, PAGE)
        assert not rows.partial, "the index was not used"
        ids = [row.thread_id for row in rows.rows]

    def connected() -> None:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(_BARE, [ids]).fetchall()

    yield _keyset(bare, what, ids)
    for _ in range(_RUNS):
        alone.append(_seconds(connected))
        begun = time.perf_counter()  # both read the address too
        with closing(opened()) as backend:
            backend.page(OPEN, 0, PAGE)
            first.append(time.perf_counter() - begun)
    with closing(opened()) as backend:
        backend.page(OPEN, 0, PAGE)
        for n in range(_RUNS):
            page.append(_seconds(lambda: bare.execute(_BARE, [ids]).fetchall()))
            again.append(_seconds(lambda: (backend.version(), backend.page(OPEN, 0, PAGE))))
            name = f"new-{time.time_ns()}-{n}"
            bare.execute(_NEW, {"name": name})
            seconds = _seconds(lambda: (backend.version(), backend.page(OPEN, 0, PAGE)))
            if backend.position(Query(), name) is not None:
                changed.append(seconds)
        yield Figure(f"{what}, first page : bare, both connect", min(first), min(alone), 1.3)
        yield Figure(f"{what}, page again : bare statement", min(again), min(page), at_most=1.3)
        if changed:
            yield Figure(f"{what}, one is new : bare statement", min(changed), min(page), 1.3)
        yield f"at the very next look {len(changed)} of {_RUNS} new threads were found"
        found = [_until_found(backend, bare) for _ in range(_FOUND)]
        yield f"others within {max(found):.1f} s, with a look every {_LOOK} s"
    for table in ("checkpoints", "checkpoint_writes"):
        bare.execute(f"DELETE FROM {table} WHERE thread_id LIKE 'new-%'")


def _keyset(bare: psycopg.Connection, what: str, ids: list[str]) -> Figure:
    """The statement that finds its threads, against the one that is told them."""
    found, told = [], []
    for _ in range(_RUNS):
        found.append(_seconds(lambda: bare.execute(_KEYSET, ["many-", PAGE]).fetchall()))
        told.append(_seconds(lambda: bare.execute(_BARE, [ids]).fetchall()))
    return Figure(f"{what}, keyset query by id : bare statement", min(found), min(told))


def _until_found(backend: PostgresBackend, bare: psycopg.Connection) -> float:
    """Seconds from a commit until a look tells the thread."""
    name = f"new-{time.time_ns()}"
    bare.execute(_NEW, {"name": name})
    begun = time.monotonic()
    while backend.position(Query(), name) is None:
        assert time.monotonic() < begun + _MOST_SECONDS
        time.sleep(_LOOK)
        backend.version()
    return time.monotonic() - begun


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
