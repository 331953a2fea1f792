"""Writings that reach the disk together, and leases that one thread renews."""

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from operator import lt

import pytest

from hitl_tui.errors import Conflict, JournalError
from hitl_tui.journal import together as sharing
from hitl_tui.journal.journal import Journal
from hitl_tui.model.runs import Outcome
from hitl_tui.renewing import Renewal
from tests.contract.runner.processes import PATIENCE, soon
from tests.unit.test_leases import attempt


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "j")
    journal.choose_graph("made", "g", "ann")
    yield journal
    journal.close()


@pytest.fixture
def queued(journal, monkeypatch):
    """Runs each job in a thread of its own; none gets its turn before all wait for it.

    What each raised, in order; and how often the disk was waited for.
    """
    commits = []
    monkeypatch.setattr(sharing, "_PATIENCE", PATIENCE)  # all share one, however slowly they write
    together = journal._store._together
    commit = together._commit

    def counted(connection):
        commits.append(connection.in_transaction)
        commit(connection)

    together._commit = counted

    def run(*jobs):
        raised = [None] * len(jobs)

        def one(number, job):
            try:
                job()
            except Exception as error:  # noqa: BLE001 - looked at by the test
                raised[number] = error

        threads = [threading.Thread(target=one, args=each) for each in enumerate(jobs)]
        with together._turn:
            for number, thread in enumerate(threads):
                thread.start()
                assert soon(lambda count=number + 1: together._waiting == count)
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        return raised, len(commits)

    return run


def begins(journal, name, thread):
    return lambda: journal.begin(replace(attempt(name), thread_id=thread))


def on_disk(journal):
    """What another process sees."""
    with closing(sqlite3.connect(journal._store._path)) as connection:
        return {row[0] for row in connection.execute("SELECT attempt_id FROM attempts")}


def test_those_who_wait_are_on_the_disk_after_one_commit(journal, queued):
    names = [f"a{number}" for number in range(8)]
    raised, commits = queued(*(begins(journal, name, name) for name in names))
    assert raised == [None] * 8
    assert commits == 1
    assert on_disk(journal) == set(names)
    assert not journal.trail.faults()


def test_one_that_is_refused_takes_back_its_own_part_alone(journal, queued):
    jobs = [begins(journal, name, thread) for name, thread in ["at", "bt", "cu", "du"]]
    raised, commits = queued(*jobs)
    assert [type(each) for each in raised].count(Conflict) == 2
    assert commits == 1
    assert len(on_disk(journal)) == 2
    assert not journal.trail.faults()


def test_a_commit_that_fails_is_told_to_everyone_in_it(journal, queued, monkeypatch):
    def full(connection):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(journal._store._together, "_commit", full)
    raised, _ = queued(*(begins(journal, name, name) for name in "abc"))
    assert [type(each) for each in raised] == [JournalError] * 3
    assert on_disk(journal) == set()
    monkeypatch.undo()
    journal.begin(attempt())
    assert on_disk(journal) == {"a"}


def test_an_error_of_sqlite_in_one_part_leaves_nothing_of_the_others_in_the_dark(journal, queued):
    """It may have rolled all of them back: each is told that it does not stand."""

    def broken():
        with journal._store.writing() as db:
            db.execute("INSERT INTO nowhere VALUES (1)")

    raised, _ = queued(begins(journal, "a", "a"), begins(journal, "b", "b"), broken)
    told = {name for name, each in zip("ab", raised, strict=False) if each is None}
    assert isinstance(raised[2], JournalError)
    assert on_disk(journal) == told


def settles_and(journal, along):
    return lambda: journal.settle("a", Outcome.FINISHED, along=along)


def test_what_goes_along_with_an_outcome_is_on_the_disk_with_it_after_one_commit(journal, queued):
    journal.begin(attempt())
    seen = []

    def along():
        begins(journal, "b", "b")()
        seen.append(on_disk(journal))

    raised, commits = queued(settles_and(journal, along))
    assert (raised, commits, seen) == ([None], 2, [{"a", "b"}]), "the first commit began it"
    assert [each.outcome for each in journal.attempts("t")] == [Outcome.FINISHED]
    assert not journal.trail.faults()


def test_what_is_refused_along_with_an_outcome_takes_back_its_own_part_alone(journal, queued):
    journal.begin(attempt())
    journal.begin(replace(attempt("b"), thread_id="b"))
    refused = []

    def along():
        with pytest.raises(Conflict) as found:
            begins(journal, "c", "b")()
        refused.append(found.value)

    raised, _ = queued(settles_and(journal, along))
    assert (raised, len(refused), on_disk(journal)) == ([None], 1, {"a", "b"})
    assert [each.outcome for each in journal.attempts("t")] == [Outcome.FINISHED]
    assert not journal.trail.faults()


def test_a_commit_that_fails_is_told_to_both_who_go_along(journal, queued, monkeypatch):
    journal.begin(attempt())
    told = []

    def full(connection):
        raise sqlite3.OperationalError("database or disk is full")

    def along():
        try:
            begins(journal, "b", "b")()
        except JournalError as error:
            told.append(error)

    monkeypatch.setattr(journal._store._together, "_commit", full)
    raised, _ = queued(settles_and(journal, along))
    assert (type(raised[0]), len(told), on_disk(journal)) == (JournalError, 1, {"a"})
    assert [each.outcome for each in journal.attempts("t")] == [None]


def test_an_outcome_with_nothing_to_go_along_after_all_is_on_the_disk(journal):
    journal.begin(attempt())
    assert journal.settle("a", Outcome.FINISHED, along=lambda: None)
    with closing(sqlite3.connect(journal._store._path)) as connection:
        assert connection.execute("SELECT outcome FROM attempts").fetchall() == [("finished",)]


def test_who_goes_away_while_waiting_holds_nobody_up(journal):
    together = journal._store._together
    together._waiting += 1  # one who never comes
    journal.begin(attempt())
    assert on_disk(journal) == {"a"}


def test_each_of_many_writers_finds_what_it_wrote(journal):
    """Four threads, no order among them: what a writing wrote is there when it returns."""
    missing = []

    def write(who):
        for number in range(25):
            name = f"{who}{number}"
            journal.begin(replace(attempt(name), thread_id=name))
            if name not in on_disk(journal):
                missing.append(name)

    threads = [threading.Thread(target=write, args=(who,)) for who in "wxyz"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not missing
    assert len(on_disk(journal)) == 100
    assert not journal.trail.faults()


def test_a_lease_with_most_of_its_time_before_it_is_held_without_a_write(journal):
    journal.begin(attempt())
    sql = "SELECT lease_tick FROM attempts"
    before = journal._store.read(sql)
    assert journal.hold("a") == before[0]["lease_tick"]
    assert journal._store.read(sql) == before


def test_one_thread_renews_all_leases_and_tells_which_was_lost(tmp_path):
    journal = Journal(tmp_path / "j", lease=1.0)
    lost, others = [], set(renewing())
    renewal = Renewal(journal, lost.append)
    for name in "ab":
        journal.begin(replace(attempt(name), thread_id=name))
    with renewal.of("a") as a, renewal.of("b") as b:
        a.sent = b.sent = True
        for _ in range(4):  # longer than they would hold by themselves
            before = ticks(journal)
            assert soon(lambda: all(map(lt, before, ticks(journal))))  # noqa: B023 - asked at once
        assert len(renewing() - others) == 1
        with journal._store.writing() as db:
            db.execute("UPDATE attempts SET resolved = 1 WHERE attempt_id = 'b'")
        assert soon(lambda: lost == ["b"])
    assert soon(lambda: not renewing() - others)
    with renewal.of("a") as a:
        assert journal.renew("a")
        assert renewing() - others, "it starts again"
    renewal.close()
    journal.close()


def renewing():
    """The threads that renew leases; other tests may have left some, which end soon."""
    return {thread for thread in threading.enumerate() if thread.name == "leases"}


def ticks(journal):
    """Until when each attempt holds its thread."""
    rows = journal._store.read("SELECT lease_tick FROM attempts ORDER BY seq")
    return [row["lease_tick"] for row in rows]
