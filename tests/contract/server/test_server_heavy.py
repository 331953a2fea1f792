"""Threads with megabytes to read: no other row waits for them, and what they are is told."""

import json
import threading
import time
import uuid

import pytest

from hitl_tui.backends.agent_server import bounds
from hitl_tui.backends.caching import Caching
from hitl_tui.backends.connect import backend_for
from hitl_tui.errors import SourceError
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.runner.spec import RunnerSpec
from tests.contract.runner.processes import PATIENCE, soon
from tests.contract.server.test_server_hostile import ROW, STATE, Hostile, refuses, respond

MANY = 40
HEAVY = 17  # the number of the heavy one


class Library(Hostile):
    """A server of many threads, some of which are heavy; `asked` are the searches it was asked.

    One that is `deaf` takes no notice of which fields are wanted, and tells the state's values too.
    """

    def __init__(self, size, *, deaf=False, heavy=(HEAVY,)):
        super().__init__()
        self.asked = []
        self.deaf = deaf
        self.rows = [self._row(number, size if number in heavy else 10) for number in range(MANY)]
        self.answers |= {"/threads/search": self._search, "/threads/count": MANY}
        for row in self.rows:
            place = f"/threads/{row['thread_id']}"
            tasks = [{"id": "task", "name": "ask", "interrupts": row["interrupts"]["task"]}]
            state = STATE | {"tasks": tasks, "created_at": row["updated_at"]}
            self.answers |= {place: row, f"{place}/state": state}

    @staticmethod
    def _row(number, size):
        id, moment = (
            str(uuid.UUID(int=number + 1, version=4)),
            f"2026-01-15T09:30:{number:02}+00:00",
        )
        asked = {"task": [{"id": f"{number:032x}", "value": f"Number {number}? " + "x" * size}]}
        return ROW | {"thread_id": id, "updated_at": moment, "interrupts": asked}

    def _search(self, handler):
        asked = json.loads(self.seen[-1][3])
        self.asked.append(asked)
        rows = self.rows[:: -1 if asked["sort_order"] == "desc" else 1]
        rows = rows[asked["offset"] : asked["offset"] + asked["limit"]]
        fields = asked["select"]
        if not self.deaf:
            rows = [{key: row[key] for key in fields if key in row} for row in rows]
        respond(handler, rows)


@pytest.fixture
def library(monkeypatch):
    """Makes such a server; its lists may have 20 kB, any other answer a megabyte."""
    monkeypatch.setattr("hitl_tui.backends.agent_server.pages.ROWS", 20_000)
    monkeypatch.setattr(bounds, "MOST", 1_000_000)
    made = []

    def make(size, **options):
        made.append(Library(size, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


def seen_at(url, *, on_screen=False):
    caching = Caching(command=("never", "called")) if on_screen else None
    return backend_for(url, RunnerSpec(), caching=caching)


def names(rows):
    return [row.interrupts[0].value.partition("?")[0] for row in rows]


@pytest.mark.parametrize("deaf", [False, True])
def test_a_list_reads_what_is_heavy_apart_and_misses_nothing(library, deaf):
    backend = seen_at(library(300_000, deaf=deaf).url)
    rows = backend.page(Query()).rows
    assert names(rows) == [f"Number {number}" for number in range(MANY)]
    assert {row.state for row in rows} == {ThreadState.OPEN}
    assert not any(row.unread for row in rows)
    heavy = rows[HEAVY]
    assert len(heavy.interrupts[0].value) < 20_000, "a queue keeps no more than it shows"
    assert len(backend.thread(heavy.thread_id).interrupts[0].value) > 300_000
    assert backend.size(heavy.thread_id) > 300_000
    assert backend.size(rows[0].thread_id) == 0
    backend.close()


class Crowd:
    """Holds up requests for states until `most` are there at once; `peak` is how many were."""

    def __init__(self, served, numbers, most):
        self.peak = self._there = 0
        self._most = most
        self._guard, self._met = threading.Lock(), threading.Event()
        for number in numbers:
            place = f"/threads/{served.rows[number]['thread_id']}/state"
            served.answers[place] = self._held_up(served.answers[place])

    def _held_up(self, state):
        def tell(handler):
            with self._guard:
                self._there += 1
                self.peak = max(self.peak, self._there)
                if self._there == self._most:
                    self._met.set()
            self._met.wait(PATIENCE)
            time.sleep(0.2)  # in which one more would come
            with self._guard:
                self._there -= 1
            respond(handler, state)

        return tell


def test_a_list_reads_several_heavy_threads_side_by_side_and_no_more_than_may_be_there(library):
    """Three of four together have no more bytes than one answer may have."""
    heavy = (3, 7, HEAVY, 30)
    served = library(300_000, heavy=heavy)
    crowd = Crowd(served, heavy, 3)
    backend = seen_at(served.url)
    assert names(backend.page(Query()).rows) == [f"Number {number}" for number in range(MANY)]
    assert crowd.peak == 3
    backend.close()


def test_threads_of_a_batch_are_looked_at_side_by_side(library):
    served = library(10)
    crowd = Crowd(served, range(12), 8)
    ids = [row["thread_id"] for row in served.rows[:12]]
    served.answers[f"/threads/{uuid.UUID(int=99)}"] = refuses(404)
    backend = seen_at(served.url)
    found = backend.several([*ids, str(uuid.UUID(int=99))])
    assert {name: thread.thread_id for name, thread in found.items()} == {id: id for id in ids}
    assert crowd.peak == 8
    backend.close()


@pytest.mark.parametrize("deaf", [False, True])
def test_what_is_more_than_any_answer_may_be_cannot_be_read_and_hides_no_other(library, deaf):
    backend = seen_at(library(1_100_000, deaf=deaf).url)
    rows = backend.page(Query(whole=True)).rows
    states = [row.state for row in rows]
    assert states.count(ThreadState.OPEN) == MANY - 1
    (unread,) = [row for row in rows if row.state is ThreadState.UNREADABLE]
    assert "more than 1 MB" in unread.reason
    with pytest.raises(SourceError, match="more than 1 MB"):
        backend.thread(unread.thread_id)
    backend.close()


def test_on_screen_no_row_waits_for_a_heavy_one(library, monkeypatch):
    served, gate = library(300_000), threading.Event()
    heavy = served.rows[HEAVY]["thread_id"]
    state = served.answers[f"/threads/{heavy}/state"]
    served.answers[f"/threads/{heavy}/state"] = lambda handler: (
        gate.wait(PATIENCE), respond(handler, state)
    )  # fmt: skip
    backend = seen_at(served.url, on_screen=True)
    for _ in range(2):  # before all rows are known, and after
        rows = backend.page(Query()).rows
        assert len(rows) == MANY
        (unread,) = [row for row in rows if row.unread]
        assert (unread.thread_id, unread.reason) == (heavy, "0 MB are being read")
        assert rows.index(unread) == HEAVY, "it stands where it will"
        assert soon(lambda: backend.counts(Query()) == {ThreadState.OPEN: MANY})
    before = backend.version()
    gate.set()
    assert soon(lambda: backend.version() != before and not backend.page(Query()).partial)
    assert names(backend.page(Query()).rows)[HEAVY] == f"Number {HEAVY}"
    backend.close()


def test_what_changed_last_is_looked_at_in_little_while_it_is_heavy(library):
    """Each second: so it is not what is heavy that is asked for each second."""
    served = library(300_000)
    served.rows.append(served.rows.pop(HEAVY) | {"updated_at": "2026-01-15T09:31:00+00:00"})
    backend = seen_at(served.url)
    assert len(backend.page(Query()).rows) == MANY
    served.asked.clear()
    backend._queue.look_again()
    backend.version()
    (look,) = served.asked
    assert "interrupts" not in look["select"]
    changed = served.rows[3] = served.rows[3] | {"updated_at": "2026-01-15T09:32:00+00:00"}
    served.rows.append(served.rows.pop(3))
    changed["interrupts"]["task"][0]["value"] = "Changed?"
    backend._queue.look_again()
    rows = {row.thread_id: row for row in backend.page(Query()).rows}
    assert rows[changed["thread_id"]].interrupts[0].value == "Changed?"
    assert len(rows) == MANY
    backend.close()


def test_a_heavy_thread_of_a_real_server_is_shown_read_and_answered(desk):
    text = "word " * 850_000
    questions = {"questions": {"q": {"payload": {"question": "Read all this?", "text": text}}}}
    thread = desk.server.thread("ask", questions)
    other = desk.start()
    try:
        backend = seen_at(desk.server.url, on_screen=True)
        shown = {row.thread_id: row for row in backend.page(Query()).rows}
        assert soon(lambda: not backend.page(Query()).partial)
        rows = {row.thread_id: row for row in backend.page(Query(), 0, 10_000).rows}
        assert rows[other].state is rows[thread].state is ThreadState.OPEN
        assert rows[thread].interrupts[0].value["question"] == "Read all this?"
        assert backend.size(thread) > 4_000_000
        assert all(row.unread == (row.thread_id == thread) for row in shown.values())
        backend.close()
        inbox = desk.inbox()
        *_, end = inbox.answer(thread, {desk.server.asked(thread): "yes"})
        assert end.data["outcome"] == "finished"
    finally:
        desk.server.client.threads.delete(thread)
