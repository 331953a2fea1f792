"""How a database is read: by its primary keys, whatever its statistics say, however large it is."""

import os
import sys
from contextlib import closing

import psycopg
import pytest

from hitl_tui.backends import postgres_rows
from hitl_tui.backends.caching import Caching
from hitl_tui.backends.connect import backend_for
from hitl_tui.model.threads import Query, ThreadState
from tests.conftest import ROOT
from tests.contract.indexes import at_once
from tests.contract.runner.processes import soon
from tests.places import stock
from tests.postgres.cluster import database
from tests.postgres.many import fill

OPEN = Query(states=frozenset({ThreadState.OPEN}))
THREADS = 6_000
TABLES = ("checkpoints", "checkpoint_blobs", "checkpoint_writes")


@pytest.fixture(scope="module")
def many(server):
    """A database with thousands of threads."""
    with database(server, f"many_{os.getpid()}", "seeded") as address:
        fill(address, THREADS)
        yield address


@pytest.fixture
def backend(many):
    backend = backend_for(many, None)
    yield backend
    backend.close()


def scans(address) -> int:
    """How often the checkpointer's tables were read from their start to their end.

    What a session counted is told as it ends, which is after whoever used it went on.
    """
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(address, autocommit=True) as connection:
        assert soon(lambda: connection.execute(others).fetchone() == (0,))
        sql = "SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname = ANY(%s)"
        return int(connection.execute(sql, [list(TABLES)]).fetchone()[0])


def looked(backend):
    """All that a screen does: the first look, pages, a refresh, one thread."""
    page = backend.page(OPEN, 0, 128)
    backend.page(OPEN, 128, 128)
    backend.version()
    backend.thread(page.rows[0].thread_id)
    backend.asked_before("age-checked-1")
    return page


def through_an_index(many, folder):
    """The same with an index that is built, by a command and then by a screen with its patrol."""
    with closing(backend_for(many, None, caching=at_once(folder))) as backend:
        backend.page(Query(search="many-5"), 0, 9)
        backend.counts(Query())
    screen = Caching(folder, command=(sys.executable, "-c", "0"), index_from=0)
    with closing(backend_for(many, None, caching=screen)) as backend:
        assert not looked(backend).partial
        with psycopg.connect(many, autocommit=True) as connection:
            connection.execute(
                "UPDATE checkpoints SET metadata = metadata WHERE thread_id = 'age-1'"
            )
        assert soon(lambda: backend._queue._indexed._patrol._pages._settled)
        backend.version()
        looked(backend)


@pytest.mark.parametrize("known", [True, False], ids=["with statistics", "without"])
def test_nothing_is_read_from_start_to_end(many, known, tmp_path):
    with psycopg.connect(many, autocommit=True) as connection:
        if not known:
            tables = "ARRAY['checkpoints'::regclass, 'checkpoint_writes'::regclass]"
            connection.execute(f"DELETE FROM pg_statistic WHERE starelid = ANY({tables})")
    before = scans(many)
    backend = backend_for(many, None)
    assert looked(backend).total > THREADS
    backend.close()
    through_an_index(many, tmp_path)
    assert scans(many) == before


def test_what_is_new_changed_or_gone_is_found_wherever_it_was_written(backend, many):
    """The rows go into the room of deleted ones, where nobody looks first."""
    total = backend.page(Query(), 0, 1).total
    gone = "many-001eef-1"
    with stock(many) as saver:
        source = list(saver.list({"configurable": {"thread_id": "age-1", "checkpoint_ns": ""}}))
        saver.delete_thread(gone)
        with psycopg.connect(many, autocommit=True) as connection:
            connection.execute("VACUUM checkpoints, checkpoint_writes, checkpoint_blobs")
        for name in ("new-1", "new-2"):
            config = {"configurable": {"thread_id": name, "checkpoint_ns": ""}}
            for each in source[::-1]:
                versions = each.checkpoint["channel_versions"]
                saver.put(config, each.checkpoint, each.metadata, versions)
    looks = 0
    while backend.page(Query(search="new-"), 0, 9).total < 2 or gone in backend._queue.rows._by_id:
        backend.version()
        looks += 1
        assert looks < 20
    assert backend.page(Query(), 0, 1).total == total + 1


def test_a_row_that_is_shown_is_true_even_where_its_turn_has_not_come(backend, many):
    """A second backend changes a thread in the middle; its row is read again as it is shown."""
    rows = backend.page(OPEN, 0, 5).rows
    with psycopg.connect(many, autocommit=True) as connection:
        connection.execute(
            "DELETE FROM checkpoint_writes WHERE thread_id = %s", [rows[2].thread_id]
        )
        before = backend._queue.rows._cursor
    again = backend.page(OPEN, 0, 5).rows
    assert rows[2].thread_id not in [row.thread_id for row in again]
    assert backend.page(Query(search=rows[2].thread_id), 0, 1).rows[0].state is not ThreadState.OPEN
    assert before == ""


def test_what_the_owner_has_told_is_found_before_its_turn_comes(backend, many, monkeypatch):
    """The trigger of docs/postgres.md; the new row goes where nobody looks first."""
    monkeypatch.setattr(postgres_rows, "_SLICE", 1)
    text = (ROOT / "docs" / "postgres.md").read_text()
    trigger = next(part for part in text.split("```sql\n") if part.startswith("CREATE FUNCTION"))
    with psycopg.connect(many, autocommit=True) as connection:
        connection.execute(trigger.partition("```")[0])
        backend.page(OPEN, 0, 5)
        connection.execute("DELETE FROM checkpoints WHERE thread_id LIKE 'many-0%'")
        connection.execute("VACUUM checkpoints")
        backend.version()
        connection.execute("INSERT INTO checkpoints SELECT 'told', checkpoint_ns, checkpoint_id,"
                           " parent_checkpoint_id, type, checkpoint, metadata FROM checkpoints"
                           " WHERE thread_id = 'age-1'")  # fmt: skip
    assert soon(lambda: backend.version() and "told" in backend._queue.rows._by_id)
    assert "" < backend._queue.rows._cursor < "n", "the sweep had not come there"
