"""The journal: one attempt at a time on a thread, written before it is sent, never lost."""

import os
import stat
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hitl_tui.errors import Conflict, JournalError
from hitl_tui.journal.journal import Journal
from hitl_tui.journal.owner import alive, this_process
from hitl_tui.model.attempts import Attempt, Owner
from hitl_tui.model.runs import Outcome, Verb


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.sqlite.hitl.db"


@pytest.fixture
def journal(path):
    journal = Journal(path)
    yield journal
    journal.close()


def attempt(name="a1", thread="t", **changes) -> Attempt:
    made = Attempt(
        name, thread, Verb.ANSWER, "ann", this_process(), datetime.now(UTC), "cp1", {"i": {"n": 3}}
    )
    return replace(made, **changes)


DEAD = Owner(os.uname().nodename, 2**22 - 1, "1")


def test_looking_at_no_journal_makes_none(journal, path):
    assert journal.unresolved() == {}
    assert journal.graph_choices() == {}
    assert not path.exists()


def test_an_attempt_is_kept_whole(journal):
    journal.begin(attempt())
    assert journal.unresolved() == {
        "t": attempt(begun_at=journal.unresolved()["t"].begun_at, alive=True)
    }


def test_only_its_owner_may_read_the_file(journal, path):
    journal.begin(attempt())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_second_attempt_on_a_thread_is_told_who_has_it(journal, path):
    journal.begin(attempt())
    other = Journal(path)
    with pytest.raises(Conflict, match=r"ann on .* since"):
        other.begin(attempt("a2", operator="bob"))
    other.close()


def test_other_threads_are_free(journal):
    journal.begin(attempt())
    journal.begin(attempt("a2", thread="t2"))
    assert set(journal.unresolved()) == {"t", "t2"}


@pytest.mark.parametrize(
    "outcome", [Outcome.FINISHED, Outcome.PAUSED, Outcome.FAILED, Outcome.REFUSED]
)
def test_a_settled_attempt_frees_the_thread(journal, outcome):
    journal.begin(attempt())
    journal.settle("a1", outcome)
    assert journal.unresolved() == {}
    journal.begin(attempt("a2"))


@pytest.mark.parametrize("outcome", [Outcome.IN_DOUBT, Outcome.CANCELLED])
def test_one_that_may_have_run_stands_until_somebody_looked(journal, outcome):
    journal.begin(attempt())
    journal.settle("a1", outcome, "killed")
    assert journal.unresolved()["t"].reason == "killed"
    with pytest.raises(Conflict, match="Nobody knows"):
        journal.begin(attempt("a2"))
    journal.resolve("a1")
    journal.begin(attempt("a3"))


def test_a_dead_owner_leaves_a_doubt_on_that_head_alone(journal):
    journal.begin(attempt(owner=DEAD))
    assert not journal.unresolved()["t"].alive
    with pytest.raises(Conflict):
        journal.begin(attempt("a2"))
    journal.begin(attempt("a3", checkpoint_id="cp2"))


def test_of_many_at_once_one_begins_though_none_had_made_the_file(path):
    begun, told = [], []

    def race(number: int) -> None:
        racer = Journal(path)
        try:
            racer.begin(attempt(f"r{number}"))
            begun.append(number)
        except Conflict:
            told.append(number)
        finally:
            racer.close()

    threads = [threading.Thread(target=race, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(begun), len(told)) == (1, 11)


def test_a_graph_choice_is_remembered(journal, path):
    journal.choose_graph("t", "refund", "ann")
    journal.choose_graph("t", "mailer", "bob")
    assert Journal(path).graph_choices() == {"t": "mailer"}


def test_version_differs_after_a_write(journal):
    before = journal.version()
    journal.begin(attempt())
    assert journal.version() != before


def test_a_folder_in_its_place_is_told(tmp_path):
    (tmp_path / "j").mkdir()
    with pytest.raises(JournalError, match="Nothing is sent"):
        Journal(tmp_path / "j").begin(attempt())


def test_a_damaged_journal_is_told(path):
    path.write_bytes(b"not a database, but long enough to be looked at" * 50)
    journal = Journal(path)
    with pytest.raises(JournalError, match="not a database"):
        journal.unresolved()
    with pytest.raises(JournalError, match="not a database"):
        journal.begin(attempt())
    journal.close()


def test_text_that_utf8_cannot_hold_is_kept_readable(journal):
    journal.begin(attempt(thread="t\ud800", answers={"i": "\ud800"}))
    assert journal.unresolved()["t?"].answers == {"i": "\ud800"}


def test_this_process_lives_and_a_finished_one_does_not():
    done = subprocess.Popen([sys.executable, "-c", ""])
    gone = Owner(os.uname().nodename, done.pid, "1")
    done.wait()
    assert alive(this_process())
    assert not alive(gone)
    assert not alive(replace(this_process(), started="1"))


def test_an_owner_elsewhere_cannot_be_asked():
    assert alive(Owner("another-host", 1, "1"))
