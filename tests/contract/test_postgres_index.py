"""The index of a database: whatever is written where, by whom and however late, it comes to know.

Real transactions of LangGraph's saver and of plain SQL, on a real server; what is shown is true.
"""

import os
import random
import sys
from contextlib import closing, contextmanager
from dataclasses import replace

import psycopg
import pytest

from hitl_tui.backends.caching import Caching
from hitl_tui.backends.index import tally
from hitl_tui.backends.index.entry import Entry
from hitl_tui.backends.index.place import Place
from hitl_tui.backends.index.store import News, Store
from hitl_tui.backends.postgres import PostgresBackend
from hitl_tui.backends.postgres_index import marks
from hitl_tui.backends.postgres_index import rounds as rounds_
from hitl_tui.backends.postgres_index.entries import read_summaries
from hitl_tui.backends.postgres_index.marks import Marks
from hitl_tui.backends.postgres_index.moment import moment
from hitl_tui.backends.postgres_index.source import source_at
from hitl_tui.database import Address
from hitl_tui.model.threads import Group, Query, Sort, ThreadState
from hitl_tui.questions.read import described
from tests.cli import hitl, lines
from tests.contract.indexes import at_once
from tests.contract.runner.processes import PATIENCE, soon
from tests.places import stock
from tests.postgres.cluster import database
from tests.postgres.many import fill

OPEN = Query(states=frozenset({ThreadState.OPEN}))
THREADS = 600
TABLES = ("checkpoints", "checkpoint_blobs", "checkpoint_writes")
COPY = """
INSERT INTO checkpoints
SELECT %s, checkpoint_ns, checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata
FROM checkpoints WHERE thread_id = 'age-1'
"""


@pytest.fixture(scope="module")
def filled(server):
    """A database with hundreds of threads, to be copied."""
    name = f"filled_{os.getpid()}"
    with database(server, name, "seeded") as address:
        fill(address, THREADS)
        with sql(address) as connection:  # leaves no room in the pages
            connection.execute("VACUUM (FULL, ANALYZE)")
        yield name


@pytest.fixture
def address(server, filled, request):
    with database(server, f"indexed_{os.getpid()}_{abs(hash(request.node.name))}", filled) as made:
        yield made


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def make(address, folder):
    """Backends on the database, closed at the end."""
    made = []

    def backend(caching=None):
        caching = caching or at_once(folder)
        made.append(PostgresBackend(Address(address), caching=caching, describe=described))
        return made[-1]

    yield backend
    for each in made:
        each.close()


@pytest.fixture
def looking(make, folder, monkeypatch):
    """A backend as a screen has it: it looks where new rows stand, and its patrol goes by hand."""
    monkeypatch.setattr("hitl_tui.backends.postgres_index.patrol._IDLE", PATIENCE)
    with closing(make()) as first:
        first.page(OPEN, 0, 1)
    backend = make(Caching(folder, command=(sys.executable, "-c", "0"), index_from=0))
    backend.page(OPEN, 0, 1)
    backend._queue._indexed._patrol.close()
    return backend


@contextmanager
def sql(address, **options):
    with psycopg.connect(address, **{"autocommit": True, **options}) as connection:
        yield connection


def found(backend, thread):
    """Whether a look where new rows stand tells the thread's state."""
    backend.version()
    rows = backend.page(Query(search=thread), 0, 9).rows
    return next((row.state for row in rows if row.thread_id == thread), None)


def rounds(backend):
    """One whole round of the patrol; how many steps it took."""
    steps = 0
    while backend._queue._indexed._patrol.step():
        steps += 1
        assert steps < 100
    backend.version()
    return steps


def contents(folder, address):
    """All that the index tells of its threads, in the order of their ids."""
    columns = ", ".join(f"t.{name}" for name in Entry._fields)
    with Store(Place(folder, Address(address).key)).reading() as connection:
        return connection.execute(
            f"SELECT {columns}, w.text FROM threads t JOIN words w ON w.rowid = t.id"
            " ORDER BY t.thread"
        ).fetchall()


def queries():
    """Queries of all kinds, with and without a search."""
    yield from (Query(sort=sort, backwards=back) for sort in Sort for back in (False, True))
    yield from (OPEN, Query(search="refund"), Query(search="re"), Query(graph="refund"))
    yield Query(states=frozenset({ThreadState.DONE, ThreadState.LOCKED}), sort=Sort.AGE)


def test_an_index_tells_what_the_database_held_in_memory_tells(make):
    indexed = make()
    memory = make(Caching(index_from=1 << 60))
    assert indexed._queue._index() is not None
    assert memory._queue._index() is None
    for query in queries():
        told = [indexed.page(query, offset, 64) for offset in (0, 60, 590)]
        assert told == [memory.page(query, offset, 64) for offset in (0, 60, 590)]
        assert indexed.counts(query) == memory.counts(query)
        for group in Group:
            assert indexed.groups(query, group) == memory.groups(query, group)
    last = memory.page(OPEN, 500, 1).rows[0].thread_id
    assert indexed.position(OPEN, last) == memory.position(OPEN, last) == 500


def test_what_is_added_at_the_end_is_found_at_the_next_look(looking, address):
    assert found(looking, "new-1") is None
    with sql(address) as connection:
        connection.execute(COPY, ["new-1"])
    assert found(looking, "new-1") is not None


def test_a_transaction_that_ends_late_is_found_when_it_ends(looking, address):
    """It wrote first; then others wrote many pages, and were seen; then it is committed."""
    with sql(address, autocommit=False) as late:
        late.execute("SAVEPOINT a")
        late.execute(COPY, ["late-1"])
        late.execute("RELEASE a")
        for n in range(4):
            with sql(address) as connection:
                many = f"SELECT 'w-{n}-' || n FROM generate_series(1, 400) n"
                connection.execute(COPY.replace("%s", "a.name").replace(
                    "FROM checkpoints", f"FROM ({many}) a (name), checkpoints"))  # fmt: skip
            assert found(looking, f"w-{n}-1") is not None
        assert found(looking, "late-1") is None
        seen = looking._queue._indexed._desk._keeper._seen[2]
        late.commit()
    assert found(looking, "late-1") is not None
    with sql(address) as connection:
        page = connection.execute("SELECT (ctid::text::point)[0]::int FROM checkpoints"
                                  " WHERE thread_id = 'late-1'").fetchone()[0]  # fmt: skip
    assert page < seen.ends[0] - marks._MARGIN, "it stands where new rows are not looked for"


def test_a_transaction_that_no_moment_tells_of_is_found_when_it_ends(looking, address, monkeypatch):
    """It began last, so it is not among those that were running; an older one wrote after it."""
    monkeypatch.setattr(marks, "_MARGIN", 2)
    with sql(address, autocommit=False) as older, sql(address, autocommit=False) as late:
        older.execute("SELECT pg_current_xact_id()")
        late.execute(COPY, ["late-1"])
        many = "SELECT 'w-' || n FROM generate_series(1, 400) n"
        older.execute(COPY.replace("%s", "a.name").replace(
            "FROM checkpoints", f"FROM ({many}) a (name), checkpoints"))  # fmt: skip
        older.commit()
        assert found(looking, "w-1") is not None
        assert found(looking, "late-1") is None
        late.commit()
    assert found(looking, "late-1") is not None


def test_what_is_put_into_the_room_of_deleted_rows_is_found(looking, address, monkeypatch):
    monkeypatch.setattr(marks, "_MARGIN", 0)
    monkeypatch.setattr(rounds_, "PAGES", 20)
    monkeypatch.setattr(rounds_, "THREADS", 50)
    gone = "many-001eef-1"
    with stock(address) as saver:
        saver.delete_thread(gone)
    with sql(address) as connection:
        connection.execute("VACUUM checkpoints, checkpoint_writes, checkpoint_blobs")
        looking.version()
        connection.execute(COPY, ["hole-1"])
    assert found(looking, "hole-1") is None, "it would have been found anyway"
    total = sum(looking.counts(Query()).values())
    assert rounds(looking) > 10
    assert found(looking, "hole-1") is not None
    assert found(looking, gone) is None
    assert sum(looking.counts(Query()).values()) == total
    assert rounds(looking) == 0, "nobody wrote anything since"


def test_threads_that_are_gone_leave_the_counts_when_the_patrol_comes_by(looking, address):
    before = looking.counts(Query())[ThreadState.OPEN]
    with sql(address) as connection:
        connection.execute("DELETE FROM checkpoints WHERE thread_id LIKE 'many-0%'")
        (left,) = connection.execute(
            "SELECT count(DISTINCT thread_id) FROM checkpoints WHERE thread_id LIKE 'many-%'"
        ).fetchone()
    rounds(looking)
    assert looking.counts(Query())[ThreadState.OPEN] == before - (THREADS - left) < before


def test_a_row_on_screen_is_true_at_once_whatever_the_index_says(looking, address):
    first, second, third = (row.thread_id for row in looking.page(OPEN, 0, 3).rows)
    with sql(address) as connection:
        connection.execute("DELETE FROM checkpoint_writes WHERE thread_id = %s", [first])
        connection.execute("DELETE FROM checkpoints WHERE thread_id = %s", [second])
        connection.execute(
            "UPDATE checkpoint_writes SET blob = '\\xc1' WHERE thread_id = %s AND idx = -3", [third]
        )
    rows = looking.page(OPEN, 0, 3).rows
    assert {first, second, third}.isdisjoint(row.thread_id for row in rows)
    assert found(looking, third) is ThreadState.UNREADABLE


def test_rows_that_did_not_change_are_not_read_again(looking, monkeypatch):
    """What is told of them is what their keys prove."""
    before = looking.page(OPEN, 0, 32)
    monkeypatch.setattr("hitl_tui.backends.postgres_index.kept.read_summaries", None)
    assert looking.page(OPEN, 0, 32) == before


def test_the_next_program_proves_what_was_shown_and_reads_what_changed(
    make, folder, address, monkeypatch
):
    screen = Caching(folder, command=(sys.executable, "-c", "0"), index_from=0)
    everything = Query(), 0, 512
    for caching in (at_once(folder), screen):
        with closing(make(caching)) as first:
            before = first.page(*everything)
    reads = []

    def read(connection, path, proofs):
        reads.extend(proof.head.thread_id for proof in proofs)
        return read_summaries(connection, path, proofs)

    monkeypatch.setattr("hitl_tui.backends.postgres_index.kept.read_summaries", read)
    assert make(screen).page(*everything) == before
    assert reads == [row.thread_id for row in before.rows if row.rivals]
    changed, gone, *others = (row.thread_id for row in before.rows if row.interrupts)
    with sql(address) as connection:
        connection.execute(
            "UPDATE checkpoint_writes SET blob = '\\xc1' WHERE thread_id = %s AND idx = -3",
            [changed],
        )
        connection.execute("DELETE FROM checkpoints WHERE thread_id = %s", [gone])
    reads.clear()
    rows = {row.thread_id: row for row in make(screen).page(Query(), 0, 510).rows}
    assert rows[changed].state is ThreadState.UNREADABLE
    assert gone not in rows
    assert changed in reads
    assert not {*others[:400]} & {*reads}


def test_what_another_version_showed_is_read_again(make, folder, monkeypatch):
    with closing(make()) as first:
        first.page(OPEN, 0, 32)
        store = first._queue._index()._desk.store
    with store.writing() as connection:
        assert connection.execute("UPDATE shown SET made_by = 'another'").rowcount == 32
    monkeypatch.setattr("hitl_tui.backends.postgres_index.kept.read_summaries", None)
    with pytest.raises(TypeError):
        make(Caching(folder, index_from=0)).page(OPEN, 0, 32)


def test_a_command_finds_all_of_it_at_once(make, folder, address, monkeypatch):
    monkeypatch.setattr(marks, "_MARGIN", 0)
    with closing(make()) as first:
        first.page(OPEN, 0, 1)
    with stock(address) as saver:
        saver.delete_thread("many-001eef-1")
    with sql(address) as connection:
        connection.execute("VACUUM checkpoints")
        connection.execute(COPY, ["hole-1"])
        connection.execute("DELETE FROM checkpoints WHERE thread_id LIKE 'many-00%'")
    exact, memory = make(Caching(folder, index_from=0)), make(Caching(index_from=1 << 60))
    assert exact.page(Query(search="hole-1"), 0, 9).total == 1
    assert exact.counts(Query()) == memory.counts(Query())


def test_a_build_that_was_broken_off_goes_on(address, folder, make):
    class Broken(Exception):
        pass

    def until(batches):
        if batches == 2:
            raise Broken

    desk = make(at_once(folder))._queue._index()._desk
    with pytest.raises(Broken):
        desk.build(until)
    meta = desk.store.meta()
    assert meta.cursor
    assert not meta.complete
    with sql(address) as connection:
        connection.execute(COPY, ["behind-the-back"])
        connection.execute("DELETE FROM checkpoints WHERE thread_id = 'many-001eef-1'")
    batches = []
    assert desk.build(batches.append)
    assert desk.store.meta().born == meta.born
    assert batches == [1]
    memory = make(Caching(index_from=1 << 60))
    assert make(Caching(folder, index_from=0)).counts(Query()) == memory.counts(Query())


@pytest.mark.parametrize("lost", ["an earlier time", "another database"])
def test_an_index_of_what_is_no_more_is_set_right(make, folder, address, lost):
    """A server that took over may lack what was seen, and count its transactions anew."""
    with closing(make()) as first:
        first.page(OPEN, 0, 1)
        right = contents(folder, address)
        store = first._queue._index()._desk.store
        meta = store.meta()
        seen = Marks.read(meta.stamps)
        wrong = {"stamps": replace(seen, text="", next=seen.next + 9_999).written()}
        wrong = wrong if lost == "an earlier time" else {"file": "elsewhere"}
        store.write(News(gone=[b"many-001eef-1"], meta=wrong), meta.serial)
    again = make()
    assert again.page(OPEN, 0, 1).total == len([row for row in right if row[2] == 0])
    assert contents(folder, address) == right


def test_random_writing_leaves_an_index_like_a_new_one(looking, address, folder, tmp_path):
    """Threads come, go on, are forked, replaced and deleted, in transactions that overlap."""
    chance = random.Random(7)
    statements = (
        COPY.replace("'age-1'", "'{other}'"),
        "DELETE FROM checkpoints WHERE thread_id = '{thread}'",
        "DELETE FROM checkpoint_writes WHERE thread_id = '{thread}'",
        "UPDATE checkpoints SET metadata = metadata || '{{\"priority\": 3}}'"
        " WHERE thread_id = '{thread}'",
        "DELETE FROM checkpoints c WHERE c.thread_id = '{thread}' AND NOT EXISTS (SELECT 1 FROM"
        " checkpoints n WHERE n.thread_id = c.thread_id AND n.checkpoint_id > c.checkpoint_id)",
        "VACUUM checkpoints, checkpoint_writes",
    )
    with sql(address) as now, sql(address, autocommit=False) as slow:
        names = [row[0] for row in now.execute("SELECT DISTINCT thread_id FROM checkpoints")]
        free = names[: len(names) // 2]
        for step in range(60):
            of_slow = step % 5 == 0
            text = chance.choice(statements[: 5 if of_slow else 6])
            thread = chance.choice(free[::2] if of_slow else free[1::2])
            text = text.format(thread=thread, other=chance.choice(names[len(free) :]))
            (slow if of_slow else now).execute(text, [f"new-{step}"] if "%s" in text else None)
            if step % 12 == 11:
                slow.commit()
            if step % 4 == 0:
                looking.version()
    rounds(looking)
    rounds(looking)
    with looking._queue._indexed._desk.store.reading() as connection:
        states = connection.execute("SELECT state, count(*) FROM threads GROUP BY state")
        serial = connection.execute("SELECT serial FROM meta").fetchone()[0]
        assert dict(states) == +tally.told(connection, serial), "it was carried on wrongly"
    there = contents(folder, address)
    fresh = PostgresBackend(Address(address), caching=at_once(tmp_path / "n"), describe=described)
    with closing(fresh):
        fresh.page(OPEN, 0, 1)
    assert there == contents(tmp_path / "n", address)


def test_screen_and_builder_keep_the_address_to_themselves(server, address, folder):
    """The command that builds gets it over a pipe, and nobody sees a password."""
    secret = address.replace("postgres@", "postgres:correcthorse@")
    done = hitl("index", "-", "--cache", folder, stdin=secret)
    assert done.returncode == 0, done.stderr
    assert "correcthorse" not in done.stdout + done.stderr
    assert contents(folder, address)
    name = b"correcthorse"
    assert not [each for each in folder.iterdir() if name in each.read_bytes()]
    listed = lines(hitl("list", address, "--json", env={"HITL_TUI_CACHE": str(folder)}))
    assert len(listed) > THREADS


def test_a_role_that_may_only_read_is_enough_for_an_index(server, address, folder):
    name = f"reader_{os.urandom(4).hex()}"
    with sql(address) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
        connection.execute(f"GRANT SELECT ON {', '.join(TABLES)} TO {name}")
        connection.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM public")
    asked = address.replace("postgres@", f"{name}@")
    backend = PostgresBackend(Address(asked), caching=at_once(folder), describe=described)
    with closing(backend):
        assert backend.page(OPEN, 0, 9).total > THREADS
        assert backend._queue._index()._desk.store.meta().complete


def test_the_first_rows_stand_before_there_is_an_index(make, folder):
    """Nothing is built here: the command does nothing."""
    early = make(Caching(folder, command=(sys.executable, "-c", "0"), index_from=0))
    page = early.page(OPEN, 0, 32)
    assert page.partial
    assert [row.state for row in page.rows] == [ThreadState.OPEN] * 32
    assert soon(lambda: early.version() is not None)


def test_a_source_says_under_which_name_its_index_is_filed():
    from tests.postgres.cluster import need

    need()
    key = source_at(
        Address("postgresql://ann:hunter2@h:5/d?options=-csearch_path%3Da"), described
    ).key
    assert key == "postgresql host=h port=5 dbname=d user=ann options=-csearch_path=a"


@pytest.mark.parametrize("where", ["at the end", "in old room"])
def test_what_the_server_counted_and_nobody_met_hurries_the_patrol(
    looking, address, where, monkeypatch
):
    """Statistics of the server, told to any role, late and only a hint."""
    missed = looking._queue._indexed._patrol._missed
    if where == "in old room":
        monkeypatch.setattr(marks, "_MARGIN", 0)
        with stock(address) as saver:
            saver.delete_thread("many-001eef-1")
        with sql(address) as connection:
            connection.execute("VACUUM checkpoints, checkpoint_writes, checkpoint_blobs")
    looking.version()
    rounds(looking)
    assert not missed.any()
    monkeypatch.setattr(missed, "_rested", 0)
    with sql(address) as connection:  # which tells what it counted as it ends
        connection.execute(COPY, ["new-1"])
    is_found = found(looking, "new-1") is not None
    assert is_found is (where == "at the end")
    assert soon(missed.any, 1 if is_found else PATIENCE) is not is_found
    patrol = looking._queue._indexed._patrol
    assert patrol.hurried() is not is_found
    rounds(looking)
    assert found(looking, "new-1") is not None
    monkeypatch.setattr(missed, "_rested", 0)
    assert not missed.any()
    monkeypatch.setattr(missed, "any", lambda: True)
    assert not patrol.hurried(), "there is nothing to look at: others have their turn"


def test_one_statement_tells_what_is_new_only_where_nothing_else_can_have_happened(address):
    """Else the moment is asked for first: a table was written anew, or cut, or somebody is late."""
    with sql(address) as connection, sql(address, autocommit=False) as slow:
        now = moment(connection)
        calm = Marks.begun(now)
        assert calm.is_calm
        assert calm.reaches(now)
        first, second = now.ends
        assert calm.reaches(now._replace(ends=(first + 1, second)))
        assert not calm.reaches(now._replace(ends=(first, second - 1)))
        connection.execute("VACUUM FULL checkpoints")
        assert not calm.reaches(moment(connection))
        slow.execute(COPY, ["slow-1"])
        assert not Marks.begun(moment(connection)).is_calm
