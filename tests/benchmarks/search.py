"""How soon a key in the search can show what it finds, against the bare full-text query.

From the key on to rows that are ready to be drawn: as the screen does it, with a journal beside the
file and the cursor on the first row of what waits. Of each key the least of several times, anew by
programs that have shown what waits and the empty search. The file was written to since its index
was built, so each row is proved by its bytes, once while it stays as it is.

The bare query runs on a connection of the same kind, which has shown the same rows of the index and
has searched before. It neither sorts nor stops; what a list needs of SQL alone, sorted and cut to
what is shown, stands beside it, for information.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from textual import events

from hitl_tui.backends.index.place import Place
from hitl_tui.backends.index.reader import Reader
from hitl_tui.backends.index.schema import span
from hitl_tui.backends.index.store import Store
from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.tui.app import HitlApp
from hitl_tui.tui.rows import PAGE, read_rows
from hitl_tui.tui.told_rows import first_found, make_ready
from hitl_tui.tui.widgets.search import Search
from tests.benchmarks import index, source
from tests.benchmarks.figures import Figure, least_median_p95, p95
from tests.benchmarks.processes import COLUMNS, ROWS

AWAKE = Query(states=frozenset({ThreadState.OPEN}), snoozed=False)
SEARCHES = ("refund", "wire 950", "q00")
_HEIGHT = 22  # rows of the list in a terminal of 120 x 36
_RUNS = 9
_WORD = "refund"  # what many threads ask for
_NOWHERE = "zyxwvu"
_FINGERS = 0.06  # seconds between two letters
_WORDS = 8
_SETTLED = 2.5  # seconds after which what was read of a journal is remembered

_BARE = "SELECT rowid FROM words WHERE words MATCH ?"
_SORTED = f"""
SELECT id, thread, state, ticks, graph, title
FROM words CROSS JOIN threads ON threads.id = words.rowid
WHERE words MATCH ? AND words.rowid BETWEEN {span(0)[0]} AND {span(0)[1]}
ORDER BY quiet, place, thread LIMIT {_HEIGHT}
"""


def measure(file: Path, count: int, cache: Path, scratch: Path) -> Iterator[Figure | str]:
    """Each keystroke of some texts, and the keys themselves while a common word is searched."""
    first = source.next_number(file)
    source.add_copies(file, range(first, first + 1), [source.OPEN_REFUND])
    journal = scratch / "search.hitl.db"
    with _program(file, cache, journal) as inbox:
        inbox.notes.snooze("nobody", datetime.now(UTC) + timedelta(hours=1))
    time.sleep(_SETTLED)
    for text in SEARCHES:
        yield from _typing(text, count, partial(_program, file, cache, journal), cache, file)
    yield from asyncio.run(_keys(file, count, cache, journal))


def _typing(
    text: str, count: int, program: Callable[[], object], cache: Path, file: Path
) -> Iterator[Figure]:
    sides: dict[str, list[list[float]]] = {"first": [], "full": [], "bare": [], "sorted": []}
    for _ in range(_RUNS):
        with program() as inbox:
            cursor = _shown(inbox)
            make_ready(inbox, AWAKE, _HEIGHT)  # as the key does that opens the search
            taken = [_found(inbox, part, cursor) for part in _typed(text)]
            sides["first"].append([first for first, _ in taken])
            sides["full"].append([full for _, full in taken])
            for name, sql in (("bare", _BARE), ("sorted", _SORTED)):
                with _opened(cache, file) as connection:
                    _asked(connection, sql, _NOWHERE)
                    sides[name].append([_asked(connection, sql, part) for part in _typed(text)])
            found = inbox.page(Query(states=AWAKE.states, search=text), 0, 1).total
    least = {name: list(map(min, zip(*runs, strict=True))) for name, runs in sides.items()}
    firsts = {name: keys[0] for name, keys in least.items()}
    every = {name: median(keys) for name, keys in least.items()}
    what = f'"{text}", {found:,} of {count:,}'
    query = "the bare FTS5 query"
    yield Figure(f"first rows of a key, {what} : {query}", every["first"], every["bare"], at_most=3)
    yield Figure(f"of the first key, {what} : {query}", firsts["first"], firsts["bare"], at_most=3)
    yield Figure(f"first rows of a key, {what} : sorted, cut", every["first"], every["sorted"])
    yield Figure(f"all of its rows read, {what} : {query}", every["full"], every["bare"])


def _found(inbox: Inbox, text: str, cursor: str) -> tuple[float, float]:
    """Seconds until the first rows are there, and until all of each row is, as the list does it."""
    query = Query(states=AWAKE.states, search=text, snoozed=False)
    begun = time.perf_counter()
    told = first_found(inbox, query, cursor, _HEIGHT)
    first = time.perf_counter() - begun
    rows = read_rows(inbox, query, cursor, 0, _HEIGHT)
    full = time.perf_counter() - begun
    if told is not None and told.total != rows.total:
        raise RuntimeError(f"{told.total} threads were found, then {rows.total}")
    return (first if told is not None else full), full


async def _keys(file: Path, count: int, cache: Path, journal: Path) -> list[Figure | str]:
    """Letters typed into the app: a common word, and one that is nowhere.

    Taken from the letter on to its field, and how long the app was busy otherwise.
    """
    taken: dict[str, list[float]] = {_WORD: [], _NOWHERE: []}
    busy: dict[str, list[float]] = {_WORD: [], _NOWHERE: []}
    with _program(file, cache, journal) as inbox:
        app = HitlApp(inbox, clock=lambda: datetime.now(UTC), animations=False)
        async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
            while len(app.screen_stack) < 2 or not app.screen._warm:  # type: ignore[attr-defined]
                await pilot.pause(0.1)
            await pilot.press("slash")
            field = app.screen.query_one(Search)
            for word in [_WORD, _NOWHERE] * _WORDS:
                ticking = asyncio.create_task(_ticks(busy[word]))
                for end in range(1, len(word) + 1):
                    begun = time.perf_counter()
                    app.post_message(events.Key(word[end - 1], word[end - 1]))
                    while field.value != word[:end]:
                        await asyncio.sleep(0)
                    taken[word].append(time.perf_counter() - begun)
                    await asyncio.sleep(_FINGERS)
                await asyncio.sleep(0.5)
                ticking.cancel()
                field.value = ""
                await asyncio.sleep(0.5)
    what = f'a letter of "{_WORD}" typed among {count:,}'
    words, nowhere = taken[_WORD], taken[_NOWHERE]
    return [
        Figure(f"{what}, 95th : of a word that is nowhere", p95(words), p95(nowhere), at_most=2),
        least_median_p95(what, words, nowhere),
        f"no key could be taken for at most {max(busy[_WORD]) * 1000:.1f} ms,"
        f" {max(busy[_NOWHERE]) * 1000:.1f} ms with nothing found",
    ]


async def _ticks(gaps: list[float]) -> None:
    """How long the event loop takes to come round, each time."""
    before = time.perf_counter()
    while True:
        await asyncio.sleep(0)
        now = time.perf_counter()
        gaps.append(now - before)
        before = now
        await asyncio.sleep(0.001)
        before = time.perf_counter()


@contextmanager
def _program(file: Path, cache: Path, journal: Path) -> Iterator[Inbox]:
    with closing(Inbox(index.backend(file, cache), Journal(journal), operator="ann")) as inbox:
        yield inbox


def _shown(inbox: Inbox) -> str:
    """Show what waits; the thread under the cursor."""
    row = read_rows(inbox, AWAKE, None, 0, _HEIGHT).get(0)
    if row is None:
        raise RuntimeError("nothing waits")
    return row.thread.thread_id


@contextmanager
def _opened(cache: Path, file: Path) -> Iterator[sqlite3.Connection]:
    """The index as a program has it that has shown what waits."""
    with ExitStack() as opened:
        store = opened.enter_context(closing(Store(Place(cache, file))))
        Reader(store).page(AWAKE, 0, PAGE)
        yield opened.enter_context(store.reading())


def _asked(connection: sqlite3.Connection, sql: str, text: str) -> float:
    begun = time.perf_counter()
    connection.execute(sql, [f'"{text}"']).fetchall()
    return time.perf_counter() - begun


def _typed(text: str) -> list[str]:
    """What stands in the search after each key, from the third on: full text knows no less."""
    return [text[:end] for end in range(3, len(text) + 1)]
