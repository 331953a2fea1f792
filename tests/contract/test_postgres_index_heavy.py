"""What is heavy in an indexed database: put down by its size, read last, and nobody waits for it.

Real threads of megabytes in a real database; each reading of a large blob is counted.
"""

import itertools
import sys
import threading
from contextlib import closing

import psycopg
import pytest

from hitl_tui.backends import decode
from hitl_tui.backends.caching import Caching
from hitl_tui.backends.connect import index_for
from hitl_tui.backends.index.place import Place
from hitl_tui.backends.index.store import Store
from hitl_tui.backends.index.unread import unread
from hitl_tui.backends.postgres import PostgresBackend
from hitl_tui.backends.postgres_looks import WeighedDatabase
from hitl_tui.backends.weight import HEAVY
from hitl_tui.database import Address
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.questions.read import described
from tests.contract.heavy import ask, config
from tests.contract.indexes import contents
from tests.contract.runner.processes import PATIENCE, soon
from tests.contract.shapes import Switch, break_while, chain, say
from tests.places import stock
from tests.postgres.cluster import database

OPEN = Query(states=frozenset({ThreadState.OPEN}))
NUMBERS = itertools.count()
LAST = "~"
MUCH = {
    "a text": [{"question": "Read all this?", "text": "word " * 1_000_000}],
    "a line": ["x" * 5_000_000],
    "questions": [f"Number {number}? {'x' * 100_000}" for number in range(20)],
}


@pytest.fixture
def address(server):
    with database(server, f"heavy_{next(NUMBERS)}", "seeded") as made:
        yield made


@pytest.fixture
def folder(address, tmp_path):
    """With an index of the database."""
    build(address, tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def screens(address, folder):
    """Makes screens, with builders of these words."""
    made = []

    def make(*command):
        words = command or (sys.executable, "-c", "")
        caching = Caching(folder, words, index_from=0, told=address)
        made.append(PostgresBackend(Address(address), caching=caching, describe=described))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def large(monkeypatch):
    """The sizes of all heavy blobs that this process decoded."""
    found, raw = [], decode._raw

    def noted(kind, data):
        if len(data) >= HEAVY // 20:
            found.append(len(data))
        return raw(kind, data)

    monkeypatch.setattr(decode, "_raw", noted)
    return found


@pytest.fixture
def gate(monkeypatch):
    """Until it is set, readings of heavy threads wait."""
    gate, row = threading.Event(), WeighedDatabase.row
    monkeypatch.setattr(WeighedDatabase, "row", lambda *given: gate.wait(PATIENCE) and row(*given))
    yield gate
    gate.set()


def build(address, folder):
    with closing(index_for(address, Caching(folder, index_from=0), described)) as desk:
        assert desk.build(lambda batches: None)
        desk._source.reader.close()


def held(folder, address):
    return contents(folder, Address(address).key)


def waiting(folder, address):
    with Store(Place(folder, Address(address).key)).reading() as connection:
        return unread(connection)


@pytest.mark.parametrize("what", MUCH)
def test_a_thread_that_becomes_heavy_delays_no_news(
    what, address, folder, screens, gate, large, tmp_path
):
    """It is told by its size; what else changed is there at once; then it is as it truly is."""
    screen = screens()
    total = screen.page(OPEN).total
    with stock(address) as saver:
        ask(saver, LAST, MUCH[what])
        ask(saver, "other", ["first?"])
    screen.version()
    page = screen.page(OPEN)
    rows = {row.thread_id: row for row in page.rows}
    assert (page.total, page.partial) == (total + 2, True)
    assert rows[LAST].unread
    assert "MB are being read" in rows[LAST].reason
    assert rows["other"].interrupts[0].value == "first?"
    assert screen.position(Query(search="first?"), "other") is not None
    assert waiting(folder, address) == [LAST]
    assert large == []
    gate.set()
    assert soon(lambda: not screen.page(OPEN).partial)
    assert large
    assert not next(row for row in screen.page(OPEN).rows if row.thread_id == LAST).unread
    build(address, tmp_path / "fresh")
    assert held(folder, address) == held(tmp_path / "fresh", address)


def test_what_nobody_sees_is_read_by_the_builder_and_not_by_the_screen(
    address, folder, screens, large
):
    """One heavy row that is far down; once its state is known, the version tells."""
    screen = screens(sys.executable, "-m", "hitl_tui", "index", "-", "--cache", str(folder))
    screen.page(OPEN, 0, 5)
    before = screen.counts(Query())
    switch = Switch()
    switch.on = True
    graph = chain(a=say("much " * HEAVY), b=break_while(switch))
    with stock(address) as saver, pytest.raises(ValueError, match="the service is down"):
        graph.compile(checkpointer=saver).invoke({"log": []}, config(LAST))
    known = {**before, ThreadState.FAILED: before.get(ThreadState.FAILED, 0) + 1}
    assert soon(lambda: screen.version() and screen.counts(Query()) == known)
    assert large == []


def test_a_build_reads_heavy_threads_after_all_others(address, tmp_path, gate):
    """Also those whose ids come first: meanwhile the index is used, and tells all but them."""
    folder = tmp_path / "cache"
    with stock(address) as saver:
        ask(saver, "!first", MUCH["a line"])
        ask(saver, "!second", MUCH["questions"])
    with psycopg.connect(address) as connection:
        sql = "SELECT count(DISTINCT thread_id) FROM checkpoints"
        threads = connection.execute(sql).fetchone()[0]
    builder = threading.Thread(target=build, args=[address, folder])
    builder.start()
    place = Place(folder, Address(address).key).path
    assert soon(lambda: place.exists() and len(told(folder, address)) == threads)
    assert waiting(folder, address) == ["!first", "!second"]
    assert builder.is_alive()
    gate.set()
    builder.join(PATIENCE)
    assert waiting(folder, address) == []
    assert next(row for row in held(folder, address) if row[0] == "!first")[-1]


def told(folder, address):
    with Store(Place(folder, Address(address).key)).reading() as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'threads'").fetchone():
            return []
        return connection.execute("SELECT id FROM threads").fetchall()
