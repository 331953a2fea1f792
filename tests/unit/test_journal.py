"""The journal: one attempt at a time on a thread, written before it is sent, never lost."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hitl_tui import settled
from hitl_tui.errors import Conflict, JournalError
from hitl_tui.journal.journal import Journal
from hitl_tui.journal.owner import alive, this_process
from hitl_tui.model.attempts import Attempt, Owner
from hitl_tui.model.runs import Outcome, Verb
from tests.conftest import ROOT
from tests.contract.runner.processes import PATIENCE


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


def test_only_its_owner_may_read_the_file_and_what_sqlite_keeps_beside_it(journal, path):
    before = os.umask(0)
    try:
        journal.begin(attempt())
    finally:
        os.umask(before)
    files = sorted(path.parent.iterdir())
    assert [file.name[len(path.name) :] for file in files] == ["", "-shm", "-wal"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_what_is_written_is_on_the_disk(journal, path):
    with journal._store.writing() as db:
        assert next(iter(db.execute("PRAGMA synchronous")))[0] == 2, "FULL"
        assert next(iter(db.execute("PRAGMA journal_mode")))[0] == "wal"


OLDER = """
CREATE TABLE attempts (seq INTEGER PRIMARY KEY, attempt_id TEXT NOT NULL, thread_id TEXT NOT NULL,
    verb TEXT NOT NULL, checkpoint_id TEXT, answers TEXT, operator TEXT NOT NULL, host TEXT,
    pid INTEGER, started TEXT, begun_at TEXT NOT NULL, outcome TEXT, reason TEXT, settled_at TEXT,
    resolved INTEGER NOT NULL DEFAULT 0);
CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT,
    applied_at TEXT);
CREATE UNIQUE INDEX only_once ON _sqlite_migrations (migration_set, name);
INSERT INTO _sqlite_migrations VALUES (1, 'hitl_tui', 'attempts', '2026-01-01');
INSERT INTO attempts VALUES (1, 'a0', 't', 'answer', 'cp1', '{"i": 1}', 'ann', 'gone', 1, '1',
    '2026-01-01T00:00:00+00:00', 'in_doubt', 'killed', '2026-01-01T00:00:00+00:00', 0);
"""


def test_a_journal_of_the_first_version_is_read_and_brought_up_to_date(journal, path):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(OLDER)
    assert journal.unresolved()["t"].reason == "killed", "seen before anything is written"
    with pytest.raises(Conflict, match="Nobody knows"):
        journal.begin(attempt())
    journal.begin(attempt(), instead_of="a0")
    journal.settle("a1", Outcome.FINISHED)
    assert journal.unresolved() == {}
    assert not journal.trail.faults()


def test_a_journal_of_a_later_version_is_left_alone(journal, path):
    journal.begin(attempt())
    journal.settle("a1", Outcome.FINISHED)
    journal.close()
    with closing(sqlite3.connect(path)) as connection:
        later = "INSERT INTO _sqlite_migrations VALUES (99, 'hitl_tui', 'telepathy', '2099')"
        connection.execute(later)
        connection.commit()
    with pytest.raises(JournalError, match=r"later version .*telepathy"):
        journal.begin(attempt("a2"))


MIGRATOR = """
import sys
from pathlib import Path
from hitl_tui.journal import file
from tests.unit.test_journal import PATIENCE, Journal, attempt
file._BUSY = PATIENCE
sys.stdin.readline()
Journal(Path(sys.argv[1])).begin(attempt(sys.argv[2], thread=sys.argv[2]))
"""


def test_processes_that_make_or_migrate_it_at_once_all_succeed(journal, path):
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(OLDER)
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATOR, str(path), f"r{number}"],
            stdin=subprocess.PIPE, cwd=ROOT, text=True,
        )
        for number in range(6)
    ]  # fmt: skip
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        racer.communicate(timeout=PATIENCE)
        assert racer.returncode == 0
    assert len(journal.unresolved()) == 7


def test_one_that_is_replaced_while_it_is_written_to_promises_nothing(journal, path):
    journal.begin(attempt())
    seen = journal.trail.intent

    def swapped(*args):
        seen(*args)
        path.rename(f"{path}.away")

    journal.trail.intent = swapped
    with pytest.raises(JournalError, match="deleted or replaced"):
        journal.begin(attempt("a2", thread="t2"))


def test_each_look_sees_what_others_wrote_and_the_file_that_is_there(journal, path):
    journal.begin(attempt())
    assert set(journal.unresolved()) == {"t"}
    other = Journal(path)
    other.begin(attempt("a2", thread="t2"))
    assert set(journal.unresolved()) == {"t", "t2"}
    other.close()
    path.rename(path.with_name("away"))
    assert journal.unresolved() == {}
    Journal(path).begin(attempt("a3", thread="t3"))
    assert set(journal.unresolved()) == {"t3"}


def test_a_mere_look_keeps_nothing_open(path):
    writing, looking = Journal(path), Journal(path)
    writing.begin(attempt())
    assert set(looking.unresolved()) == {"t"}
    writing.close()
    assert list(path.parent.iterdir()) == [path]  # the last to close took the -wal away
    opened = {os.path.realpath(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")}
    assert str(path) not in opened


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


def test_version_differs_once_more_when_what_was_written_is_surely_read(journal, monkeypatch):
    """A commit may stand in the file before it counts: who looked in between looks again."""
    monkeypatch.setattr(settled, "NS", PATIENCE * 1e9)
    journal.begin(attempt())
    time.sleep(0.05)  # longer than two changes may share a time
    seen = journal.version()
    for long_ago in ("NS", "_SOON_NS"):
        monkeypatch.setattr(settled, long_ago, 0)
    assert journal.version() != seen


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
