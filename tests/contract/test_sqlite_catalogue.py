"""The queue, kept up to date by what changed, is always what a full look would give."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hitl_tui.backends import catalogue as catalogue_module
from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.model.threads import Query, ThreadState
from tests.contract.indexes import at_once
from tests.contract.runner.processes import PATIENCE
from tests.contract.shapes import (
    ANSWER,
    breakpoints,
    call_fails_beside_question,
    config,
    failing,
    opened,
    sequential,
    take,
)

WAITING = Query(states=frozenset({ThreadState.OPEN, ThreadState.LOCKED, ThreadState.IN_DOUBT}))


@pytest.fixture
def saver(tmp_path):
    saver = opened(tmp_path / "checkpoints.sqlite")
    saver.setup()
    yield saver
    saver.conn.close()


@pytest.fixture(params=["memory", "index"])
def backend(request, saver, tmp_path):
    """A backend that holds all keys in memory, and one that asks an index of any file's size."""
    caching = at_once(tmp_path / "cache") if request.param == "index" else None
    backend = SqliteBackend(tmp_path / "checkpoints.sqlite", caching=caching)
    yield backend
    backend.close()


def ids(page):
    return [row.thread_id for row in page.rows]


def copies(connection, thread, names):
    """The thread's rows again under other names, each a minute younger than the one before."""
    for table, columns in (
        ("checkpoints", "parent_checkpoint_id, type, checkpoint, metadata"),
        ("writes", "task_id, task_path, idx, channel, type, value"),
    ):
        connection.executemany(
            f"INSERT INTO {table} (thread_id, checkpoint_ns, checkpoint_id, {columns})"
            f" SELECT ?, checkpoint_ns, printf('1f%06x', ?) || substr(checkpoint_id, 9), {columns}"
            f" FROM {table} WHERE thread_id = ?",
            [(name, minute, thread) for minute, name in enumerate(names)],
        )
    connection.commit()


def test_the_oldest_question_comes_first(saver, backend):
    graph = sequential(saver)
    for thread in ("first", "second", "third"):
        take(graph, thread, {"log": []})
    take(graph, "first", ANSWER)
    page = backend.page(WAITING)
    assert ids(page) == ["second", "third", "first"]
    assert page.rows == tuple(sorted(page.rows, key=lambda row: row.waiting_since))
    assert datetime.now(UTC) - page.rows[0].waiting_since < timedelta(seconds=PATIENCE)


def test_threads_that_ask_nothing_follow_newest_first(saver, backend):
    for thread in ("old", "new"):
        take(failing(saver), thread, {"log": []})
    take(sequential(saver), "asks", {"log": []})
    assert ids(backend.page(Query())) == ["asks", "new", "old"]
    assert all(row.waiting_since is None for row in backend.page(Query()).rows[1:])


def test_states_filter_and_count(saver, backend):
    take(sequential(saver), "open", {"log": []})
    take(failing(saver), "failed", {"log": []})
    take(breakpoints(saver), "paused", {"log": []})
    counted = {ThreadState.OPEN: 1, ThreadState.FAILED: 1, ThreadState.PAUSED: 1}
    assert backend.counts(WAITING) == counted
    for state in counted:
        assert ids(backend.page(Query(states=frozenset({state})))) == [state.value]


def test_a_call_that_asks_beside_one_that_fails_is_a_failure(saver, backend):
    """The entrypoint failed, so the graph's own state shows no question either."""
    graph = call_fails_beside_question(saver)
    take(graph, "t", "text")
    assert graph.get_state(config("t")).interrupts == ()
    assert ids(backend.page(Query(states=frozenset({ThreadState.FAILED})))) == ["t"]
    assert backend.page(WAITING).total == 0


def test_an_overlay_corrects_states_before_the_filter(saver, backend):
    for thread in ("a", "b"):
        take(sequential(saver), thread, {"log": []})
    overlay = {"a": ThreadState.RUNNING}
    running = Query(states=frozenset({ThreadState.RUNNING}), overlay=overlay)
    assert ids(backend.page(running)) == ["a"]
    assert backend.page(running).rows[0].state is ThreadState.RUNNING
    assert ids(backend.page(Query(states=WAITING.states, overlay=overlay))) == ["b"]
    assert backend.counts(running) == {ThreadState.RUNNING: 1, ThreadState.OPEN: 1}


def test_search_looks_at_thread_graph_and_question_without_case(saver, backend):
    graph = sequential(saver)
    graph.invoke({"log": []}, config("Mail-7", graph_id="Mailer"))
    graph.invoke({"log": []}, config("other"))
    assert ids(backend.page(Query(search="mail-"))) == ["Mail-7"]
    assert ids(backend.page(Query(search="MAILER"))) == ["Mail-7"]
    assert backend.page(Query(search="FIRST?")).total == 2
    assert backend.page(Query(search="nothing like it")).total == 0


def test_pages_cover_ten_thousand_threads_in_order(saver, backend):
    take(sequential(saver), "t", {"log": []})
    names = [f"t-{n}" for n in range(10_000)]
    copies(saver.conn, "t", names)
    saver.delete_thread("t")
    listed = [name for at in range(0, 10_000, 1000) for name in ids(backend.page(WAITING, at, 3))]
    assert listed == [names[at + i] for at in range(0, 10_000, 1000) for i in range(3)]
    assert backend.page(WAITING).total == 10_000
    assert backend.position(WAITING, "t-9999") == 9999
    assert backend.position(WAITING, "nobody") is None
    assert backend.page(WAITING, 10_000).rows == ()


def test_one_change_among_many_threads_reads_one_thread(saver, backend, monkeypatch):
    take(sequential(saver), "t", {"log": []})
    copies(saver.conn, "t", [f"t-{n}" for n in range(500)])
    assert backend.page(WAITING).total == 501
    monkeypatch.setattr(catalogue_module.keys, "heads", None)
    take(sequential(saver), "new", {"log": []})
    assert backend.page(WAITING).total == 502


def test_a_deleted_thread_leaves_the_queue(saver, backend):
    for thread in ("a", "b", "c"):
        take(sequential(saver), thread, {"log": []})
    assert backend.page(Query()).total == 3
    for thread, left in (("a", ["b", "c"]), ("c", ["b"])):
        saver.delete_thread(thread)
        assert ids(backend.page(Query())) == left


def test_reused_row_numbers_are_noticed(saver, backend):
    for thread in ("a", "b"):
        take(sequential(saver), thread, {"log": []})
    assert backend.page(Query()).total == 2
    saver.delete_thread("b")
    take(sequential(saver), "c", {"log": []})
    assert ids(backend.page(Query())) == ["a", "c"]


def test_vacuum_changes_nothing_to_see(saver, backend):
    for thread in ("a", "b", "c"):
        take(sequential(saver), thread, {"log": []})
    saver.delete_thread("a")
    before = backend.page(Query())
    saver.conn.execute("VACUUM")
    assert backend.page(Query()) == before
    take(sequential(saver), "b", ANSWER)
    assert backend.page(Query()) == SqliteBackend(backend.path).page(Query())


def _start(saver, thread):
    take(sequential(saver), thread, {"log": []})


def _fail(saver, thread):
    take(failing(saver), thread, {"log": []})


def _answer(saver, thread):
    take(sequential(saver), thread, ANSWER)


def _delete(saver, thread):
    saver.delete_thread(thread)


def _vacuum(saver, thread):
    saver.conn.execute("VACUUM")


def _forget_writes(saver, thread):
    saver.conn.execute("DELETE FROM writes WHERE thread_id = ?", [thread])
    saver.conn.commit()


OPERATIONS = [_start, _fail, _answer, _delete, _vacuum, _forget_writes]
STEPS = st.lists(st.tuples(st.sampled_from(OPERATIONS), st.sampled_from("abc")), max_size=14)


@settings(max_examples=25, derandomize=True, deadline=None)
@given(steps=STEPS)
def test_after_any_operations_the_queue_is_what_a_full_look_gives(steps, tmp_path_factory):
    path = tmp_path_factory.mktemp("random") / "checkpoints.sqlite"
    saver = opened(path)
    saver.setup()
    kept = SqliteBackend(path)
    with closing(saver.conn):
        for operation, thread in steps:
            operation(saver, thread)
            fresh = SqliteBackend(path)
            assert kept.page(Query()) == fresh.page(Query())
            assert kept.counts(Query()) == fresh.counts(Query())


def test_writes_lost_behind_another_change_are_noticed(saver, backend):
    """Two changes between two looks, of which only one leaves rows."""
    for thread in ("a", "b"):
        take(sequential(saver), thread, {"log": []})
    assert backend.page(WAITING).total == 2
    _forget_writes(saver, "a")
    take(sequential(saver), "c", {"log": []})
    assert [row.thread_id for row in backend.page(WAITING).rows] == ["b", "c"]


def test_many_threads_may_look_while_another_program_writes(saver, backend):
    failures = []

    def look():
        try:
            for _ in range(20):
                page = backend.page(WAITING)
                assert len(page.rows) == page.total
                backend.counts(Query())
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            failures.append(error)

    lookers = [Thread(target=look) for _ in range(4)]
    for looker in lookers:
        looker.start()
    for n in range(20):
        take(sequential(saver), f"t-{n}", {"log": []})
    for looker in lookers:
        looker.join(PATIENCE)
    assert failures == []
    assert backend.page(WAITING).total == 20


def test_a_changed_row_is_looked_at_again(saver, backend):
    take(failing(saver), "t", {"log": []})
    assert backend.page(Query()).rows[0].state is ThreadState.FAILED
    with closing(sqlite3.connect(backend.path)) as connection:
        connection.execute("DELETE FROM writes WHERE idx = -1")
        connection.commit()
    assert backend.page(Query()).rows[0].state is ThreadState.PAUSED
