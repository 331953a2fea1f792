"""What is heavy in an indexed file: put down by its size, read last, and nobody waits for it.

Real threads of many megabytes in a real file; each reading of a large blob is counted.
"""

import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from langgraph.types import Command

from hitl_tui.backends import apart, decode, looks
from hitl_tui.backends.caching import Caching
from hitl_tui.backends.connect import index_for
from hitl_tui.backends.index import heavies, telling
from hitl_tui.backends.index.place import Place
from hitl_tui.backends.index.reading import _TOGETHER, _bundles
from hitl_tui.backends.index.store import Store
from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.backends.sqlite_file import SqliteFile
from hitl_tui.backends.weight import HEAVY
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.questions.read import described
from tests.benchmarks import source as many
from tests.contract.heavy import ask, config, graph
from tests.contract.indexes import at_once, contents, gated
from tests.contract.runner.processes import PATIENCE, soon
from tests.contract.shapes import Switch, break_while, chain, opened, say, sequential, take

OPEN = Query(states=frozenset({ThreadState.OPEN}))
COUNT = 60
LAST = "~"
MUCH = {
    "a text": lambda: [{"question": "Read all this?", "text": "word " * 10_000_000}],
    "keys": lambda: [{"question": "Which?", **{f"k{n}": n for n in range(1_000_000)}}],
    "a line": lambda: ["x" * 5_000_000],
    "questions": lambda: [f"Number {number}? {'x' * 10_000}" for number in range(200)],
}
"""What a thread asks: made where it is needed, since all tests would carry it along."""

OTHERS = [what for what in MUCH if what != "keys"]


@pytest.fixture
def path(tmp_path) -> Path:
    """A file of 60 threads, of which 18 are open."""
    path = tmp_path / "checkpoints.sqlite"
    many.build(path, COUNT, real=10)
    return path


@pytest.fixture
def folder(path) -> Path:
    """With an index of the file."""
    folder = path.with_name("cache")
    build(path, folder)
    return folder


@pytest.fixture
def saver(path):
    saver = opened(path)
    yield saver
    saver.conn.close()


@pytest.fixture
def screen(path, folder):
    """A screen whose builder never does anything."""
    nothing = (sys.executable, "-c", "")
    screen = SqliteBackend(
        path, caching=Caching(folder, nothing, index_from=0), describe=described, in_passing=True
    )
    yield screen
    screen.close()


@pytest.fixture
def large(monkeypatch) -> list[int]:
    """The sizes of all heavy blobs that this process decoded."""
    found, raw = [], decode._raw
    monkeypatch.setattr(decode, "_raw", lambda kind, data: (_note(found, data), raw(kind, data))[1])
    return found


def _note(found, data):
    if len(data) >= HEAVY // 200:
        found.append(len(data))


@pytest.fixture
def gate(monkeypatch):
    """Until it is set, the screen's own reading of heavy threads waits."""
    gate = threading.Event()
    monkeypatch.setattr(
        looks, "row_apart", lambda *given: gate.wait(PATIENCE) and apart.row_apart(*given)
    )
    yield gate
    gate.set()


def build(path, folder):
    with closing(index_for(str(path), Caching(folder, index_from=0), described)) as desk:
        assert desk.build(lambda batches: None)


def fresh(path):
    """What a new index of the file holds."""
    build(path, path.with_name("fresh"))
    return contents(path.with_name("fresh"), path)


def fails_while_heavy(saver):
    switch = Switch()
    switch.on = True
    return chain(a=say("much " * HEAVY), b=break_while(switch)).compile(checkpointer=saver)


def by_name(page):
    return {row.thread_id: row for row in page.rows}


def until(condition):
    assert soon(condition), "it did not come about"


@pytest.mark.parametrize("what", [pytest.param("keys", marks=pytest.mark.slow), *OTHERS])
def test_a_thread_that_becomes_heavy_delays_no_news(what, path, saver, screen, gate, large):
    """It is told by its size; what else changed is there at once; then it is as it truly is."""
    assert screen.page(OPEN).total == 18
    ask(saver, LAST, MUCH[what]())
    take(sequential(saver), "other", {"log": []})
    page = screen.page(OPEN)
    rows = by_name(page)
    assert (page.total, page.partial) == (20, True)
    assert rows[LAST].unread
    assert "MB are being read" in rows[LAST].reason
    assert rows["other"].interrupts[0].value == {"question": "first?"}
    assert screen.page(Query(search="first?")).total == 1
    assert screen.counts(Query())[ThreadState.OPEN] == 20
    assert large == []
    gate.set()
    until(lambda: not screen.page(OPEN).partial)
    assert large
    assert not by_name(screen.page(OPEN))[LAST].unread
    assert contents(path.with_name("cache"), path) == fresh(path)


def test_what_nobody_sees_is_read_by_the_builder_and_not_by_the_screen(path, folder, saver, large):
    """One heavy row that is far down; once its state is known, the version tells."""
    command = (sys.executable, "-m", "hitl_tui", "index", str(path), "--cache", str(folder))
    caching = Caching(folder, gated(path.with_name("gate"), command), index_from=0)
    screen = SqliteBackend(path, caching=caching, describe=described, in_passing=True)
    assert screen.page(OPEN, 0, 5).total == 18
    with pytest.raises(ValueError, match="the service is down"):
        fails_while_heavy(saver).invoke({"log": []}, config(LAST))
    assert screen.page(OPEN, 0, 5).total == 18
    before = screen.counts(Query())
    assert sum(before.values()) == COUNT
    seen = screen.version()
    path.with_name("gate").touch()
    until(lambda: screen.version() != seen and screen.counts(Query()) != before)
    assert screen.counts(Query()) == {**before, ThreadState.FAILED: 1}
    assert large == []
    screen.close()


def test_a_build_reads_heavy_threads_after_all_others(path, saver, tmp_path, monkeypatch):
    """Also those whose ids come first: meanwhile the index is used, and tells all but them."""
    folder, gate = tmp_path / "cache", threading.Event()
    ask(saver, "!first", MUCH["a line"]())
    ask(saver, "!second", MUCH["questions"]())
    monkeypatch.setattr(
        heavies, "row_apart", lambda *given: gate.wait(PATIENCE) and apart.row_apart(*given)
    )
    builder = threading.Thread(target=build, args=[path, folder])
    builder.start()
    screen = SqliteBackend(
        path, caching=Caching(folder, index_from=0), describe=described, in_passing=True
    )
    until(lambda: Place(folder, path).path.exists() and len(unread(folder, path)) == 2)
    until(lambda: not [row for row in screen.page(OPEN).rows if row.unread])
    assert builder.is_alive()
    assert screen.page(OPEN).total == 20
    gate.set()
    builder.join(PATIENCE)
    assert unread(folder, path) == []
    assert contents(folder, path) == fresh(path)
    screen.close()


def unread(folder, path):
    with closing(sqlite3.connect(Place(folder, path).path)) as index:
        if not index.execute("SELECT 1 FROM sqlite_master WHERE name = 'threads'").fetchone():
            return []
        return index.execute("SELECT thread FROM threads WHERE unread").fetchall()


@pytest.mark.parametrize("times", [1, 100])
def test_a_heavy_thread_that_changes_while_it_is_read_is_told_as_it_is(
    times, path, folder, saver, monkeypatch
):
    """A reading that is older than the index is thrown away; one that never holds still is read
    while the file is held."""
    ask(saver, LAST, MUCH["a line"]())
    left, summaries = iter(range(times)), apart.summaries

    def interrupted(rows, names):
        found = summaries(rows, names)
        if next(left, None) is not None:
            graph(saver, MUCH["a line"]()).invoke({"answer": ""}, config(LAST))
        return found

    monkeypatch.setattr(apart, "summaries", interrupted)
    program = SqliteBackend(path, caching=at_once(folder), describe=described)
    assert by_name(program.page(OPEN))[LAST].checkpoint_id == head(saver)
    monkeypatch.setattr(apart, "summaries", summaries)
    assert program.page(OPEN).total == 19
    assert contents(folder, path) == fresh(path)
    graph(saver, MUCH["a line"]()).invoke(Command(resume="yes"), config(LAST))
    assert program.page(OPEN).total == 18
    program.close()


def test_older_news_of_a_heavy_thread_never_replace_newer(path, folder, saver):
    ask(saver, LAST, MUCH["a line"]())
    program = SqliteBackend(path, caching=at_once(folder), describe=described)
    program.page(OPEN)
    old = apart.row_apart(SqliteFile(path), LAST)
    graph(saver, MUCH["a line"]()).invoke(Command(resume="yes"), config(LAST))
    assert program.page(OPEN).total == 18
    store = Store(Place(folder, path))
    assert not heavies.heavies_of(SqliteFile(path), store, described).settle(old)
    assert contents(folder, path) == fresh(path)
    store.close()
    program.close()


def head(saver):
    return saver.get_tuple(config(LAST)).checkpoint["id"]


def test_a_list_out_of_an_index_waits_until_all_is_read(path, folder, saver, screen, gate):
    """A state that is a guess is told by nobody."""
    take(sequential(saver), "other", {"log": []})
    ask(saver, LAST, MUCH["a line"]())
    assert by_name(screen.page(OPEN))[LAST].unread
    store = Store(Place(folder, path))
    for query in (OPEN, Query(states=frozenset({ThreadState.LOCKED}))):
        with store.reading() as index:
            assert telling.rows_of(index, query, None, whole=True) is None
    store.close()
    listing = SqliteBackend(path, caching=Caching(folder, index_from=0), describe=described)
    told = listing.told(OPEN, None, whole=True)
    assert [row.thread_id for row in told][-2:] == ["other", LAST]
    assert told[-1].title.startswith("xxx")
    assert unread(folder, path) == []
    listing.close()


def test_no_more_is_read_together_than_is_good_for_the_memory():
    sized = {str(number): number * HEAVY // 7 for number in range(100)}
    bundles = list(_bundles(sized))
    assert [name for bundle in bundles for name in bundle] == list(sized)
    for bundle in bundles:
        assert len(bundle) == 1 or sum(sized[name] for name in bundle) <= _TOGETHER
