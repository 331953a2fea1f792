"""Looking at a checkpoint file never changes it, creates nothing, and refuses what it cannot be."""

import hashlib
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from mmap import mmap
from threading import Thread

import pytest

from hitl_tui import settled
from hitl_tui.backends import sqlite_file
from hitl_tui.backends.connect import backend_for
from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.backends.sqlite_file import SqliteFile, Way
from hitl_tui.errors import HitlError, SourceError, ThreadNotFound, UsageError
from hitl_tui.model.threads import Query, ThreadState
from tests.contract.runner.processes import PATIENCE, soon
from tests.contract.shapes import config, opened, sequential, take

WAL_INDEX_HEADER = 96
"""Bytes of a `-shm` file that say up to where the WAL is valid, twice (SQLite's WAL format)."""

WRITER = """
import sys
import time
from tests.contract.shapes import opened, sequential, take
saver = opened(sys.argv[1])
graph = sequential(saver)
for thread in sys.stdin:
    take(graph, thread.strip(), {"log": []})
    print("written", flush=True)
saver.conn.close()
"""


@pytest.fixture
def path(tmp_path):
    """A file with one open thread that nobody writes any more."""
    path = tmp_path / "checkpoints.sqlite"
    with closing(opened(path).conn) as connection:
        take(sequential(opened_on(connection)), "t", {"log": []})
    return path


def opened_on(connection):
    from langgraph.checkpoint.sqlite import SqliteSaver

    return SqliteSaver(connection)


@pytest.fixture
def backend(path):
    backend = SqliteBackend(path)
    yield backend
    backend.close()


@pytest.fixture
def writer(path):
    """Another process with the file open; `write(thread)` returns once it has committed."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def write(thread):
        process.stdin.write(f"{thread}\n")
        process.stdin.flush()
        assert process.stdout.readline() == "written\n"

    write.process = process
    yield write
    process.kill()
    process.communicate()


def everything(backend):
    """Every way of looking."""
    backend.version()
    backend.page(Query())
    backend.counts(Query(search="first"))
    backend.position(Query(), "t")
    backend.thread("t")
    list(backend.doctor())
    with suppress(ThreadNotFound):
        backend.thread("nobody")
    backend.close()


def threads(backend):
    return {row.thread_id for row in backend.page(Query()).rows}


def contents(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def test_looking_changes_no_byte_and_leaves_no_file(path, backend):
    before = contents(path.parent)
    everything(backend)
    assert contents(path.parent) == before
    assert list(before) == [path.name]


def test_looking_at_a_file_without_wal_mode_changes_nothing(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    before = contents(path.parent)
    assert SqliteFile(path).way() is Way.PLAIN
    everything(SqliteBackend(path))
    assert contents(path.parent) == before


def test_looking_beside_a_writer_changes_neither_the_file_nor_its_wal(path, backend, writer):
    writer("other")
    names = sorted(p.name for p in path.parent.iterdir())
    before = {name: (path.parent / name).read_bytes() for name in names if "-shm" not in name}
    assert SqliteFile(path).way() is Way.JOINED
    everything(backend)
    assert sorted(p.name for p in path.parent.iterdir()) == names
    assert {name: (path.parent / name).read_bytes() for name in before} == before


def test_looking_after_a_writer_was_killed_sees_what_it_committed(path, backend, writer):
    writer("other")
    writer.process.kill()
    writer.process.wait()
    names = sorted(p.name for p in path.parent.iterdir())
    assert backend.page(Query()).total == 2
    everything(backend)
    assert sorted(p.name for p in path.parent.iterdir()) == names


def test_a_wal_without_its_index_is_read_from_a_private_copy(path, writer, tmp_path):
    writer("other")
    copy = tmp_path / "copy" / path.name
    copy.parent.mkdir()
    for name in (path.name, f"{path.name}-wal"):
        shutil.copyfile(path.parent / name, copy.parent / name)
    before = contents(copy.parent)
    backend = SqliteBackend(copy)
    assert backend.page(Query()).total == 2
    assert SqliteFile(copy).way() is Way.COPIED
    everything(backend)
    assert contents(copy.parent) == before


def settled_version(backend, path):
    """The version once what was written last is surely read, and is told from the next change."""
    assert soon(lambda: not SqliteFile(path).stamps()[1])
    return backend.version()


def test_what_another_process_commits_is_seen_at_once(path, backend, writer):
    assert backend.page(Query()).total == 1
    for count, thread in enumerate(("b", "c", "d"), start=2):
        before = backend.version()
        writer(thread)
        assert backend.version() != before
        assert backend.page(Query()).total == count
        assert backend.thread(thread).state is ThreadState.OPEN


CHURN = """
import sys
from tests.contract.shapes import opened, sequential, take
for number in range(40):
    saver = opened(sys.argv[1])
    take(sequential(saver), f"w{number}", {"log": []})
    saver.conn.close()
"""


def test_a_program_that_opens_and_closes_the_file_all_the_time_disturbs_nobody(
    path, backend, monkeypatch
):
    """Its last close removes the WAL that others are reading, unless their locks hold."""
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", PATIENCE)  # while it waits for a slow disk
    failures, totals = [], []
    churn = subprocess.Popen([sys.executable, "-c", CHURN, str(path)])

    def look():
        try:
            while churn.poll() is None:
                backend.version()
                totals.append(backend.page(Query()).total)
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            failures.append(error)

    lookers = [Thread(target=look) for _ in range(3)]
    for looker in lookers:
        looker.start()
    for looker in lookers:
        looker.join(PATIENCE)
    assert failures == []
    assert totals
    assert backend.page(Query()).total == 41


@pytest.mark.parametrize("way", [Way.JOINED, Way.COPIED])
def test_a_wal_that_is_taken_away_the_moment_it_was_found_disturbs_nobody(
    path, tmp_path, writer, monkeypatch, way
):
    writer("b")
    if way is Way.COPIED:
        there = tmp_path / "there"
        there.mkdir()
        for name in (path.name, f"{path.name}-wal"):
            shutil.copyfile(path.with_name(name), there / name)
        path = there / path.name
    really, ways = SqliteFile.way, []

    def then_closed(file):
        ways.append(really(file))
        if len(ways) == 1:
            writer.process.communicate()
            with closing(sqlite3.connect(path)) as last:
                last.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            assert not path.with_name(f"{path.name}-wal").exists()
        return ways[-1]

    monkeypatch.setattr(SqliteFile, "way", then_closed)
    backend = SqliteBackend(path)
    assert backend.page(Query()).total == 2
    assert ways[0] is way


def test_the_version_stays_while_nothing_is_written(path, backend, writer):
    writer("b")
    settled = settled_version(backend, path)
    everything(backend)
    assert backend.version() == settled


def test_a_commit_that_is_long_on_its_way_to_the_disk_is_noticed(
    path, backend, writer, monkeypatch
):
    """Its frames, and their time, are in the WAL before its index names them: until then a reader
    sees what was before, and neither file changes when it is there."""
    monkeypatch.setattr(settled, "NS", PATIENCE * 1e9)
    writer("first")
    with open(f"{path}-shm", "r+b", buffering=0) as file, mmap(file.fileno(), 0) as index:
        before = index[:WAL_INDEX_HEADER]
        writer("second")
        after, index[:WAL_INDEX_HEADER] = index[:WAL_INDEX_HEADER], before
        time.sleep(0.1)  # longer than two changes may share a time
        seen = backend.version()
        assert "second" not in threads(backend)
        index[:WAL_INDEX_HEADER] = after
        for long_ago in ("NS", "_SOON_NS"):
            monkeypatch.setattr(settled, long_ago, 0)
        assert backend.version() != seen
        assert "second" in threads(backend)


def test_a_replaced_file_is_noticed(path, backend, tmp_path):
    assert backend.page(Query()).total == 1
    other = tmp_path / "other.sqlite"
    with closing(opened(other).conn) as connection:
        graph = sequential(opened_on(connection))
        for thread in ("x", "y"):
            take(graph, thread, {"log": []})
    other.replace(path)
    assert {row.thread_id for row in backend.page(Query()).rows} == {"x", "y"}


def test_a_locked_file_is_said_to_be_locked(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("DELETE FROM writes WHERE idx > 1000")
        with pytest.raises(SourceError, match="locked by another program"):
            SqliteBackend(path).page(Query())


def _missing(folder):
    return folder / "typo.sqlite", "no file"


def _folder(folder):
    (folder / "data").mkdir()
    return folder / "data", "folder"


def _empty(folder):
    (folder / "empty.sqlite").touch()
    return folder / "empty.sqlite", "empty"


def _text(folder):
    (folder / "notes.txt").write_text("not a database, however long this text may be" * 9)
    return folder / "notes.txt", "not a SQLite database"


def _other(folder):
    with closing(sqlite3.connect(folder / "other.sqlite")) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    return folder / "other.sqlite", "no LangGraph checkpointer"


def _foreign_columns(folder):
    with closing(sqlite3.connect(folder / "other.sqlite")) as connection:
        connection.executescript("CREATE TABLE checkpoints (a); CREATE TABLE writes (b)")
    return folder / "other.sqlite", "no LangGraph checkpointer"


def _truncated(folder):
    path = folder / "torn.sqlite"
    with closing(opened(path).conn) as connection:
        take(sequential(opened_on(connection)), "t", {"log": ["x" * 20_000]})
    path.write_bytes(path.read_bytes()[:9000])
    return path, "damaged|cannot be opened"


BAD = [_missing, _folder, _empty, _text, _other, _foreign_columns, _truncated]


@pytest.mark.parametrize("make", BAD)
def test_what_is_no_checkpoint_file_is_refused_and_left_alone(make, tmp_path):
    path, why = make(tmp_path)
    backend = SqliteBackend(path)
    before = sorted(tmp_path.iterdir())
    for look in (lambda: backend.page(Query()), lambda: backend.thread("t")):
        with pytest.raises(SourceError, match=why):
            look()
    assert [well for well, _ in backend.doctor()][-1] is False
    assert sorted(tmp_path.iterdir()) == before


def test_a_thread_that_is_not_there_is_not_found(backend):
    for thread_id in ("nobody", "", "\ud800", "\udcff", "a\0b"):
        with pytest.raises(ThreadNotFound):
            backend.thread(thread_id)


def test_a_file_about_to_be_created_is_one_without_threads(tmp_path):
    backend = backend_for(str(tmp_path / "new.sqlite"), None, create=True)
    assert backend.page(Query()).total == 0
    with pytest.raises(ThreadNotFound):
        backend.thread("t")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("form", ["{}", "sqlite:///{}"])
def test_a_source_is_a_path_or_a_sqlite_address(form, path):
    assert backend_for(form.format(path), None).page(Query()).total == 1


@pytest.mark.parametrize(
    "source", ["", "postgresql://[host", "https://", "sqlite://", "ftp://x/y", "sqlite:///"]
)
def test_other_sources_are_refused_as_usage(source):
    with pytest.raises(UsageError):
        backend_for(source, None)


def test_without_a_pool_nothing_can_be_run(backend):
    with pytest.raises(UsageError, match="reading only"):
        backend.run(None)


@pytest.mark.parametrize("name", ["sp ace.db", "que?ry#.db", "100%.db", "ünï.db"])
def test_any_file_name_can_be_read(name, path):
    other = path.with_name(name)
    path.rename(other)
    assert SqliteBackend(other).page(Query()).total == 1


def test_doctor_says_how_the_file_is_read(backend, path):
    lines = list(backend.doctor())
    assert all(well for well, _ in lines)
    assert "nobody writes" in lines[0][1]
    assert "1 thread" in lines[1][1]


def test_opening_loads_nothing_that_the_first_paint_does_not_need(path):
    code = (
        "import sys; from hitl_tui.backends.connect import backend_for;"
        "backend_for(sys.argv[1], None).version();"
        "print(*{'ormsgpack', 'xxhash', 'sqlite_utils', 'langgraph', 'pydantic', 'asyncio'}"
        " & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_every_failure_is_an_expected_one(tmp_path):
    """Cut anywhere, the file is read or refused, never a crash."""
    whole = tmp_path / "whole.sqlite"
    with closing(opened(whole).conn) as connection:
        opened_on(connection).setup()
        sequential(opened_on(connection)).invoke({"log": []}, config("t"))
    data = whole.read_bytes()
    for cut in range(0, len(data), 1500):
        torn = tmp_path / "torn.sqlite"
        torn.write_bytes(data[:cut])
        with suppress(HitlError):
            everything(SqliteBackend(torn))
