"""Files that are locked, read-only, deleted, replaced or full: refused, or in doubt, and told."""

import json
import os
import shutil
import subprocess
import threading
import warnings
from contextlib import closing, contextmanager, suppress
from sqlite3 import connect

import pytest

from hitl_tui.cli.wiring import journal_path
from hitl_tui.journal import file as journal_file
from hitl_tui.model.threads import ThreadState
from tests.contract.runner.processes import soon
from tests.contract.send.driver import looked
from tests.contract.send.office import Office, answer

S = ThreadState


@contextmanager
def locked(path, seconds=None):
    """Another program writes the file: for so long, or until this ends."""
    with closing(connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(seconds or 0, other.rollback)
        if seconds:
            timer.start()
        yield
        timer.cancel()
        if other.in_transaction:
            other.rollback()
        if seconds:
            timer.join()


def begun(office, **options):
    """An answer whose effect has happened, and whose node waits; `settle` lets it go on."""
    office.start("t")
    office.switch("hang", on=True)
    inbox = office.inbox(**options)
    asked, seen = looked(inbox, "t")
    events = inbox.answer("t", {asked: "yes"}, seen=seen)
    next(events)
    assert soon(office.effects)

    def settle():
        office.switch("hang", on=False)
        return list(events)[-1].data

    return inbox, settle


def outcomes(inbox):
    """What the trail says of how attempts ended."""
    rows = [row for row in inbox.audit("t") if row["kind"] == "outcome"]
    return [json.loads(row["data"])["outcome"] for row in rows]


class TestTheCheckpointsAreLocked:
    def test_before_for_a_moment(self, office):
        office.start("t")
        inbox = office.inbox()
        question = looked(inbox, "t")
        with locked(office.source, 0.5):
            assert answer(inbox, "t", "yes", question)["outcome"] == "finished"
        assert office.effects() == ["yes"]

    def test_during_for_a_moment(self, office):
        _inbox, settle = begun(office)
        with locked(office.source, 0.5):
            assert settle()["outcome"] == "finished"
        assert office.state() == "done"

    def test_after(self, office):
        office.start("t")
        lock = locked(office.source)
        inbox = office.inbox(step=lambda name: lock.__enter__() if name == "over" else None)
        told = answer(inbox, "t", "yes")
        assert (told["outcome"], outcomes(inbox)) == ("finished", ["finished"])
        lock.__exit__(None, None, None)
        assert office.state() == "done"

    @pytest.mark.slow
    def test_before_for_longer_than_anybody_waits(self, office):
        office.start("t")
        inbox = office.inbox()
        with locked(office.source):
            told = answer(inbox, "t", "yes")
            assert told["outcome"] == "SourceError"
            assert "locked" in told["reason"]
            assert (office.state(), office.effects()) == ("open", [])
        assert outcomes(inbox) == ["refused"]

    @pytest.mark.slow
    def test_during_for_longer_than_anybody_waits(self, office):
        inbox, settle = begun(office)
        with locked(office.source):
            assert settle()["outcome"] == "in_doubt"
            assert office.state() == "in_doubt"
        assert (office.state(), office.effects(), outcomes(inbox)) == (
            "in_doubt", ["yes"], ["in_doubt"],
        )  # fmt: skip


class TestTheCheckpointsGoAway:
    def test_deleted_before_is_refused_and_not_made_again(self, office):
        office.start("t")
        inbox = office.inbox()
        question = looked(inbox, "t")
        office.source.unlink()
        assert answer(inbox, "t", "yes", question)["outcome"] == "SourceError"
        assert not office.source.exists()

    def test_deleted_between_the_intent_and_the_last_look_sends_nothing(self, office):
        office.start("t")
        delete = {"intent": office.source.unlink}
        inbox = office.inbox(step=lambda name: delete.get(name, int)())
        assert answer(inbox, "t", "yes")["outcome"] == "SourceError"
        assert (office.effects(), outcomes(inbox)) == ([], ["refused"])

    def test_deleted_while_the_graph_runs_is_in_doubt(self, office):
        inbox, settle = begun(office)
        office.source.rename(f"{office.source}.away")
        end = settle()
        assert end["outcome"] == "in_doubt"
        assert "deleted or replaced" in end["reason"]
        assert outcomes(inbox) == ["in_doubt"]

    def test_replaced_by_its_backup_while_the_graph_runs_is_in_doubt(self, office, tmp_path):
        """The backup shows the question untouched: it must not look open."""
        office.start("t")
        shutil.copy(office.source, tmp_path / "backup")
        office.source.unlink()
        shutil.copy(tmp_path / "backup", office.source)
        office.switch("hang", on=True)
        inbox = office.inbox()
        asked, seen = looked(inbox, "t")
        events = inbox.answer("t", {asked: "yes"}, seen=seen)
        next(events)
        assert soon(office.effects)
        for name in ("", "-wal", "-shm"):
            office.source.with_name(f"{office.source.name}{name}").unlink(missing_ok=True)
        shutil.copy(tmp_path / "backup", office.source)
        office.switch("hang", on=False)
        assert list(events)[-1].data["outcome"] == "in_doubt"
        opened = inbox.open("t").thread
        assert (opened.state, opened.interrupts[0].id) == (S.IN_DOUBT, asked)

    def test_replaced_by_something_else_is_refused(self, office):
        office.start("t")
        inbox = office.inbox()
        question = looked(inbox, "t")
        office.source.write_text("shopping list\n" * 500)
        assert answer(inbox, "t", "yes", question)["outcome"] == "SourceError"
        assert office.source.read_text().startswith("shopping list")


class TestTheJournal:
    def test_one_that_is_locked_for_too_long_stops_everything(self, office, monkeypatch):
        office.start("t")
        inbox = office.inbox()
        inbox.notes.save_draft("t", "i", "x")
        question = looked(inbox, "t")
        monkeypatch.setattr(journal_file, "_BUSY", 0.2)
        inbox._journal.close()
        with locked(f"{office.source}.hitl.db"):
            told = answer(inbox, "t", "yes", question)
        assert told["outcome"] == "JournalError"
        assert "Nothing is sent without it" in told["reason"]
        assert (office.effects(), office.state()) == ([], "open")

    def test_one_that_cannot_be_written_at_the_end_is_told_and_written_later(
        self, office, monkeypatch
    ):
        inbox, settle = begun(office, lease=6.0)
        monkeypatch.setattr(journal_file, "_BUSY", 0.2)
        inbox._journal.close()
        with locked(f"{office.source}.hitl.db"):
            end = settle()
            assert end["outcome"] == "finished"
            assert "The journal does not know how it ended" in end["reason"]
        assert soon(lambda: outcomes(inbox) == ["finished"])
        assert office.state() == "done"

    def test_one_that_is_deleted_after_the_intent_sends_nothing(self, office):
        office.start("t")
        journal = office.source.with_name(f"{office.source.name}.hitl.db")
        delete = {"intent": lambda: [path.unlink() for path in journal.parent.glob("*.hitl.db*")]}
        inbox = office.inbox(step=lambda name: delete.get(name, int)())
        told = answer(inbox, "t", "yes")
        assert told["outcome"] == "JournalError"
        assert office.effects() == []

    def test_one_that_is_deleted_while_the_graph_runs_does_not_stop_it(self, office):
        _inbox, settle = begun(office)
        for path in office.source.parent.glob("*.hitl.db*"):
            path.unlink()
        end = settle()
        assert end["outcome"] == "finished"
        assert "deleted or replaced" in end["reason"]


@pytest.fixture
def small(tmp_path):
    """A file system of one megabyte, mounted; skips, and says so, where that is not allowed."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() or not shutil.which("mount") or subprocess.call(mount, stderr=-3):
        warnings.warn("NOT TESTED: no file system can be mounted here", UserWarning, stacklevel=1)
        pytest.skip("NOT TESTED: a full and a read-only disk, for want of a right to mount one")
    yield folder
    subprocess.check_call(["umount", "-l", str(folder)])


@pytest.fixture
def there(small, tmp_path):
    """An office whose checkpoints lie on the small file system; effects happen elsewhere."""
    made = Office(small)
    made.effects_file = tmp_path / "effects"
    yield made
    made.switch("hang", on=False)
    made.close()


def fill(folder):
    """Leave no room for a single page."""
    with open(folder / "ballast", "wb", buffering=0) as ballast, suppress(OSError):
        while ballast.write(bytes(1024)):
            continue
    assert shutil.disk_usage(folder).free < 4096


class TestTheDisk:
    def test_one_that_is_full_stops_everything(self, there, small):
        there.start("t")
        inbox = there.inbox()
        question = looked(inbox, "t")
        fill(small)
        told = answer(inbox, "t", "yes", question)
        assert told["outcome"] == "JournalError"
        assert there.effects() == []
        (small / "ballast").unlink()
        assert there.state() == "open"
        assert answer(inbox, "t", "yes", question)["outcome"] == "finished"

    def test_one_that_fills_up_while_the_graph_runs_leaves_a_doubt(self, there, small):
        inbox, settle = begun(there, lease=6.0)
        fill(small)
        end = settle()
        assert end["outcome"] == "in_doubt"
        assert "could not be written" in end["reason"]
        (small / "ballast").unlink()
        assert soon(lambda: outcomes(inbox) == ["in_doubt"])
        assert there.state() == "in_doubt"
        assert there.effects() == ["yes"]

    def test_one_that_is_read_only_refuses(self, there, small):
        there.start("t")
        inbox = there.inbox()
        question = looked(inbox, "t")
        subprocess.check_call(["mount", "-o", "remount,ro", str(small)])
        assert inbox.open("t").thread.state is S.OPEN
        assert answer(inbox, "t", "yes", question)["outcome"] == "JournalError"
        assert there.effects() == []

    def test_a_read_only_source_beside_a_journal_that_can_be_written_refuses(self, there):
        there.start("t")
        source = str(there.source)
        subprocess.check_call(["mount", "--bind", source, source])
        try:
            subprocess.check_call(["mount", "-o", "remount,ro,bind", source])
            inbox = there.inbox()
            told = answer(inbox, "t", "yes")
            assert told["outcome"] == "SourceError"
            assert "readonly" in told["reason"]
            assert there.effects() == []
            assert outcomes(inbox) == ["refused"]
        finally:
            subprocess.check_call(["umount", "-l", source])


@pytest.mark.parametrize("name", ["link.sqlite", "sqlite:///{}/link.sqlite", "sqlite:///{}/a%20b"])
def test_all_names_of_a_file_lead_to_one_journal(tmp_path, name):
    for link in ("link.sqlite", "a b"):
        (tmp_path / link).symlink_to(tmp_path / "threads.sqlite")
    named = name.format(tmp_path) if "{}" in name else str(tmp_path / name)
    assert journal_path(named) == tmp_path / "threads.sqlite.hitl.db"
