"""What an index costs and saves: how long it takes to build, to follow, to search and to hold."""

from __future__ import annotations

import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

from hitl_tui.backends.caching import Caching
from hitl_tui.backends.connect import index_for
from hitl_tui.backends.index.desk import IndexDesk
from hitl_tui.backends.index.place import Place
from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.questions.read import described
from tests.benchmarks import source
from tests.benchmarks.figures import Figure
from tests.benchmarks.processes import CONFIG, peak_memory

OPEN = Query(states=frozenset({ThreadState.OPEN}))
NEW = 100
_RUNS = 5
_BUILDS = 3
_REST = 5.0  # seconds until all is loaded

_RAW = """
SELECT h.thread_id, c.type, c.checkpoint, c.metadata, w.task_id, w.idx, w.channel, w.type, w.value
FROM (
    SELECT thread_id, max(checkpoint_id) AS checkpoint_id FROM checkpoints
    WHERE checkpoint_ns = '' GROUP BY thread_id
) h
JOIN checkpoints c ON c.thread_id = h.thread_id AND c.checkpoint_ns = ''
    AND c.checkpoint_id = h.checkpoint_id
LEFT JOIN writes w ON w.thread_id = h.thread_id AND w.checkpoint_ns = ''
    AND w.checkpoint_id = h.checkpoint_id
"""


def build(file: Path, count: int, cache: Path) -> Iterator[Figure | str]:
    """A build from nothing into a folder of its own, against fetching each head and its writes."""
    ours, raw = [], []
    for _ in range(_BUILDS if count <= 100_000 else 1):
        raw.append(_seconds(lambda: _raw_pass(file)))
        shutil.rmtree(cache, ignore_errors=True)
        with closing(_desk(file, cache)) as desk:
            ours.append(_seconds(lambda desk=desk: desk.build(lambda batches: None)))
    size = Place(cache, file).path.stat().st_size
    yield Figure(f"index of {count:,} threads : a raw SQL pass", min(ours), min(raw), at_most=3)
    yield f"the index holds {size / count:,.0f} bytes a thread, the source {_bytes(file, count)}"


def memory(file: Path, count: int, cache: Path) -> Iterator[Figure | str]:
    """The most that the screen's process held, against the empty app's.

    Until all is listed and counted, and some seconds later: with a thread open, and all loaded
    that an answer to it needs.
    """
    bare = peak_memory(b"the first paint", "-m", "tests.benchmarks.bare_app")
    with _opened(cache, file) as connection:
        (threads,) = connection.execute("SELECT count(*) FROM threads").fetchone()
    shown = f"All {threads:,}".encode()
    screen = ("-m", "hitl_tui", "open", file, "--config", CONFIG)
    ours, rest = peak_memory(shown, *screen), peak_memory(shown, *screen, rest=_REST)
    what = f"memory with {count:,} threads"
    yield Figure(f"{what} : empty app", ours, bare, at_most=1.5, unit="MB")
    yield Figure(f"{what}, one of them open : empty app", rest, bare, at_most=1.5, unit="MB")


def changes(file: Path, cache: Path) -> list[float]:
    """Seconds to read what 100 new threads ask, from their commit on; changes the file."""
    taken = []
    with closing(backend(file, cache)) as reading:
        reading.page(OPEN)
        total = reading.page(OPEN).total
        for _ in range(_RUNS):
            first = source.next_number(file)
            source.add_copies(file, range(first, first + NEW), [source.OPEN_REFUND])
            total += NEW
            taken.append(_seconds(lambda total=total: _sees(reading, total)))
    return taken


def compared(small: list[float], large: list[float], sizes: tuple[int, int]) -> Iterator[Figure]:
    """The same change among few and among many."""
    what = f"{NEW} new among {sizes[1]:,} threads : among {sizes[0]:,}"
    yield Figure(what, median(large), median(small), at_most=1.5)


def alone(taken: list[float], count: int) -> str:
    """The times of one size."""
    spread = f"{min(taken) * 1000:.1f} to {max(taken) * 1000:.1f} ms"
    return f"{NEW} new among {count:,} threads, commit to rows: {spread}"


def make(file: Path, cache: Path) -> None:
    """Have the file indexed."""
    with closing(_desk(file, cache)) as desk:
        desk.build(lambda batches: None)


def _sees(backend: SqliteBackend, total: int) -> None:
    if backend.page(OPEN).total != total:
        raise RuntimeError("what was committed is not seen")


def _caching(cache: Path) -> Caching:
    return Caching(cache, index_from=0)


def _desk(file: Path, cache: Path) -> IndexDesk:
    second = (sys.executable, "-m", "hitl_tui", "index", "--part", "--", str(file))
    return index_for(str(file), _caching(cache), described, second)


def backend(file: Path, cache: Path) -> SqliteBackend:
    """The file, with its index in a folder of the benchmark's."""
    return SqliteBackend(file, caching=_caching(cache), describe=described)


def _raw_pass(file: Path) -> None:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        for _ in connection.execute(_RAW):
            pass


@contextmanager
def _opened(cache: Path, file: Path) -> Iterator[sqlite3.Connection]:
    uri = f"{Place(cache, file).path.as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as connection:
        yield connection


def _bytes(file: Path, count: int) -> str:
    return f"{file.stat().st_size / count:,.0f}"


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
