"""The queue of a server, kept up by what changed, is what a full look would give."""

from threading import Event

import pytest

from hitl_tui.backends.agent_server import catalogue, queue
from hitl_tui.backends.caching import Caching
from hitl_tui.backends.connect import backend_for
from hitl_tui.model.threads import Group, Query, Sort, ThreadState
from hitl_tui.questions.read import described
from hitl_tui.runner.spec import RunnerSpec
from tests.contract.runner.processes import PATIENCE, soon

WAITING = Query(states=frozenset({ThreadState.OPEN, ThreadState.LOCKED, ThreadState.IN_DOUBT}))
EVERYTHING = Query()


@pytest.fixture
def backend(server):
    """A backend that shows nothing before it has read all."""
    made = backend_for(server.url, RunnerSpec(), describe=described)
    yield made
    made.close()


def ids(backend, query):
    return [row.thread_id for row in backend.page(query, 0, 10_000).rows]


def fresh(server, query):
    """What a backend says that never looked before."""
    made = backend_for(server.url, RunnerSpec(), describe=described)
    try:
        return ids(made, query), dict(made.counts(query))
    finally:
        made.close()


def look_again(backend):
    backend._queue.look_again()


def test_what_asks_comes_first_the_oldest_on_top_then_the_newest(desk, backend):
    (first,), (second,) = desk.threads(1), desk.threads(1)
    done = desk.server.thread("age", {"foo": "x"})
    desk.server.client.runs.wait(done, "age", command={"resume": 5})
    found = ids(backend, EVERYTHING)
    assert found.index(first) < found.index(second) < found.index(done)
    rows = backend.page(EVERYTHING, 0, 10_000).rows
    asking = [row.waiting_since for row in rows if row.interrupts]
    assert asking == sorted(asking)
    others = [row.updated_at for row in rows if not row.interrupts]
    assert others == sorted(others, reverse=True)
    assert all(row.waiting_since is None for row in rows if not row.interrupts)


def test_pages_cover_the_queue_and_positions_are_theirs(desk, backend):
    threads = desk.threads(5)
    whole = ids(backend, WAITING)
    total = backend.page(WAITING, 0, 2).total
    assert total == len(whole)
    pages = [backend.page(WAITING, at, 2).rows for at in range(0, total, 2)]
    assert [row.thread_id for page in pages for row in page] == whole
    assert [backend.position(WAITING, thread) for thread in threads] == [
        whole.index(thread) for thread in threads
    ]
    assert backend.position(WAITING, "00000000-0000-4000-8000-000000000000") is None


def test_what_changes_comes_and_goes_is_seen_without_reading_all_again(desk, backend, monkeypatch):
    before = backend.version()
    assert backend.version() == before
    ids(backend, WAITING)
    whole = []
    everything = catalogue.everything
    monkeypatch.setattr(
        catalogue, "everything", lambda *given: whole.append(1) or everything(*given)
    )
    new, gone = desk.threads(2)
    look_again(backend)
    assert backend.version() != before
    assert {new, gone} <= set(ids(backend, WAITING))
    client = desk.server.client
    client.runs.wait(new, "effect", command={"resume": {desk.server.asked(new): "yes"}})
    look_again(backend)
    assert new not in ids(backend, WAITING)
    assert whole == []
    client.threads.delete(gone)
    monkeypatch.setattr(queue, "COUNTS_EVERY", 0.0)
    look_again(backend)
    assert gone not in ids(backend, EVERYTHING)
    assert whole == [1]
    assert (ids(backend, EVERYTHING), dict(backend.counts(EVERYTHING))) == fresh(
        desk.server, EVERYTHING
    )


def test_a_note_in_its_metadata_does_not_make_a_thread_wait_anew(desk, backend):
    thread = desk.start()
    (before,) = backend.page(Query(search=thread)).rows
    desk.server.client.threads.update(thread, metadata={"seen": True})
    look_again(backend)
    (after,) = backend.page(Query(search=thread)).rows
    assert after.waiting_since == before.waiting_since
    assert after.updated_at == before.updated_at
    assert thread in backend._queue._rows


def test_filters_search_sort_and_groups(desk, backend):
    mail = {"customer": "Zoë", "order": "7", "amount": 5.0, "reason": "late"}
    refund = desk.server.thread("refund", mail)
    effect = desk.start()
    assert refund in ids(backend, Query(graph="refund"))
    assert effect not in ids(backend, Query(graph="refund"))
    assert ids(backend, Query(search="TO ZOË?")) == [refund]
    assert ids(backend, Query(search=effect)) == [effect]
    kinds = backend.groups(Query(graph="refund", search="zoë"), Group.KIND)
    assert kinds == {"schema": 1}
    assert backend.groups(Query(search=effect), Group.GRAPH) == {"effect": 1}
    both = frozenset({refund, effect})
    for query, first in (
        (Query(sort=Sort.GRAPH), effect),
        (Query(sort=Sort.GRAPH, backwards=True), refund),
        (Query(sort=Sort.AGE), refund),
        (Query(sort=Sort.PRIORITY, priorities={"effect": 2.0}), effect),
    ):
        assert next(each for each in ids(backend, query) if each in both) == first
    (row,) = backend.page(Query(search=refund)).rows
    assert ids(backend, Query(search=refund, since=row.updated_at, until=row.updated_at))
    assert not ids(backend, Query(search=refund, until=row.updated_at.replace(year=2000)))
    asleep = Query(search=refund, snoozed=True, asleep=both)
    assert ids(backend, asleep) == [refund]
    overlay = {refund: ThreadState.IN_DOUBT}
    doubtful = Query(states=frozenset({ThreadState.IN_DOUBT}), overlay=overlay)
    assert [row.state for row in backend.page(doubtful).rows] == [ThreadState.IN_DOUBT]


def test_a_screen_shows_what_waits_for_longest_while_the_rest_is_read(desk, monkeypatch):
    desk.threads(3)
    gate, everything = Event(), catalogue.everything
    late = lambda *given: gate.wait(PATIENCE) and everything(*given)  # noqa: E731
    monkeypatch.setattr(catalogue, "everything", late)
    backend = backend_for(
        desk.server.url, RunnerSpec(), caching=Caching(command=("never", "called"))
    )
    early = backend.page(WAITING, 0, 2)
    assert (len(early.rows), early.partial) == (2, True)
    assert all(row.state is ThreadState.OPEN for row in early.rows)
    before = backend.version()
    gate.set()
    assert soon(lambda: not backend.page(WAITING, 0, 2).partial)
    assert backend.version() != before
    assert ids(backend, WAITING) == fresh(desk.server, WAITING)[0]
    backend.close()


def test_a_copy_of_a_thread_that_asks_asks_too(desk, backend):
    """The server calls it idle, and its row tells no question."""
    original = desk.start()
    copied = desk.server.client.threads.copy(original)["thread_id"]
    (row,) = backend.page(Query(search=copied)).rows
    assert (row.state, len(row.interrupts)) == (ThreadState.OPEN, 1)
    assert backend.thread(copied).state is ThreadState.OPEN


def test_what_was_seen_earlier_never_replaces_what_was_seen_later(desk, backend):
    """Two readers of one queue: the slower one comes with an older sight of the server."""
    thread = desk.start()
    ids(backend, WAITING)
    older = catalogue.sight(backend._server)
    client = desk.server.client
    client.runs.wait(thread, "effect", command={"resume": {desk.server.asked(thread): "yes"}})
    look_again(backend)
    assert thread not in ids(backend, WAITING)
    backend._queue._fresh, backend._queue._looked = older, older.at + 3600
    assert thread not in ids(backend, WAITING)
