"""What can go wrong with a database is told in words and survived: nothing lost, nothing twice."""

import os
import re
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from hitl_tui.backends.connect import backend_for
from hitl_tui.cli.wiring import store_for
from hitl_tui.errors import SourceError
from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.model.runs import Verb
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.runner.spec import RunnerSpec
from tests.cli import hitl, lines, run, state
from tests.conftest import CONFIG, ROOT
from tests.contract.runner.processes import soon
from tests.contract.send.office import Office, answer
from tests.contract.shapes import SHAPES, config, said_by, said_by_us, take
from tests.places import held, rows, stock
from tests.postgres.cluster import cluster, database, need

on_postgres = pytest.mark.parametrize("source", ["postgres"], indirect=True)
ANYTHING = Query()


def option(address, setting):
    return f"{address}&options={quote(f'-c {setting}')}"


@pytest.fixture
def reader(server, source):
    """The address for a role that may read the checkpointer's tables, and nothing else."""
    name = f"reader_{os.urandom(4).hex()}"
    tables = "checkpoints, checkpoint_blobs, checkpoint_writes"
    database_name = source.partition("@/")[2].partition("?")[0]
    server.sql(f"CREATE ROLE {name} LOGIN", f"GRANT SELECT ON {tables} TO {name}",
               database=database_name)  # fmt: skip
    return source.replace("postgres@", f"{name}@")


@on_postgres
class TestARoleThatMayOnlyRead:
    def test_is_enough_to_look(self, source, reader):
        before = held(source)
        listed = lines(hitl("list", reader, "--json", "--read-only"))
        assert listed == lines(hitl("list", source, "--json"))
        assert hitl("show", reader, "refund-7").returncode == 0
        assert "read-only transactions" in hitl("doctor", reader).stdout
        assert held(source) == before
        assert not rows(source, "SELECT 1 FROM pg_namespace WHERE nspname = 'hitl_tui'")

    def test_sends_nothing_and_says_what_it_lacks(self, source, reader):
        done = run("answer", reader, "age-1", "--value", "1")
        assert done.returncode == 1
        assert "CREATE SCHEMA hitl_tui AUTHORIZATION" in done.stderr
        assert state(source, "age-1") == "open"

    def test_without_a_grant_is_told_which_one(self, server, source):
        name = f"nobody_{os.urandom(4).hex()}"
        server.sql(f"CREATE ROLE {name} LOGIN")
        done = hitl("list", source.replace("postgres@", f"{name}@"))
        assert done.returncode == 8
        assert "GRANT SELECT" in done.stderr


@on_postgres
def test_the_rights_that_the_docs_name_are_enough_to_answer(source):
    """The SQL of docs/postgres.md, as it stands there."""
    text = (ROOT / "docs" / "postgres.md").read_text()
    blocks = [part.partition("```")[0] for part in text.split("```sql\n")[1:]]
    names = {"operators": f"ops_{os.urandom(4).hex()}", "looker": f"look_{os.urandom(4).hex()}"}
    with psycopg.connect(source, autocommit=True) as connection:
        sql = "".join(blocks)
        for role, name in names.items():
            sql = re.sub(rf"\b{role}\b", name, sql)
        connection.execute(sql)
    asked = source.replace("postgres@", f"{names['operators']}@")
    done = run("answer", asked, "age-1", "--value", "41")
    assert done.returncode == 0, done.stderr
    assert hitl("audit", "verify", asked).returncode == 0
    looking = source.replace("postgres@", f"{names['looker']}@")
    assert hitl("show", looking, "age-1", "--read-only").returncode == 0


@on_postgres
def test_a_connection_that_only_reads_shows_all_and_sends_nothing(source):
    reading = option(source, "default_transaction_read_only=on")
    assert lines(hitl("list", reading, "--json")) == lines(hitl("list", source, "--json"))
    done = run("answer", reading, "age-1", "--value", "1")
    assert done.returncode == 1
    assert "may only be read" in done.stderr
    assert state(source, "age-1") == "open"


@on_postgres
def test_checkpoints_that_cannot_be_written_are_told_before_anything_runs(source):
    """The journal can be written, the checkpointer's tables cannot."""
    name = f"half_{os.urandom(4).hex()}"
    with psycopg.connect(source, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
        connection.execute(f"CREATE SCHEMA hitl_tui AUTHORIZATION {name}")
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
    done = run("answer", source.replace("postgres@", f"{name}@"), "age-1", "--value", "1")
    assert done.returncode == 8
    assert "permission denied" in done.stderr
    assert state(source, "age-1") == "open"


@on_postgres
def test_a_statement_that_takes_too_long_is_told_with_what_to_do(source):
    with psycopg.connect(source) as connection:
        connection.execute("LOCK TABLE checkpoint_writes IN ACCESS EXCLUSIVE MODE")
        done = hitl("list", option(source, "statement_timeout=300"))
    assert done.returncode == 8
    assert "statement_timeout" in done.stderr


@on_postgres
def test_a_password_is_never_shown_nor_on_a_command_line(source, monkeypatch):
    secret = "correcthorse"
    monkeypatch.setenv("DEPLOY_SECONDS", "60")
    address = source.replace("postgres@", f"postgres:{secret}@")
    backend = backend_for(address, RunnerSpec(config=CONFIG))
    inbox = Inbox(backend, Journal(store_for(address)), operator="ann")
    opened = inbox.open("deploy-1")
    events = inbox.answer("deploy-1", {opened.questions[0].interrupt.id: "deploy"})
    told = str(next(events))
    assert not [each for each in command_lines() if secret.encode() in each]
    inbox.cancel("deploy-1")
    told += "".join(map(str, events)) + inbox.name + "".join(text for _, text in backend.doctor())
    inbox.close()
    assert secret not in told
    kept = [row for (table,) in rows(source, "SELECT tablename FROM pg_tables"
            " WHERE schemaname = 'hitl_tui'") for row in rows(source, f"SELECT * FROM hitl_tui.{table}")]  # noqa: E501  # fmt: skip
    assert secret not in repr(kept)


def command_lines():
    """Those of all processes that do not end as we look."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(FileNotFoundError, ProcessLookupError):
            yield path.read_bytes()


@pytest.mark.parametrize("address", [
    "postgresql://ann:hunter2@127.0.0.1:1/threads", "postgresql://ann:hunter2@h:port/threads",
    "postgresql://ann:hunter2@h/threads?no=option",
])  # fmt: skip
def test_an_address_that_leads_nowhere_is_told_without_its_password(address):
    need()
    done = hitl("list", address)
    assert done.returncode in (2, 8)
    assert "hunter2" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@on_postgres
def test_older_tables_are_read_and_not_written_until_they_are_brought_up_to_date(source):
    before = lines(hitl("list", source, "--json"))
    with psycopg.connect(source, autocommit=True) as connection:
        connection.execute("ALTER TABLE checkpoint_writes DROP COLUMN task_path")
        connection.execute("DELETE FROM checkpoint_migrations WHERE v = 9")
    after = lines(hitl("list", source, "--json"))
    assert [row["thread_id"] for row in after] == [row["thread_id"] for row in before]
    done = run("answer", source, "age-1", "--value", "1")
    assert done.returncode == 8
    assert "PostgresSaver.setup()" in done.stderr
    assert state(source, "age-1") == "open"


def test_sends_that_an_older_langgraph_left_with_the_checkpoint_before_are_due(empty):
    """Before version 4 of checkpoints, Sends stood among the writes of the parent."""
    shape = next(shape for shape in SHAPES if shape.name == "fan_out")
    with stock(empty) as saver:
        graph = shape.build(saver)
        take(graph, "t", shape.steps[0])
        backend = backend_for(empty, None)
        before = said_by_us(backend.thread("t"))
        with saver.conn.transaction():
            saver.conn.execute("DELETE FROM checkpoint_blobs WHERE channel = '__pregel_tasks'")
            saver.conn.execute(
                "UPDATE checkpoints SET checkpoint = jsonb_set("
                " checkpoint #- '{channel_versions,__pregel_tasks}', '{v}', '3')"
            )
        told = said_by(graph.get_state(config("t")))
    after = said_by_us(backend.thread("t"))
    backend.close()
    assert after == told == before
    assert list(after[1]) == ["worker", "worker"]


def test_a_database_that_is_no_checkpointers_is_told(empty):
    done = hitl("list", empty)
    assert done.returncode == 8
    assert "no table checkpoints" in done.stderr


@contextmanager
def office_on(server, folder):
    with database(server, "office") as address:
        office = Office(folder, address)
        try:
            yield office
        finally:
            office.switch("hang", on=False)
            office.close()


@pytest.fixture
def own_server():
    """A server that a test may stop."""
    need()
    with cluster("synchronous_commit = on") as made:
        yield made


def test_a_restart_under_an_open_inbox_loses_nothing_and_repeats_nothing(own_server, tmp_path):
    with office_on(own_server, tmp_path) as office:
        office.start("t", "u")
        inbox = office.inbox("ann", lease=3)
        before = inbox.page(ANYTHING)
        inbox.notes.save_draft("u", "i", {"half": "typed"})
        office.switch("hang", on=True)
        events = inbox.answer("t", {inbox.open("t").thread.interrupts[0].id: "yes"})
        next(events)
        assert soon(office.effects)
        own_server.stop()
        with pytest.raises(SourceError, match="cannot be reached"):
            inbox.version()
        with pytest.raises(SourceError, match="cannot be reached"):
            inbox.page(ANYTHING)
        office.switch("hang", on=False)
        end = list(events)[-1].data
        assert end["outcome"] == "in_doubt"
        assert "journal does not know how it ended" in end["reason"]
        own_server.start()
        assert soon(lambda: inbox.open("t").thread.state is ThreadState.IN_DOUBT)
        assert [row.thread_id for row in inbox.page(ANYTHING).rows] == [
            row.thread_id for row in before.rows
        ]
        assert inbox.notes.drafts("u") == {"i": {"half": "typed"}}
        assert answer(inbox, "t", "again")["outcome"] == "Conflict"
        assert office.effects() == ["yes"]
        assert answer(inbox, "u", "fine")["outcome"] == "finished"
        assert list(inbox.act("t", Verb.ABANDON))[-1].data["outcome"] == "finished"
        assert not inbox.audit_faults()


def test_a_restart_between_two_looks_is_not_even_noticed(own_server, tmp_path):
    with office_on(own_server, tmp_path) as office:
        office.start("t")
        inbox = office.inbox()
        before = inbox.page(ANYTHING)
        own_server.stop()
        own_server.start()
        assert inbox.page(ANYTHING) == before
        inbox.notes.claim("t")
        own_server.stop()
        own_server.start()
        assert answer(inbox, "t", "yes")["outcome"] == "finished"


def test_a_replica_shows_all_and_sends_nothing(own_server, tmp_path):
    with office_on(own_server, tmp_path) as office:
        office.start("t")
        with own_server.replica() as replica:
            address = replica.url("office")
            assert soon(lambda: hitl("list", address).stdout)
            looked = Office(tmp_path, address)
            assert looked.state() == "open"
            told = answer(looked.inbox(), "t", "yes")
            assert told["outcome"] == "JournalError"
            assert "replica" in told["reason"]
            assert office.effects() == []
            assert "on a replica" in hitl("doctor", address).stdout
            office.stock_answer("elsewhere")
            assert soon(lambda: looked.state() == "done")
            looked.close()
