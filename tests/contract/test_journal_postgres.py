"""The journal's own tests once more, in a database; and what only a database can do to it."""

import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import psycopg
import pytest

from hitl_tui.cli.wiring import store_for
from hitl_tui.errors import Conflict, JournalError
from hitl_tui.journal import notes, postgres, postgres_session
from hitl_tui.journal.journal import Journal
from hitl_tui.model.runs import Outcome
from tests.conftest import ROOT
from tests.contract.runner.processes import PATIENCE
from tests.unit import test_leases
from tests.unit.test_journal import (  # noqa: F401 - these are the tests
    test_a_dead_owner_leaves_a_doubt_on_that_head_alone,
    test_a_settled_attempt_frees_the_thread,
    test_an_attempt_is_kept_whole,
    test_one_that_may_have_run_stands_until_somebody_looked,
    test_other_threads_are_free,
    test_version_differs_after_a_write,
)
from tests.unit.test_leases import (  # noqa: F401 - these too
    ELSEWHERE,
    attempt,
    later,
    test_a_dead_owner_is_noticed_at_once_and_named,
    test_a_doubt_stands_again_when_what_was_to_replace_it_was_not_sent,
    test_a_lease_that_ran_out_before_the_send_is_not_had_again,
    test_a_lost_host_is_noticed_by_its_lease,
    test_a_run_that_slept_with_its_laptop_goes_on_if_nobody_decided,
    test_one_that_was_replaced_is_told_so,
    test_order_is_by_sequence_whatever_the_clock_said,
)
from tests.unit.test_trail import (  # noqa: F401 - and these
    TAMPERING,
    filled,
    test_a_row_for_each_intent_outcome_claim_draft_sent_and_re_open,
    test_an_intent_tells_what_was_proposed_edited_and_sent,
)

_A_MOMENT = timedelta(minutes=5)


@pytest.fixture
def journal(empty, monkeypatch):
    """A journal whose clock `later` moves too; the database's own goes on as ever."""
    monkeypatch.setattr(postgres_session, "ticking", lambda: test_leases.rows.ticking())  # noqa: PLW0108
    monkeypatch.setattr(postgres_session, "_MINUTE", 1e9)
    journal = Journal(store_for(empty), lease=60)
    yield journal
    journal.close()


def sql(address, statement):
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"SET search_path = hitl_tui; {statement}")


def test_looking_makes_nothing(journal, empty):
    assert journal.unresolved() == {}
    assert journal.trail.faults() == [
        "There is no trail: nothing was ever sent from here, or it was removed."
    ]
    with pytest.raises(psycopg.errors.UndefinedTable):
        sql(empty, "SELECT * FROM state")


def test_a_lease_is_counted_by_the_databases_clock(journal, monkeypatch):
    """This host's clock is set an hour ahead: the other host's lease holds all the same."""
    journal.begin(attempt(owner=ELSEWHERE))
    wall = test_leases.rows.time.time
    monkeypatch.setattr(test_leases.rows.time, "time", lambda: wall() + 3600)
    assert journal.unresolved()["t"].alive
    journal.begin(attempt("b", thread_id="u", owner=ELSEWHERE))
    monkeypatch.undo()
    assert journal.unresolved()["u"].alive
    row = journal._store.read("SELECT lease_until FROM attempts WHERE attempt_id = 'b'")[0]
    assert abs(row["lease_until"] - wall() - 60) < _A_MOMENT.total_seconds()


@pytest.mark.parametrize("hours", [-1, 1])
def test_claims_and_snoozes_are_counted_by_the_databases_clock(journal, empty, monkeypatch, hours):
    """A host whose clock is set wrong claims and snoozes for as long as it says, for all."""
    other, skew = Journal(store_for(empty)), timedelta(hours=hours)
    wall = test_leases.rows.time.time

    def wrong():
        return (datetime.now(UTC) + skew).isoformat()

    monkeypatch.setattr(postgres_session.time, "time", lambda: wall() + skew.total_seconds())
    monkeypatch.setattr(notes, "now", wrong)
    begun = datetime.now(UTC)
    journal.notes.claim("t", begun + skew + timedelta(minutes=30), "ann")
    journal.notes.snooze("u", begun + skew + timedelta(minutes=30), "ann")
    journal.notes.claim("over", begun + skew - 2 * _A_MOMENT, "ann")
    told = journal.notes.marks("ann")
    assert told == journal.notes.marks("ann"), "it is the same at each reading"
    assert abs(told["t"].claimed_until - begun - skew - timedelta(minutes=30)) < _A_MOMENT
    with pytest.raises(Conflict, match="ann claims"):
        journal.notes.claim("t", begun + skew + timedelta(hours=9), "bob")
    monkeypatch.undo()
    seen = other.notes.marks("bob")
    assert seen.keys() == {"t", "u"}, "what is over is over for all"
    assert abs(seen["t"].claimed_until - begun - timedelta(minutes=30)) < _A_MOMENT
    assert abs(seen["u"].snoozed_until - begun - timedelta(minutes=30)) < _A_MOMENT
    with pytest.raises(Conflict, match="ann claims"):
        other.notes.claim("t", begun + timedelta(hours=9), "bob")
    other.notes.claim("over", begun + timedelta(hours=9), "bob")
    other.close()


def test_one_of_a_later_version_is_left_alone(journal, empty):
    journal.begin(attempt())
    sql(empty, "UPDATE state SET steps = 99")
    journal.close()
    with pytest.raises(JournalError, match="later version"):
        journal.begin(attempt("b", thread_id="u"))


@pytest.mark.parametrize("isolation", ["read committed", "serializable"])
def test_of_many_at_once_one_begins_though_none_had_made_the_schema(empty, isolation):
    begun, told = [], []
    option = quote(f"-c default_transaction_isolation={isolation.replace(' ', chr(92) + ' ')}")

    def race(number):
        racer = Journal(store_for(f"{empty}&options={option}"))
        try:
            racer.begin(attempt(f"r{number}"))
            begun.append(number)
        except Conflict:
            told.append(number)
        finally:
            racer.close()

    threads = [threading.Thread(target=race, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(begun), len(told)) == (1, 7)


WRITER = """
import sys
from tests.contract.test_journal_postgres import Journal, Outcome, attempt, replace, store_for
journal, who = Journal(store_for(sys.argv[1])), sys.argv[2]
for number in range(20):
    name = f"{who}-{number}"
    journal.begin(replace(attempt(name), thread_id=name, operator=who))
    journal.settle(name, Outcome.FINISHED)
"""


def test_a_trail_of_several_writers_at_once_verifies(journal, empty):
    words = [sys.executable, "-c", WRITER, empty]
    writers = [subprocess.Popen([*words, f"w{number}"], cwd=ROOT) for number in range(4)]
    assert [writer.wait(PATIENCE) for writer in writers] == [0] * 4
    assert [row["seq"] for row in journal.trail.rows()] == list(range(1, 4 * 20 * 2 + 1))
    assert not journal.trail.faults()


@pytest.mark.parametrize("how", ["changed", "removed", "removed at the end", "resealed alone"])
def test_a_row_that_is_tampered_with_is_found(journal, empty, how):
    filled(journal)
    assert not journal.trail.faults()
    sql(empty, TAMPERING[how])
    assert journal.trail.faults()


class Lossy:
    """A connection that is lost at its next COMMIT: just before it, or just after."""

    def __init__(self, connection, before):
        self._connection = connection
        self._before = before

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def execute(self, sql, *values, **options):
        if sql != "COMMIT":
            return self._connection.execute(sql, *values, **options)
        if not self._before:
            self._connection.execute(sql)
        self._connection.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")


@pytest.mark.parametrize("before", [True, False])
def test_a_connection_lost_at_the_commit_is_found_out_about(journal, before):
    journal.begin(attempt())
    session = journal._store._writer
    session.connection = Lossy(session.connection, before)
    if before:
        with pytest.raises(JournalError, match="closed the connection"):
            journal.begin(attempt("b", thread_id="u"))
    else:
        journal.begin(attempt("b", thread_id="u"))
    assert ("u" in journal.unresolved()) is not before
    assert journal.settle("a", Outcome.FINISHED)
    assert not journal.trail.faults()


def test_who_is_stopped_in_the_middle_of_a_writing_does_not_stop_the_others(
    journal, empty, monkeypatch
):
    impatient = postgres._WRITING.replace("timeout = '10s'", "timeout = '200ms'", 2)
    monkeypatch.setattr(postgres, "_WRITING", impatient.replace("lock_timeout = '200ms'", "lock_timeout = '5s'"))  # noqa: E501  # fmt: skip
    other = Journal(store_for(empty))
    other.begin(attempt("b", thread_id="u"))
    with pytest.raises(JournalError), journal._store.writing():
        other.settle("b", Outcome.FINISHED)
    assert other.unresolved() == {}
    other.close()


def test_texts_that_a_database_cannot_hold_are_kept_as_far_as_they_go(journal):
    answers = {"i": "nul \0 and half \ud800"}
    journal.begin(replace(attempt(thread_id="t\ud800"), operator="ann\ud800", answers=answers))
    journal.settle("a", Outcome.FAILED, "nul \0")
    [kept] = journal.attempts("t\ud800")
    assert kept.answers == answers, "answers are JSON, exactly as they were given"
    assert (kept.operator, kept.reason) == ("ann?", "nul \N{REPLACEMENT CHARACTER}")
    assert not journal.trail.faults()


def test_a_masked_secret_and_what_was_never_sent_are_told_as_in_a_file(empty):
    journal = Journal(store_for(empty), masks=["$.call.pin"])
    asked = {"i": {"value": {"call": {"pin": "hunter2-and-more"}}}}
    answers = {"i": [{"pin": "hunter2-and-more"}]}
    journal.begin(attempt(answers=answers, asked=asked))
    journal.settle("a", Outcome.CANCELLED, "hunter2-and-more", sent=False)
    journal.notes.save_draft("t", "i", "ann", {"value": 1})
    journal.notes.drop_left("t", ["i"], "ann")
    (kept,) = journal.attempts("t")
    assert kept.answers == {"i": [{"pin": "•••••• (masked: call.pin)"}]}
    assert kept.unsent
    assert "hunter2" not in str(journal.trail.rows())
    assert [row["kind"] for row in journal.trail.rows()] == ["intent", "outcome", "draft dropped"]
    assert journal.notes.drafts("t", "ann") == {}
    journal.close()
