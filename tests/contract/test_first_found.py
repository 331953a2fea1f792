"""The first rows of a search, sooner than they are read: as reading shows them, or not at all."""

import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hitl_tui.backends.index import kept
from hitl_tui.backends.index.sure import are_sure
from hitl_tui.backends.sqlite_file import _LEFT, _TICK_NS, SqliteFile, Way
from hitl_tui.journal.journal import Journal
from hitl_tui.journal.owner import this_process
from hitl_tui.model.attempts import Attempt
from hitl_tui.model.runs import Verb
from hitl_tui.model.threads import Query, Sort, ThreadState
from hitl_tui.tui.rows import PAGE, Rows, read_rows
from hitl_tui.tui.told_rows import first_found, make_ready
from tests.contract.indexes import index
from tests.contract.runner.processes import PATIENCE
from tests.contract.shapes import ANSWER, locked_inside, opened, sequential, take

OPEN = frozenset({ThreadState.OPEN})
SEARCHES = {
    "open": Query(OPEN, search="refund"),
    "all": Query(search="refund"),
    "awake": Query(OPEN, search="first", snoozed=False),
    "two letters": Query(search="re"),
    "by age, the newest first": Query(search="first", sort=Sort.AGE, backwards=True),
    "nothing": Query(search="nothing is called like this"),
}
LISTS = {"those that wait": Query(OPEN, snoozed=False), "the newest": Query(backwards=True)}


def asked(inbox):
    """An inbox that showed rows before."""
    inbox.page(Query(), 0, 1)
    return inbox


def drawn(rows: Rows, height: int) -> list[tuple[object, ...]]:
    """What of rows stands on a screen at once, but where a text was found that a title lacks."""
    shown = [row for number in sorted(rows.pages) for row in rows.pages[number]][:height]
    return [
        (t.thread_id, t.state, t.graph_id, t.waiting_since or t.updated_at, row.title)
        for row, t in ((row, row.thread) for row in shown)
    ]


@pytest.fixture
def path(seeded, tmp_path):
    """A file of the test's own with threads in all states."""
    return Path(shutil.copy(seeded, tmp_path / "checkpoints.sqlite"))


@pytest.mark.parametrize("query", SEARCHES.values(), ids=SEARCHES)
def test_they_are_drawn_as_they_are_read(path, inbox_of, query):
    inbox, reading = asked(inbox_of(path, index(path))), inbox_of(path, None)
    read = read_rows(reading, query, None, 0, PAGE)
    cursor = drawn(read, 5)[3][0] if read.total else "nobody"
    for looked_for in (None, cursor, "nobody"):
        told = first_found(inbox, query, looked_for, 5)
        assert told is not None
        assert drawn(told, 5) == drawn(read, 5)
        assert told.total == read.total
        assert told.position == (3 if looked_for == cursor != "nobody" else None)
    if read.total > 4:
        assert first_found(inbox, query, cursor, 2) is None, "the cursor's row stands further down"


@pytest.mark.parametrize("query", LISTS.values(), ids=LISTS)
def test_those_of_no_search_are_drawn_as_they_are_read(path, inbox_of, query):
    inbox, reading = asked(inbox_of(path, index(path))), inbox_of(path, None)
    read = read_rows(reading, query, None, 0, PAGE)
    told = first_found(inbox, query, None, 5)
    assert drawn(told, 5) == drawn(read, 5) != []
    assert told.total == read.total
    looked_for = drawn(read, 5)[0][0]
    assert first_found(inbox, query, looked_for, 5) is None, "where it stands is not looked for"


def test_rows_are_compared_once_while_the_file_stays_as_it_is(tmp_path, inbox_of, monkeypatch):
    """Until it may have changed: then their bytes tell again."""
    path = tmp_path / "checkpoints.sqlite"
    saver = opened(path)
    take(sequential(saver), "a", {"log": []})
    caching = index(path)
    take(sequential(saver), "b", {"log": []})
    saver.conn.close()
    inbox, compared = asked(inbox_of(path, caching)), []
    monkeypatch.setattr(
        kept, "are_sure", lambda c, claims: compared.append(len(claims)) or are_sure(c, claims)
    )
    _settle(path)
    make_ready(inbox, Query(OPEN), 9)
    assert compared == [2], "what is shown is proved before the first key"
    for text in ("firs", "first", "irst"):
        assert first_found(inbox, Query(OPEN, search=text), None, 9).total == 2
    assert compared == [2]
    with closing(sqlite3.connect(path)) as connection, connection:
        damage = "UPDATE checkpoints SET checkpoint = zeroblob(length(checkpoint))"
        connection.execute(f"{damage} WHERE thread_id = 'b'")
    assert first_found(inbox, Query(OPEN, search="first"), None, 9) is None
    assert compared == [2, 2]


def _settle(path):
    """Its next change has another time."""
    changed = path.stat().st_mtime_ns
    while time.time_ns() < changed + 10 * _TICK_NS:
        time.sleep(0.01)


def test_nothing_is_read_of_a_file_that_is_as_it_was_when_all_of_it_was_read(
    path, inbox_of, monkeypatch
):
    inbox = asked(inbox_of(path, index(path)))
    monkeypatch.setattr(SqliteFile, "read", lambda *_, **__: pytest.fail("it was read"))
    assert first_found(inbox, SEARCHES["open"], None, 5) is not None


@pytest.mark.parametrize("is_open", [True, False], ids=["beside a writer", "after it"])
def test_what_was_written_since_is_told_as_it_is(tmp_path, inbox_of, is_open):
    """The file stays open for the next key; what is committed before that is seen by it."""
    path = tmp_path / "checkpoints.sqlite"
    saver = opened(path)
    take(sequential(saver), "a", {"log": []})
    inbox, query = asked(inbox_of(path, index(path))), Query(OPEN, search="first")
    for thread in "bcd":
        take(sequential(saver), thread, {"log": []})
        if not is_open:
            saver.conn.close()
        for _ in range(2):
            told = first_found(inbox, query, None, 9)
            assert told is not None
            assert drawn(told, 9) == drawn(read_rows(inbox_of(path, None), query, None, 0, 9), 9)
        if not is_open:
            saver = opened(path)
    take(sequential(saver), "a", ANSWER)
    assert [row[0] for row in drawn(first_found(inbox, query, None, 9), 9)] == ["b", "c", "d"]
    saver.conn.close()


def test_a_thread_deleted_where_counting_takes_too_long_is_not_told(
    tmp_path, inbox_of, monkeypatch
):
    monkeypatch.setattr("hitl_tui.backends.index.keeper.CHEAP_ROWS", 0)
    path = tmp_path / "checkpoints.sqlite"
    saver = opened(path)
    for thread in "abc":
        take(sequential(saver), thread, {"log": []})
    inbox, query = asked(inbox_of(path, index(path))), Query(OPEN, search="first")
    assert first_found(inbox, query, None, 9).total == 3
    saver.delete_thread("b")
    assert first_found(inbox, query, None, 9) is None
    assert [row[0] for row in drawn(read_rows(inbox, query, None, 0, 9), 9)] == ["a", "c"]
    saver.conn.close()


def test_a_thread_changed_in_place_is_not_told(path, inbox_of):
    inbox, query = asked(inbox_of(path, index(path))), SEARCHES["open"]
    first = first_found(inbox, query, None, 5).get(0).thread.thread_id
    with closing(sqlite3.connect(path)) as connection, connection:
        damage = "UPDATE checkpoints SET checkpoint = zeroblob(length(checkpoint))"
        connection.execute(f"{damage} WHERE thread_id = ?", [first])
    assert first_found(inbox, query, None, 5) is None


def test_what_comes_from_more_than_a_head_has_to_be_read(tmp_path, inbox_of):
    path = tmp_path / "checkpoints.sqlite"
    saver = opened(path)
    graph = locked_inside(saver)
    take(graph, "a", {"log": []})
    inbox = asked(inbox_of(path, index(path)))
    take(graph, "b", {"log": []})  # what is written since has to be proved
    assert inbox.page(Query(OPEN, search="deep?")).total == 2
    assert first_found(inbox, Query(OPEN, search="deep?"), None, 9) is None
    saver.conn.close()


def test_heavy_threads_are_left_to_those_who_read_them(tmp_path, inbox_of):
    """Their bytes are not even read: sizes tell."""
    path = tmp_path / "checkpoints.sqlite"
    saver = opened(path)
    take(sequential(saver), "a", {"log": []})
    caching = index(path)
    take(sequential(saver), "b", {"log": ["x" * 2_000_000]})
    inbox = asked(inbox_of(path, caching))
    assert inbox.page(Query(OPEN, search="first")).total == 2
    assert first_found(inbox, Query(OPEN, search="first"), None, 9) is None
    assert first_found(inbox, Query(OPEN, search="first"), None, 1).total == 2
    saver.conn.close()


def test_what_the_journal_knows_more_of_has_to_be_read(path, inbox_of):
    inbox, query = asked(inbox_of(path, index(path))), SEARCHES["open"]
    rows = read_rows(inbox, query, None, 0, 5)
    first, second = (rows.get(at).thread for at in (0, 1))
    inbox.notes.save_draft(second.thread_id, second.interrupts[0].id, "no")
    assert first_found(inbox, query, None, 2) is None, "whether a draft is of use shows in full"
    assert first_found(inbox, query, None, 1) is not None
    inbox.notes.snooze(first.thread_id, datetime.now(UTC) + timedelta(hours=1))
    told = first_found(inbox, query, None, 1)
    assert told.get(0).mark.snoozed_until is not None
    question = first.interrupts[0].id
    journal = Journal(path.with_name("journal.db"))  # another operator's
    journal.begin(
        Attempt("1", first.thread_id, Verb.ANSWER, "bob", this_process(), datetime.now(UTC),
                first.checkpoint_id, {question: "yes"})
    )  # fmt: skip
    assert first_found(inbox, query, None, 1) is None
    running = Query(frozenset({ThreadState.RUNNING}), search="refund")
    assert inbox.page(running).total == 1
    assert first_found(inbox, running, None, 1) is None
    journal.close()


def test_masked_rows_and_narrowed_ones_have_to_be_read(path, inbox_of):
    caching = index(path)
    assert first_found(asked(inbox_of(path, caching)), Query(OPEN, graph="refund"), None, 5) is None
    masked = asked(inbox_of(path, caching, masks=["$..amount"]))
    assert first_found(masked, SEARCHES["open"], None, 5) is None
    assert first_found(inbox_of(path, None), SEARCHES["open"], None, 5) is None


def test_a_file_left_open_is_closed_before_it_is_opened_by_hand_and_soon_anyway(
    tmp_path, monkeypatch
):
    """By hand: its header is read. POSIX would drop the locks that the connection lives by."""
    monkeypatch.setattr("hitl_tui.backends.left_open.IDLE", PATIENCE)
    path = tmp_path / "checkpoints.sqlite"
    saver = opened(path)
    take(sequential(saver), "a", {"log": []})
    file = SqliteFile(path)
    assert file.way() is Way.JOINED

    def read() -> tuple[int]:
        count = "SELECT count(*) FROM checkpoints"
        return file.read(lambda c: c.execute(count).fetchone(), leave=True)

    before = read()
    left = _LEFT._left
    assert left is not None
    assert read() == before
    assert _LEFT._left is left, "it was opened again"
    take(sequential(saver), "b", {"log": []})
    assert read() > before
    assert _LEFT._left is left
    other = tmp_path / "other"
    shutil.copy(path, other)
    saver.conn.close()
    other.replace(path)
    assert read() is not None
    assert _LEFT._left is not left, "another file stands there"
    file.way()
    assert _LEFT._left is None
    saver = opened(path)
    take(sequential(saver), "c", {"log": []})
    read()
    file.version()
    assert _LEFT._left is not None
    monkeypatch.setattr("hitl_tui.backends.left_open.IDLE", 0)
    file.version()
    assert _LEFT._left is None
    saver.conn.close()


def test_a_file_that_nobody_writes_is_left_open_until_somebody_does(tmp_path, monkeypatch):
    """No matter for how long: such a connection holds no lock and no WAL."""
    monkeypatch.setattr("hitl_tui.backends.left_open.IDLE", 0)
    path = tmp_path / "checkpoints.sqlite"
    _run(path, "a")
    file = SqliteFile(path)
    assert file.way() is Way.QUIET

    def read() -> int:
        return file.read(lambda c: c.execute("SELECT count(*) FROM checkpoints").fetchone()[0])

    before = read()
    left = _LEFT._left
    file.version()
    assert read() == before
    assert _LEFT._left is left
    saver = opened(path)
    take(sequential(saver), "b", {"log": []})
    file.version()
    assert _LEFT._left is None
    assert read() > before
    assert _LEFT._left is None, "one that hinders others is not left unless it is asked for"
    saver.conn.close()
    assert read() > before
    assert _LEFT._left not in {None, left}


def _run(path, thread):
    saver = opened(path)
    take(sequential(saver), thread, {"log": []})
    saver.conn.close()
