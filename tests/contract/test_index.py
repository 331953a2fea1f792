"""The index of a large file: safe to share, to lose and to break; nothing shown is ever old."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from threading import Thread

import pytest

from hitl_tui.backends import heads, looks
from hitl_tui.backends.caching import Caching
from hitl_tui.backends.index import reader, search
from hitl_tui.backends.index.place import Place
from hitl_tui.backends.index.store import News, Store
from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.backends.sqlite_file import SqliteFile
from hitl_tui.model.threads import Group, Query, Sort, ThreadState
from hitl_tui.questions.read import described
from tests.benchmarks import source as many
from tests.contract.indexes import at_once, contents, gated
from tests.contract.runner.processes import PATIENCE, soon
from tests.contract.shapes import ANSWER, opened, sequential, take

OPEN = Query(states=frozenset({ThreadState.OPEN}))
DONE = Query(states=frozenset({ThreadState.DONE}))
COUNT = 300


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("many") / "checkpoints.sqlite"
    many.build(path, COUNT, real=20)
    return path


@pytest.fixture
def path(original, tmp_path) -> Path:
    """A file of 300 threads, of which 90 are open."""
    path = tmp_path / "checkpoints.sqlite"
    path.write_bytes(original.read_bytes())
    return path


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def make(path):
    """Backends on the file, closed at the end."""
    made = []

    def backend(caching: Caching | None = None) -> SqliteBackend:
        made.append(SqliteBackend(path, caching=caching, describe=described))
        return made[-1]

    yield backend
    for one in made:
        one.close()


@pytest.fixture
def writer(path):
    saver = opened(path)
    yield saver
    saver.conn.close()


def command(path: Path, folder: Path) -> tuple[str, ...]:
    return (sys.executable, "-m", "hitl_tui", "index", str(path), "--cache", str(folder))


def _until_old(path):
    """Until a further change cannot share its time with the last one."""
    file = SqliteFile(path)
    until(lambda: not file.stamps()[1])


def ids(page):
    return [row.thread_id for row in page.rows]


def until(condition):
    assert soon(condition), "it did not come about"


def test_the_screen_shows_what_waits_while_the_index_is_built(make, path, folder):
    """And then all of it; the version tells when to look again."""
    backend = make(Caching(folder, command(path, folder), index_from=0))
    whole, seen = make(), backend.version()
    early = backend.page(OPEN)
    assert early.partial
    assert early.rows == whole.page(OPEN, 0, 128).rows
    assert backend.counts(Query())[ThreadState.OPEN] > 0
    until(lambda: not backend.page(OPEN).partial)
    assert backend.version() != seen
    for query in (OPEN, DONE, Query(search="q002"), Query(sort=Sort.GRAPH)):
        assert backend.page(query) == whole.page(query)
    assert backend.counts(Query()) == whole.counts(Query())


def test_what_sleeps_waits_apart_also_while_the_index_is_built(make, path, folder):
    backend = make(Caching(folder, command(path, folder), index_from=0))
    first, second, *others = ids(make().page(OPEN))
    asleep = frozenset({first, "nobody"})
    awake = replace(OPEN, snoozed=False, asleep=asleep)
    sleeping = replace(OPEN, snoozed=True, asleep=asleep)
    for is_built in (False, True):
        until(lambda: is_built != backend.page(OPEN).partial)  # noqa: B023 - asked at once
        assert ids(backend.page(awake)) == [second, *others]
        assert ids(backend.page(sleeping)) == [first]
        assert backend.position(awake, second) == 0
        assert backend.position(awake, first) is None
        assert backend.counts(sleeping)[ThreadState.OPEN] == 1
    woken = replace(awake, asleep=frozenset({second}))
    assert ids(backend.page(woken)) == [first, *others]
    assert backend.page(replace(sleeping, asleep=frozenset())).total == 0
    assert backend.groups(awake, Group.KIND) == {"options": 60, "schema": 29}


def test_when_much_changed_the_version_tells_once_the_index_has_caught_up(
    make, path, folder, writer, monkeypatch
):
    """A builder reads it, though the last one began a moment ago; until then rows are marked."""
    gate = path.with_name("gate")
    backend = make(Caching(folder, gated(gate, command(path, folder)), index_from=0))
    gate.touch()
    until(lambda: not backend.page(OPEN).partial)
    until(lambda: not backend._queue._desk._builder.is_running)  # it would still catch up
    monkeypatch.setattr("hitl_tui.backends.index.desk._MOST", 0)
    monkeypatch.setattr("hitl_tui.backends.index.builder._PAUSE", 0.1)
    gate.unlink()
    take(sequential(writer), "new", {"log": []})
    assert backend.page(OPEN).partial
    behind = backend.version()[1]
    gate.touch()
    until(lambda: backend.version()[1] != behind)
    page = backend.page(OPEN)
    assert (page.total, page.partial) == (91, False)


def test_an_index_that_is_there_is_used_at_once_and_by_all(make, path, folder, monkeypatch):
    subprocess.run(command(path, folder), check=True, capture_output=True, timeout=PATIENCE)
    programs = [make(Caching(folder, index_from=0)) for _ in range(3)]
    whole = make()
    monkeypatch.setattr("hitl_tui.backends.memory_queue.MemoryQueue.page", None)
    for program in programs:
        page = program.page(OPEN)
        assert (page.total, page.partial) == (90, False)
        assert program.groups(OPEN, Group.KIND) == {"options": 60, "schema": 30}
    assert whole.groups(OPEN, Group.KIND) == {"options": 60, "schema": 30}


def test_only_its_owner_can_read_what_is_asked(make, folder):
    make(at_once(folder)).page(OPEN)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
    assert len(modes) >= 2
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_file_itself_and_its_folder_are_left_alone(make, path, folder):
    before = path.read_bytes()
    make(at_once(folder)).page(OPEN)
    assert path.read_bytes() == before
    assert {file.name for file in path.parent.iterdir()} == {path.name, folder.name}


def test_what_changes_is_read_and_nothing_else(make, folder, writer, monkeypatch):
    backend = make(at_once(folder))
    assert backend.page(Query()).total == COUNT
    monkeypatch.setattr("hitl_tui.backends.index.sweep.Sweep.step", None)
    monkeypatch.setattr("hitl_tui.backends.memory_queue.MemoryQueue.page", None)
    take(sequential(writer), "new", {"log": []})
    assert backend.page(OPEN).total == 91
    take(sequential(writer), "new", ANSWER)
    assert backend.page(OPEN).rows[-1].interrupts[0].value == {"question": "second?"}


def test_what_is_new_is_found_by_its_rows_not_among_all_keys(path):
    """However many threads there are: SQLite goes through the new rows alone."""
    plans = []
    with closing(sqlite3.connect(path)) as connection:

        class Explained:
            def execute(self, sql, values):
                plans.append(connection.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall())
                return connection.execute(sql, values)

        first, second = heads.marks(connection)
        behind = (first._replace(rowid=first.rowid - 1), second._replace(rowid=second.rowid - 1))
        assert heads.touched(Explained(), behind)
    assert [plan[0][3] for plan in plans] == [
        f"SEARCH {table} USING INTEGER PRIMARY KEY (rowid>?)" for table in ("checkpoints", "writes")
    ]


def test_rows_are_read_once_a_state_of_the_file_and_anew_after_any_change(
    make, path, folder, writer, monkeypatch
):
    """Who types a search sees many rows again; what is shown is still what the file holds."""
    read = []
    backend, whole = make(at_once(folder)), make()
    expected = whole.page(OPEN, 10, 20).rows
    look = looks.read_summaries
    monkeypatch.setattr(
        looks,
        "read_summaries",
        lambda c, thread_ids: read.append(len(thread_ids)) or look(c, thread_ids),
    )
    _until_old(path)
    assert backend.page(OPEN, 0, 20) == backend.page(OPEN, 0, 20)
    assert backend.page(OPEN, 10, 20).rows == expected
    assert read == [20, 10]
    first = ids(backend.page(OPEN, 0, 1))[0]
    writer.delete_thread(first)
    assert first not in ids(backend.page(OPEN, 0, 20))
    assert sum(read[2:]) >= 20
    assert backend.page(OPEN, 0, 20) == whole.page(OPEN, 0, 20)


def test_a_row_that_the_index_has_wrong_is_never_shown(make, path, folder):
    """Whatever happened to it: the source says otherwise, and the index is put right."""
    backend = make(at_once(folder))
    before = backend.page(OPEN)
    with closing(sqlite3.connect(Place(folder, path).path)) as index:
        index.execute("UPDATE threads SET state = ? WHERE state = 0", [7])
        index.execute("UPDATE threads SET thread = 'nobody' WHERE thread = 'bench-Q0001'")
        index.commit()
    everything = backend.page(Query())
    assert all(row.state in (ThreadState.OPEN, ThreadState.DONE) for row in everything.rows)
    assert ids(everything)[:90] == ids(before)
    assert "nobody" not in ids(everything)


def test_a_deleted_thread_is_never_shown_even_where_counting_takes_too_long(
    make, path, folder, writer, monkeypatch
):
    """Its row is missed until all rows are counted, which a builder does from time to time."""
    backend = make(at_once(folder))
    assert backend.page(OPEN, 0, 10).total == 90
    monkeypatch.setattr("hitl_tui.backends.index.keeper.CHEAP_ROWS", 0)
    shown, beyond = backend.page(OPEN).rows[0].thread_id, backend.page(OPEN).rows[80].thread_id
    writer.delete_thread(shown)
    writer.delete_thread(beyond)
    assert shown not in ids(backend.page(OPEN, 0, 10))
    assert backend.page(OPEN, 0, 10).total == 89
    assert beyond not in ids(backend.page(OPEN, 70, 19))
    writer.delete_thread(backend.page(OPEN).rows[-1].thread_id)
    subprocess.run(command(path, folder), check=True, capture_output=True, timeout=PATIENCE)
    assert backend.counts(Query())[ThreadState.OPEN] == 87


def test_a_builder_that_was_killed_leaves_an_index_that_the_next_one_completes(path, folder, make):
    backend = make(Caching(folder, (sys.executable, "-c", "raise SystemExit(0)"), index_from=0))
    assert backend.page(OPEN).partial
    killed = subprocess.Popen(command(path, folder), stderr=subprocess.DEVNULL)
    killed.kill()
    killed.wait()
    assert backend.page(OPEN).partial
    subprocess.run(command(path, folder), check=True, capture_output=True, timeout=PATIENCE)
    assert not backend.page(OPEN).partial
    assert backend.page(OPEN).total == 90


def test_a_builder_stops_when_the_screen_that_started_it_is_gone(path, folder, make):
    """Nobody waits for it any more; what it did is not lost."""
    nobody = (*command(path, folder), "--for", "1000000000")
    assert (
        subprocess.run(nobody, capture_output=True, timeout=PATIENCE, check=False).returncode == 7
    )
    assert 0 < len(contents(folder, path)) < COUNT
    ours = (*command(path, folder), "--for", str(os.getpid()))
    assert subprocess.run(ours, capture_output=True, timeout=PATIENCE, check=False).returncode == 0
    assert len(contents(folder, path)) == COUNT


def test_a_builder_that_is_killed_is_followed_by_another_one_while_somebody_looks(
    make, path, folder, tmp_path, monkeypatch
):
    """The screen asks for the version again and again, and for rows only when it differs."""
    monkeypatch.setattr("hitl_tui.backends.index.builder._PAUSE", 0.1)
    died = tmp_path / "died"
    dies_once = f'test -e {died} && exec "$@"; touch {died}; kill -9 $$'
    backend = make(
        Caching(folder, ("sh", "-c", dies_once, "sh", *command(path, folder)), index_from=0)
    )
    assert backend.page(OPEN).partial
    seen = backend.version()
    until(lambda: backend.version() != seen)
    until(lambda: not backend.page(OPEN).partial)
    assert died.exists()


def test_many_builders_at_once_make_one_index(path, folder, make):
    builders = [
        subprocess.Popen(command(path, folder), stderr=subprocess.DEVNULL) for _ in range(3)
    ]
    assert [builder.wait(PATIENCE) for builder in builders] == [0, 0, 0]
    assert make(Caching(folder, index_from=0)).counts(Query()) == make().counts(Query())


def test_readers_and_writers_share_it(make, folder, writer):
    """Three programs follow what a fourth writes; none is refused, and none sees old rows."""
    programs = [make(at_once(folder)) for _ in range(3)]
    failures = []

    def look(program):
        try:
            for _ in range(15):
                page = program.page(OPEN)
                assert all(row.state is ThreadState.OPEN for row in page.rows)
                assert not page.partial
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            failures.append(error)

    lookers = [Thread(target=look, args=[program]) for program in programs]
    for looker in lookers:
        looker.start()
    for number in range(10):
        take(sequential(writer), f"t-{number}", {"log": []})
    for looker in lookers:
        looker.join(PATIENCE)
    assert failures == []
    assert {program.page(OPEN).total for program in programs} == {100}


def test_older_news_never_replaces_newer(path, folder, make):
    make(at_once(folder)).page(OPEN)
    store = Store(Place(folder, path))
    serial = store.meta().serial
    assert store.write(News(gone=[many.thread_id(0).encode()]), serial)
    assert not store.write(News(gone=[many.thread_id(1).encode()]), serial)
    store.close()
    assert len(contents(folder, path)) == COUNT - 1


def _cut(file):
    file.write_bytes(file.read_bytes()[:5000])


def _overwritten(file):
    file.write_bytes(b"not a database at all" * 1000)


def _emptied(file):
    file.write_bytes(b"")


def _foreign(file):
    file.unlink()
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE meta (songs)")


def _of_another_version(file):
    with closing(sqlite3.connect(file)) as index:
        index.execute("UPDATE meta SET made_by = 'hitl-tui of tomorrow'")
        index.commit()


def _gone(file):
    file.unlink()


SPOILT = [_cut, _overwritten, _emptied, _foreign, _of_another_version, _gone]


@pytest.mark.parametrize("spoil", SPOILT)
def test_an_index_that_is_broken_is_made_anew(spoil, make, path, folder):
    first = make(at_once(folder))
    first.page(OPEN)
    first.close()
    spoil(Place(folder, path).path)
    assert make(Caching(folder, index_from=0)).page(OPEN).total == 90
    built = make(at_once(folder))
    assert built.page(OPEN).total == 90
    assert [well for well, _ in built.doctor()] == [True, True, True]
    assert len(contents(folder, path)) == COUNT


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_cache_folder_that_cannot_be_written_is_told_by_doctor(make, path, folder):
    folder.mkdir(mode=0o500)
    _works_without(make(Caching(folder, command(path, folder), index_from=0)))


def test_a_cache_folder_that_cannot_be_made_is_told_by_doctor(make, path, folder):
    folder.write_text("a file is in the way")
    _works_without(make(Caching(folder, command(path, folder), index_from=0)))


def test_a_builder_that_fails_is_told_by_doctor(make, path, folder):
    fails = (sys.executable, "-c", "raise SystemExit(8)")
    backend = make(Caching(folder, fails, index_from=0))
    backend.page(OPEN)
    until(lambda: not backend.page(OPEN).partial)
    _works_without(backend)


def _works_without(backend):
    page = backend.page(OPEN)
    assert (page.total, page.partial) == (90, False)
    told = [text for well, text in backend.doctor() if not well]
    assert len(told) == 1
    assert "no index" in told[0]


def test_a_small_file_is_read_without_one(make, folder):
    assert make(Caching(folder)).page(OPEN).total == 90
    assert not folder.exists()


def test_deep_pages_from_both_ends_and_beside_known_ones(make, folder):
    backend, whole = make(at_once(folder)), make()
    everything = ids(whole.page(Query(), 0, COUNT))
    for at in (0, 290, 150, 160, 155, 299, 300, 10):
        assert ids(backend.page(Query(), at, 10)) == everything[at : at + 10]
        assert ids(backend.page(Query(backwards=True), at, 10)) == everything[::-1][at : at + 10]


FOUND = frozenset({f"bench-{many.token(number)}" for number in range(0, COUNT, 7)} | {"nobody"})
KNOWN = dict(
    zip(
        sorted(FOUND),
        cycle([ThreadState.RUNNING, ThreadState.OPEN, ThreadState.DONE]),
        strict=False,
    )
)
SEARCHES = [
    Query(search="q00"),
    Query(search="refund", overlay=KNOWN),
    Query(search="q", overlay=KNOWN, states=OPEN.states),
    Query(search="bench", states=frozenset({ThreadState.RUNNING, ThreadState.DONE}), overlay=KNOWN),
    Query(search="q00", snoozed=False, asleep=FOUND, states=OPEN.states),
    Query(search="q00", snoozed=True, asleep=FOUND),
    Query(search="q00", among=FOUND, beside=frozenset(sorted(FOUND)[:9])),
    Query(search="q00", beside=FOUND),
    Query(search="q00", graph="refund"),
    Query(search="nothing is called like this"),
]


@pytest.mark.parametrize(("few", "patience"), [(10_000, 0), (0, 10_000), (0, 2)])
@pytest.mark.parametrize("query", SEARCHES, ids=range(len(SEARCHES)))
def test_a_search_has_the_rows_of_the_whole_file_however_they_are_found(
    query, few, patience, make, folder, monkeypatch
):
    """Looked up and sorted, met on the way, or sorted because that took too long."""
    monkeypatch.setattr(search, "_FEW", few)
    monkeypatch.setattr(search, "_PATIENCE", patience)
    backend, whole = make(at_once(folder)), make()
    assert backend.counts(query) == whole.counts(query)
    for sort in Sort:
        for backwards in (False, True):
            asked = replace(query, sort=sort, backwards=backwards)
            everything = ids(whole.page(asked, 0, COUNT))
            for at in (0, 10, len(everything) - 5, 3):
                page = backend.page(asked, max(0, at), 10)
                assert (ids(page), page.total) == (everything[max(0, at) :][:10], len(everything))
            for at, name in list(enumerate(everything))[::29]:
                assert backend.position(asked, name) == at
            assert backend.position(asked, "nobody") is None


def test_what_many_searches_found_is_forgotten(make, path, folder, monkeypatch):
    """Of the rows of each, not more are remembered than is good for the memory."""
    make(at_once(folder)).page(Query())
    monkeypatch.setattr(reader, "_IDS", 400)
    store = Store(Place(folder, path))
    reading = reader.Reader(store)
    for text in ("b", "be", "ben", "benc", "bench"):
        assert reading.page(Query(search=text), 0, 10)[1] == COUNT
        assert sum(known.size for known in reading._known.values()) == COUNT
    store.close()


@pytest.mark.parametrize("text", ["q", "q0", "q00", 'ref"und', "ünï", "100%_", "first'--", "*"])
def test_any_text_can_be_searched(text, make, folder, writer):
    for name in ('say "ref"und', "ünï-1", "100%_of", "first'--", "a*b"):
        take(sequential(writer), name, {"log": []})
    backend, whole = make(at_once(folder)), make()
    page = backend.page(Query(search=text))
    assert page == whole.page(Query(search=text))
    assert page.total > 0
