"""A list straight out of an index: word for word what reading each thread says, or nothing."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from langgraph.types import Command

from hitl_tui.backends.caching import Caching
from hitl_tui.backends.index import proving
from hitl_tui.backends.index.place import Place
from hitl_tui.backends.index.store import News, Store
from hitl_tui.backends.sqlite_file import SqliteFile
from hitl_tui.backends.told import Told
from hitl_tui.model.threads import Query, Sort, ThreadState
from hitl_tui.tui.ahead import Ahead
from tests.contract.indexes import index
from tests.contract.listed import assert_told_as_read
from tests.contract.shapes import ANSWER, locked_inside, opened, sequential, take

WAITING = Query(frozenset({ThreadState.OPEN, ThreadState.LOCKED, ThreadState.IN_DOUBT}))
UNREADABLE = Query(frozenset({ThreadState.UNREADABLE}))
QUERIES = {
    "waiting": WAITING,
    "all": Query(),
    "done": Query(frozenset({ThreadState.DONE})),
    "graph": Query(graph="refund"),
    "search": Query(search="refund"),
    "age, the newest first": Query(sort=Sort.AGE, backwards=True),
    "awake": Query(frozenset({ThreadState.OPEN}), snoozed=False),
}


def ids(told: list[Told]) -> list[str]:
    return [row.thread_id for row in told]


@pytest.fixture(scope="module")
def indexed(seeded, tmp_path_factory):
    """A file with threads in all states, and its index."""
    path = tmp_path_factory.mktemp("told") / "checkpoints.sqlite"
    path.write_bytes(seeded.read_bytes())
    return path, index(path)


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "words"])
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_it_says_word_for_word_what_reading_says(indexed, inbox_of, query, as_json):
    path, caching = indexed
    inbox, reading = inbox_of(path, caching), inbox_of(path, None)
    assert inbox.told(query, None, whole=as_json)
    assert_told_as_read(inbox, reading, query, as_json=as_json)
    assert_told_as_read(inbox, reading, query, limit=3, as_json=as_json)


def test_a_file_changed_in_place_is_told_as_it_is(seeded, tmp_path, inbox_of):
    """Not even the size tells: the same number of bytes stands where others stood."""
    path = tmp_path / "checkpoints.sqlite"
    path.write_bytes(seeded.read_bytes())
    inbox = inbox_of(path, index(path))
    assert inbox.told(WAITING, None, whole=True)
    first = inbox.page(WAITING).rows[0]
    size = path.stat().st_size
    with closing(sqlite3.connect(path)) as connection, connection:
        damage = "UPDATE checkpoints SET checkpoint = zeroblob(length(checkpoint))"
        connection.execute(f"{damage} WHERE thread_id = ?", [first.thread_id])
    assert path.stat().st_size == size
    assert first.thread_id not in ids(inbox.told(WAITING, None, whole=True))
    assert first.thread_id in ids(inbox.told(UNREADABLE, None, whole=True))
    for query in (WAITING, UNREADABLE):
        assert_told_as_read(inbox, inbox_of(path, None), query)


def test_a_subgraph_changed_in_place_is_told_as_it_is(tmp_path, inbox_of):
    """The thread's head stays as it was: the answer was taken, and kept, below it."""
    path = tmp_path / "checkpoints.sqlite"
    saver = opened(path)
    graph = locked_inside(saver)
    take(graph, "a", {"log": []})
    take(graph, "a", ANSWER)
    inbox = inbox_of(path, index(path))
    assert [row.state for row in inbox.told(WAITING, None, whole=False)] == [ThreadState.LOCKED]
    saver.conn.execute("UPDATE writes SET idx = -9 WHERE checkpoint_ns > '' AND idx = -4")
    saver.conn.commit()
    assert [row.state for row in inbox.told(WAITING, None, whole=False)] == [ThreadState.OPEN]
    assert_told_as_read(inbox, inbox_of(path, None), WAITING)
    saver.conn.close()


def test_a_file_that_was_touched_is_told_and_one_that_is_replaced_read(seeded, tmp_path, inbox_of):
    path = tmp_path / "checkpoints.sqlite"
    path.write_bytes(seeded.read_bytes())
    inbox = inbox_of(path, index(path))
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))
    assert_told_as_read(inbox, inbox_of(path, None), WAITING)
    other = tmp_path / "other"
    other.write_bytes(seeded.read_bytes())
    other.replace(path)
    assert inbox.told(WAITING, None, whole=True) is None


def test_what_was_written_since_is_indexed_first(tmp_path, inbox_of):
    path = tmp_path / "checkpoints.sqlite"
    saver = opened(path)
    take(sequential(saver), "a", {"log": []})
    caching = index(path)
    take(sequential(saver), "b", {"log": []})
    saver.conn.close()
    inbox = inbox_of(path, caching)
    assert ids(inbox.told(WAITING, None, whole=True)) == ["a", "b"]
    assert_told_as_read(inbox, inbox_of(path, None), WAITING)


def test_a_file_that_is_put_back_with_its_time_is_told_as_it_is(tmp_path, inbox_of):
    """Its number, time and size are those of the index's making, but the index went on."""
    path = tmp_path / "checkpoints.sqlite"
    saver = opened(path)
    take(sequential(saver), "a", {"log": []})
    saver.conn.close()
    inbox = inbox_of(path, index(path))
    before, when = path.read_bytes(), path.stat()
    saver = opened(path)
    take(sequential(saver), "a", ANSWER)
    saver.conn.close()
    assert inbox.told(WAITING, None, whole=True)
    path.write_bytes(before)
    os.utime(path, ns=(when.st_atime_ns, when.st_mtime_ns))
    assert (path.stat().st_ino, path.stat().st_size) == (when.st_ino, when.st_size)
    if inbox.told(WAITING, None, whole=True) is not None:
        assert_told_as_read(inbox, inbox_of(path, None), WAITING)
    (row,) = inbox.page(WAITING).rows
    assert row == inbox_of(path, None).page(WAITING).rows[0]


def test_while_another_program_writes_the_index_the_file_is_read(tmp_path, inbox_of):
    path = tmp_path / "checkpoints.sqlite"
    saver = opened(path)
    take(sequential(saver), "a", {"log": []})
    caching = index(path)
    take(sequential(saver), "b", {"log": []})
    inbox = inbox_of(path, caching)
    place = Place(caching.folder, path)
    with closing(sqlite3.connect(place.path, isolation_level=None)) as builder:
        builder.execute("BEGIN IMMEDIATE")
        assert inbox.told(WAITING, None, whole=True) is None
    assert ids(inbox.told(WAITING, None, whole=True)) == ["a", "b"]
    saver.conn.close()


def test_an_index_that_is_begun_anew_meanwhile_tells_nothing(tmp_path, inbox_of, monkeypatch):
    path = tmp_path / "checkpoints.sqlite"
    saver = opened(path)
    take(sequential(saver), "a", {"log": []})
    caching = index(path)
    take(sequential(saver), "b", {"log": []})
    follow = proving.Keeper.follow

    def followed(self, **how):
        """Right, and then another program begins a build, and knows up to where it is to go."""
        standing, store = follow(self, **how), Store(Place(caching.folder, path))
        marks = store.meta().marks
        store.begin(repr(SqliteFile(path).identity()))
        store.write(News(meta={"marks": marks}), store.meta().serial)
        store.close()
        return standing

    monkeypatch.setattr(proving.Keeper, "follow", followed)
    monkeypatch.setattr(proving, "is_complete", lambda connection, meta: True)  # as in large files
    assert inbox_of(path, caching).told(WAITING, None, whole=True) is None
    saver.conn.close()


def test_many_changes_are_left_to_reading(tmp_path, inbox_of, monkeypatch):
    path = tmp_path / "checkpoints.sqlite"
    saver = opened(path)
    graph = sequential(saver)
    take(graph, "a", {"log": []})
    inbox = inbox_of(path, index(path))
    monkeypatch.setattr(proving, "MOST", 2)
    for thread in "bcd":
        take(graph, thread, {"log": []})
    assert inbox.told(WAITING, None, whole=True) is None
    saver.conn.close()


def test_what_is_masked_is_not_told(indexed, inbox_of):
    path, caching = indexed
    assert inbox_of(path, caching, masks=["$..amount"]).told(WAITING, None, whole=True) is None


def test_without_an_index_nothing_is_told(seeded, tmp_path, inbox_of):
    path = tmp_path / "checkpoints.sqlite"
    path.write_bytes(seeded.read_bytes())
    assert inbox_of(path, None).told(WAITING, None, whole=True) is None
    caching = Caching(tmp_path / "nowhere", index_from=0)
    assert inbox_of(path, caching).told(WAITING, None, whole=True) is None
    assert not (tmp_path / "nowhere").exists()
    damaged = index(path)
    for file in (tmp_path / "cache").glob("*.db"):
        file.write_bytes(b"no database")
    assert inbox_of(path, damaged).told(WAITING, None, whole=True) is None


def test_a_thread_with_an_alarm_has_all_read(tmp_path, inbox_of):
    path = tmp_path / "checkpoints.sqlite"
    saver = opened(path)
    graph = sequential(saver)
    take(graph, "a", {"log": []})
    take(graph, "b", {"log": []})
    asked = graph.get_state({"configurable": {"thread_id": "a"}})
    for answer in ("yes", "no"):  # two programs that looked at the same head
        graph.invoke(Command(resume={asked.interrupts[0].id: answer}), asked.config)
    saver.conn.close()
    inbox = inbox_of(path, index(path))
    (alarmed,) = [row for row in inbox.page(Query()).rows if row.rivals]
    assert alarmed.thread_id == "a"
    assert inbox.told(Query(), None, whole=True) is None
    assert inbox.told(Query(), None, whole=False) is None


def test_what_sleeps_is_told_apart(seeded, tmp_path, inbox_of):
    path = tmp_path / "checkpoints.sqlite"
    path.write_bytes(seeded.read_bytes())
    inbox = inbox_of(path, index(path))
    first = inbox.page(WAITING).rows[0].thread_id
    inbox.notes.snooze(first, datetime.now(UTC) + timedelta(hours=1))
    for snoozed in (True, False):
        query = Query(frozenset({ThreadState.OPEN}), snoozed=snoozed)
        told = [row.thread_id for row in inbox.told(query, None, whole=True)]
        assert told == [row.thread_id for row in inbox.page(query).rows]
        assert (first in told) == snoozed


def test_the_screens_first_rows_are_told_as_they_are_read(indexed, inbox_of):
    path, caching = indexed
    told = Ahead(inbox_of(path, caching)).rows.result(30)
    read = Ahead(inbox_of(path, None)).rows.result(30)

    def drawn(rows):
        summaries = [row.thread for row in rows.pages[0]]
        titles = [row.title for row in rows.pages[0]]
        shown = [(s.thread_id, s.state, s.graph_id, s.waiting_since) for s in summaries]
        return list(zip(shown, titles, strict=True))

    assert drawn(told) == drawn(read)
    assert told.total == read.total
