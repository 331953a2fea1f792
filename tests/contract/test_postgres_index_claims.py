"""What proves the rows of a screen, and how few statements it takes; every kind of change fails it.

The demo's real threads in a real database: with subgraphs, forks, failures and answers on them.
"""

import itertools
import sys
from contextlib import closing, contextmanager
from threading import Thread, get_ident

import psycopg
import pytest

from hitl_tui.backends.caching import Caching
from hitl_tui.backends.postgres import PostgresBackend
from hitl_tui.backends.postgres_index import few as few_
from hitl_tui.backends.postgres_index import indexed
from hitl_tui.backends.postgres_index.claims import NESTED, PLAIN, claims_of
from hitl_tui.backends.postgres_index.entries import proofs_of, read_summaries
from hitl_tui.backends.postgres_index.few import few, few_sql
from hitl_tui.backends.postgres_index.indexed import IndexOfPostgres
from hitl_tui.backends.postgres_index.proved import ProvedRows
from hitl_tui.backends.postgres_reader import PostgresReader
from hitl_tui.database import Address
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.questions.read import described
from tests.contract.heavy import ask
from tests.contract.indexes import at_once
from tests.places import stock
from tests.postgres.cluster import database

OPEN = Query(states=frozenset({ThreadState.OPEN}))
REFUNDS = Query(states=OPEN.states, graph="refund")
NUMBERS = itertools.count()
WRITES = "WHERE thread_id = %(thread)s AND checkpoint_ns = '' AND idx = -3"
OLDEST = """WHERE thread_id = %(thread)s AND checkpoint_id = (
    SELECT min(checkpoint_id) FROM checkpoints WHERE thread_id = %(thread)s
)"""
NEWEST = """INSERT INTO checkpoints
SELECT thread_id, {ns}, {id}, parent_checkpoint_id, type, checkpoint, metadata FROM checkpoints
WHERE thread_id = %(thread)s AND checkpoint_ns = '' ORDER BY checkpoint_id DESC LIMIT 1"""
CHANGES = {
    "a question is replaced": f"UPDATE checkpoint_writes SET idx = idx {WRITES}",
    "a question is gone": f"DELETE FROM checkpoint_writes {WRITES}",
    "an answer is taken": "INSERT INTO checkpoint_writes SELECT thread_id, checkpoint_ns,"
    " checkpoint_id, task_id, -4, '__resume__', type, blob, task_path FROM checkpoint_writes"
    f" {WRITES}",
    "a step is done": NEWEST.format(ns="''", id="'f' || checkpoint_id"),
    "history is cut": f"DELETE FROM checkpoints {OLDEST}",
    "history is corrected": f"UPDATE checkpoints SET metadata = metadata {OLDEST}",
    "a subgraph began": NEWEST.format(ns="'inner:1'", id="checkpoint_id"),
    "the thread is gone": "DELETE FROM checkpoints WHERE thread_id = %(thread)s",
}


@pytest.fixture
def address(server):
    with database(server, f"claims_{next(NUMBERS)}", "seeded") as made:
        yield made


@pytest.fixture
def reader(address):
    reader = PostgresReader(Address(address))
    yield reader
    reader.close()


@contextmanager
def sql(address):
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def threads(address):
    with sql(address) as connection:
        rows = connection.execute("SELECT DISTINCT thread_id FROM checkpoints ORDER BY 1")
        return [name for (name,) in rows]


@pytest.fixture(scope="module")
def unchanged(server):
    with database(server, f"claims_{next(NUMBERS)}", "seeded") as made:
        yield made


@pytest.fixture
def connection(unchanged):
    """One transaction, which sees what it changes itself, and is rolled back."""
    with psycopg.connect(unchanged) as connection:
        yield connection
        connection.rollback()


def failing(connection, claims):
    """The threads of which the database says that it is not so."""
    return {name for (name,) in connection.execute(claims.sql, claims.values)}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("others", ["plain", "all"])
def test_a_claim_fails_where_its_thread_changed_and_nowhere_else(
    unchanged, connection, change, others
):
    before = proofs_of(connection, threads(unchanged))
    shown = {
        name: (proof, None) for name, proof in before.items() if others == "all" or not proof.inner
    }
    claims = claims_of(shown)
    assert claims.sql == (PLAIN if others == "plain" else NESTED)
    assert len(shown) > 20
    assert failing(connection, claims) == set()
    assert connection.execute(CHANGES[change], {"thread": "age-1"}).rowcount > 0
    assert failing(connection, claims) == {"age-1"}
    after = proofs_of(connection, list(shown))
    assert {name for name in shown if after.get(name) != before[name]} == {"age-1"}


def test_names_that_arrays_cannot_hold_as_they_are_are_claimed_all_the_same(connection):
    odd = ['comma, "quote" \\ and {brace}', "NULL", "", " blank ", "new\nline", "ümläut"]
    for name in odd:
        connection.execute(
            "INSERT INTO checkpoints SELECT %s, checkpoint_ns, checkpoint_id,"
            " parent_checkpoint_id, type, checkpoint, metadata FROM checkpoints"
            " WHERE thread_id = 'age-1'", [name],
        )  # fmt: skip
    found = proofs_of(connection, odd)
    assert set(found) == set(odd)
    claims = claims_of({name: (proof, None) for name, proof in found.items()})
    assert failing(connection, claims) == set()
    connection.execute("DELETE FROM checkpoints WHERE thread_id = ANY(%s)", [odd])
    assert failing(connection, claims) == set(odd)


def in_one(reader, names):
    """What one statement tells of the threads."""

    def read(connection):
        path = reader.path(connection)
        rows = connection.execute(few_sql("unnest(%s::text[])", path), [names], binary=True)
        return few(connection, path, rows)

    return {each.proof.head.thread_id: each for each in reader.read(read)}


def in_several(reader, names):
    """What is read of them one thing after the other."""

    def read(connection):
        found = proofs_of(connection, names)
        rows = read_summaries(connection, reader.path(connection), list(found.values()))
        return dict(zip(found, zip(found.values(), rows, strict=True), strict=True))

    return reader.read(read)


def test_one_statement_tells_of_threads_what_several_tell(reader, address, monkeypatch):
    """Nothing of those that take more: with subgraphs, forked, or heavy."""
    with stock(address) as saver:
        ask(saver, "heavy", ["x" * 2_000_000])
    names = threads(address)
    told, known = in_one(reader, names), in_several(reader, names)
    assert {name: (each.proof, each.summary) for name, each in told.items()} == {
        name: known[name] for name in told
    }
    left = set(names) - set(told)
    assert "heavy" in left
    nested = {name for name, (proof, _) in known.items() if proof.inner or proof.is_forked}
    assert nested == left - {"heavy"}
    assert len(nested) > 1
    assert len(told) > 20
    monkeypatch.setattr(few_, "OWN_SENDS", 99)
    older = in_one(reader, names)
    parents = {name for name, (proof, _) in known.items() if proof.head.checkpoints > 1}
    assert not parents & set(older)


@pytest.fixture
def opened(address, tmp_path):
    """Makes backends as a screen has them; the first makes the index."""
    made = []

    def backend(caching):
        made.append(PostgresBackend(Address(address), caching=caching, describe=described))
        return made[-1]

    with closing(backend(at_once(tmp_path))) as first:
        first.page(REFUNDS, 0, 32)
    screen = Caching(tmp_path, command=(sys.executable, "-c", "0"), index_from=0)
    yield lambda: backend(screen)
    for each in made:
        each.close()


@pytest.fixture
def asked(monkeypatch):
    """The statements that were asked by this thread."""
    found, execute, ours = [], psycopg.Cursor.execute, get_ident()

    def note(cursor, query, *given, **more):
        if get_ident() == ours:
            found.append(query)
        return execute(cursor, query, *given, **more)

    monkeypatch.setattr(psycopg.Cursor, "execute", note)
    return found


def refreshed(backend):
    backend.version()
    return backend.page(REFUNDS, 0, 32)


def test_a_look_takes_few_statements(opened, address, asked, monkeypatch):
    """However many threads: two where nobody wrote, three where a thread is new, which is told."""
    monkeypatch.setattr("hitl_tui.backends.index.desk._FRESH", 300.0)  # a look and its page are one
    backend = opened()
    asked.clear()
    first = backend.page(REFUNDS, 0, 32)
    assert first.rows
    assert len(asked) == 2, "what is new and what proves the rows; which server it is"
    backend._queue._indexed._patrol.close()
    for _ in range(5):
        assert refreshed(backend) == first  # until plans are kept
    with stock(address) as saver:
        ask(saver, "warm", ["Anything?"])
    refreshed(backend)
    asked.clear()
    assert refreshed(backend) == first
    assert len(asked) == 2
    with stock(address) as saver:
        ask(saver, "new", ["Anything new?"])
    asked.clear()
    assert refreshed(backend) == first
    assert len(asked) == 3
    assert backend.position(OPEN, "new") is not None


def test_a_connection_is_on_its_way_when_the_index_is_opened(opened, monkeypatch):
    under_way = []

    def note(source, *given):
        under_way.append(source.reader._ahead is not None)
        return IndexOfPostgres(source, *given)

    monkeypatch.setattr(indexed, "IndexOfPostgres", note)
    assert opened().page(REFUNDS, 0, 32).rows
    assert under_way == [True]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("when", ["before", "after"])
def test_what_changes_around_a_look_is_told_all_the_same(opened, address, change, when):
    """The look proves the rows of its moment; the page is of now."""
    backend = opened()
    before = refreshed(backend)
    assert "refund-1" in [row.thread_id for row in before.rows]
    with stock(address) as saver:
        ask(saver, "new", ["Anything new?"])
    if when == "after":
        backend.version()
    with sql(address) as connection:
        connection.execute(CHANGES[change], {"thread": "refund-1"})
        connection.execute("DELETE FROM checkpoints WHERE thread_id = 'refund-2'")
    if when == "before":
        backend.version()
    rows = backend.page(REFUNDS, 0, 32).rows
    with closing(PostgresBackend(Address(address))) as plain:
        assert rows == plain.page(REFUNDS, 0, 32).rows
    assert rows != before.rows


def test_only_what_this_thread_looked_at_since_it_asked_needs_no_other_look():
    proved = ProvedRows()
    proved.begin()
    other = Thread(target=proved.take, args=["now", {}])
    other.start()
    other.join()
    assert not proved.is_since(proved.text), "who knows when that was"
    proved.take("now", {})
    assert proved.is_since("now")
    assert not proved.is_since("then")
    proved.begin()
    assert not proved.is_since("now")
