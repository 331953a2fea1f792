"""Leases: who holds a thread, by which clock, and who may not send any more."""

import os
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hitl_tui.errors import Conflict, JournalError
from hitl_tui.journal import clock, leases, owner, rows
from hitl_tui.journal.journal import Journal
from hitl_tui.journal.owner import alive, holds, is_here, place, this_process
from hitl_tui.model.attempts import Attempt, Owner
from hitl_tui.model.runs import Outcome, Verb

ME = this_process()
BOOT, CLOCK, PROCESSES = place().split()
NEXT_DOOR = replace(ME, place=f"{BOOT} {CLOCK} pid:[1]")
ELSEWHERE = replace(ME, place=f"another-boot {CLOCK} {PROCESSES}")
GONE = replace(ME, pid=2**22 - 1)


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "a.hitl.db", lease=60)
    yield journal
    journal.close()


@pytest.fixture
def later(monkeypatch):
    """Lets time pass on both clocks, or on the wall's alone."""

    def pass_(seconds, *, ticking=True):
        if ticking:
            now = clock.ticking() + seconds
            for room in (clock, leases, owner, rows):
                monkeypatch.setattr(room, "ticking", lambda: now, raising=False)
        wall = datetime.now(UTC).timestamp() + seconds
        for room in (owner, rows):
            monkeypatch.setattr(room.time, "time", lambda: wall)

    return pass_


def attempt(name="a", **changes):
    made = Attempt(name, "t", Verb.ANSWER, "ann", ME, datetime.now(UTC), "cp1", {"i": 1})
    return replace(made, **changes)


def test_a_process_is_known_by_boot_and_process_table_and_not_by_the_name_of_its_host():
    assert is_here(replace(ME, host="renamed"))
    assert not is_here(NEXT_DOOR)
    assert not is_here(ELSEWHERE)
    assert is_here(Owner(socket.gethostname(), 1)), "older journals know names alone"


def test_a_number_used_again_is_another_process():
    assert alive(ME)
    assert not alive(replace(ME, started="1"))


def test_a_container_with_our_name_is_not_taken_for_dead():
    """Its process numbers mean nothing here: only its lease counts."""
    ghost = replace(NEXT_DOOR, pid=GONE.pid)
    tick = clock.ticking()
    assert holds(ghost, None, tick + 60)
    assert not holds(ghost, None, tick - 1)
    assert holds(replace(ELSEWHERE, pid=GONE.pid), datetime.now(UTC).timestamp() + 60, tick - 1)


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400)])
@pytest.mark.parametrize("who", [ME, NEXT_DOOR])
def test_a_clock_that_is_set_ends_no_lease_of_this_host(later, jump, who):
    until = datetime.now(UTC).timestamp() + 60
    tick = clock.ticking() + 60
    later(jump.total_seconds(), ticking=False)
    assert holds(who, until, tick)


def test_a_dead_owner_is_noticed_at_once_and_named(journal):
    journal.begin(attempt(owner=GONE))
    doubt = journal.unresolved()["t"]
    assert not doubt.alive
    assert "gone" in doubt.reason


def test_a_silent_owner_is_not_said_to_be_gone(journal, later):
    journal.begin(attempt())
    later(61)
    doubt = journal.unresolved()["t"]
    assert not doubt.alive
    assert f"on {os.uname().nodename}, gives no sign of life" in doubt.reason


def test_a_lost_host_is_noticed_by_its_lease(journal, later):
    journal.begin(attempt(owner=ELSEWHERE))
    assert journal.unresolved()["t"].alive
    with pytest.raises(Conflict, match="has been at this thread since"):
        journal.begin(attempt("b"))
    later(61)
    assert not journal.unresolved()["t"].alive
    journal.begin(attempt("b"), instead_of="a")


def test_a_lease_that_ran_out_before_the_send_is_not_had_again(journal, later):
    journal.begin(attempt())
    later(61)
    assert not journal.renew("a", sent=False)
    with pytest.raises(Conflict, match="longer than its lease of 60 seconds; nothing was sent"):
        journal.hold("a")


def test_a_run_that_slept_with_its_laptop_goes_on_if_nobody_decided(journal, later):
    journal.begin(attempt())
    journal.hold("a")
    later(3600)
    assert journal.renew("a", sent=True)
    assert journal.unresolved()["t"].alive


def test_one_that_was_replaced_is_told_so(journal, later):
    journal.begin(attempt())
    later(61)
    journal.begin(attempt("b", operator="bob"), instead_of="a")
    with pytest.raises(Conflict, match="Another operator took over"):
        journal.hold("a")
    assert not journal.renew("a", sent=True)
    assert not journal.settle("a", Outcome.FINISHED), "it is late"
    assert journal.unresolved()["t"].attempt_id == "b"


def test_a_doubt_stands_again_when_what_was_to_replace_it_was_not_sent(journal):
    journal.begin(attempt(owner=GONE))
    journal.begin(attempt("b"), instead_of="a")
    journal.settle("b", Outcome.REFUSED, "the graph does not load", sent=False)
    assert journal.unresolved()["t"].attempt_id == "a"
    with pytest.raises(Conflict, match="Nobody knows"):
        journal.begin(attempt("c"))
    journal.begin(attempt("c"), instead_of="a")
    journal.settle("c", Outcome.FINISHED)
    assert journal.unresolved() == {}
    kinds = [row["kind"] for row in journal.trail.rows()]
    assert kinds.count("in doubt again") == 1
    assert not journal.trail.faults()


def test_a_journal_that_was_replaced_knows_no_attempt(journal, tmp_path):
    journal.begin(attempt())
    (tmp_path / "a.hitl.db").unlink()
    for name in ("a.hitl.db-wal", "a.hitl.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    with pytest.raises(JournalError, match="deleted or replaced"):
        journal.hold("a")
    with pytest.raises(JournalError, match="deleted or replaced"):
        journal.renew("a")


def test_order_is_by_sequence_whatever_the_clock_said(journal):
    now = datetime.now(UTC)
    for days, name in enumerate(["a", "b", "c"]):
        journal.begin(attempt(name, begun_at=now - timedelta(days=days)))
        journal.settle(name, Outcome.PAUSED)
    journal.begin(attempt("d", begun_at=now - timedelta(days=9)))
    assert [each.attempt_id for each in journal.attempts("t")] == ["a", "b", "c", "d"]
    assert journal.unresolved()["t"].attempt_id == "d"
    assert [row["seq"] for row in journal.trail.rows()] == list(range(1, 8))
