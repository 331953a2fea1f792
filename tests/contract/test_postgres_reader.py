"""Connections that are our own keep what they are told; one that a pooler shares is told nothing
that outlives a transaction."""

import os

import psycopg
import pytest

from hitl_tui.backends.postgres_reader import PostgresReader
from hitl_tui.database import Address
from hitl_tui.errors import SourceError
from tests.contract.runner.processes import soon
from tests.postgres.cluster import database
from tests.postgres.pooler import pooler

HELD = "SELECT count(*) FROM pg_prepared_statements"
SET = "SELECT current_setting('enable_seqscan') || current_setting('transaction_read_only')"


@pytest.fixture
def reader(server):
    with database(server, f"read_{os.getpid()}", "seeded") as address:
        reader = PostgresReader(Address(address))
        yield reader
        reader.close()


def often(reader, sql, *, times=8):
    """What is answered at the last of some readings, by a connection that is kept."""
    for _ in range(times):
        answer = reader.read(lambda connection: connection.execute(sql).fetchone()[0])
    return answer


def test_a_statement_of_ours_is_planned_once(reader):
    assert often(reader, HELD) > 0
    assert often(reader, SET) == "offon"


def test_what_is_read_cannot_be_written(reader):
    for ask in (reader.read, reader.read_once):
        with pytest.raises(Exception, match="read-only transaction"):
            ask(lambda connection: connection.execute("DELETE FROM checkpoints"))


def test_a_poolers_connection_stays_as_it_was(server, reader, tmp_path_factory):
    """Nothing is prepared there, and no setting left; a reading has its settings all the same."""
    folder = tmp_path_factory.mktemp("p")
    with pooler(server.folder, folder):
        address = reader._address.resolved().replace(str(server.folder), str(folder))
        pooled = PostgresReader(Address(address))
        assert often(pooled, HELD) == 0
        assert (
            often(pooled, SET)
            == "offon"
            == pooled.read_once(lambda c: c.execute(SET).fetchone()[0])
        )
        assert pooled.ask(SET) == "onoff"
        pooled.close()


def test_statements_that_are_forgotten_behind_our_back_are_asked_all_the_same(reader):
    """By a pooler that tells the process's own number."""
    often(reader, HELD)
    reader._idle[0].pgconn.exec_(b"DEALLOCATE ALL")
    assert often(reader, HELD) == 0
    assert often(reader, SET) == "offon"


def test_a_table_that_grows_a_column_is_read_on(reader, server):
    sql = "SELECT * FROM checkpoints WHERE thread_id = 'age-1'"
    often(reader, sql)
    with psycopg.connect(reader._address.resolved(), autocommit=True) as connection:
        connection.execute("ALTER TABLE checkpoints ADD COLUMN more int")
    assert often(reader, sql) == "age-1"


def test_a_role_that_may_not_know_the_server_reads_all_the_same(server, reader):
    """Without a transaction, which a refusal would end, and within one."""
    number = reader.read(reader.system)
    assert number.isdecimal()
    database = reader.ask("SELECT current_database()")
    server.sql("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC", database=database)
    server.sql("CREATE ROLE guest LOGIN", "GRANT SELECT ON checkpoints TO guest", database=database)
    guest = PostgresReader(Address(server.url(database, "guest")))
    for ask in (guest.glance, guest.read):
        assert ask(lambda c: (guest.system(c), c.execute("SELECT 1").fetchone())) == ("", (1,))
        guest._system = None
    guest.close()
    server.sql("DROP OWNED BY guest", "DROP ROLE guest", database=database)


def test_a_connection_that_is_made_ahead_is_used_once_and_closed(reader):
    """Also if it fails: then whoever reads is told."""
    reader.begin()
    ahead = reader._ahead
    assert reader.ask("SELECT 1") == "1"
    assert reader._idle == [ahead.result()]
    reader.begin()
    assert reader._ahead is None, "there is one"
    other = PostgresReader(reader._address)
    other.begin()
    unused = other._ahead
    other.close()
    assert soon(lambda: unused.done() and unused.result().closed)
    nowhere = PostgresReader(Address("postgresql://h@/d?host=/nowhere"))
    nowhere.begin()
    with pytest.raises(SourceError, match="cannot be reached"):
        nowhere.ask("SELECT 1")
    nowhere.close()
