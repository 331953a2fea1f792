"""What rows need of a journal is read once a state of its file, or as long as that may change."""

import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from hitl_tui import settled
from hitl_tui.journal.file import JournalFile
from hitl_tui.journal.journal import Journal
from hitl_tui.notebook import Notebook
from tests.contract.runner.processes import PATIENCE

LONG_AGO = time.time_ns() - 60_000_000_000


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.sqlite.hitl.db"


@pytest.fixture
def ann(path):
    """An operator's notes, over a journal of her own."""
    journal = Journal(path)
    yield Notebook(journal, "ann", read_only=False)
    journal.close()


@pytest.fixture
def reads(monkeypatch):
    """The statements that are read."""
    found, read = [], JournalFile.read
    monkeypatch.setattr(
        JournalFile,
        "read",
        lambda self, sql, values=(): found.append(sql) or read(self, sql, values),
    )
    return found


def settle(path):
    """Let the last write be long ago."""
    for name in (path, path.with_name(f"{path.name}-wal")):
        if name.exists():
            os.utime(name, ns=(LONG_AGO, LONG_AGO))


def in_an_hour():
    return datetime.now(UTC) + timedelta(hours=1)


def test_marks_are_read_once_until_somebody_writes(path, ann, reads):
    ann.snooze("a", in_an_hour())
    settle(path)
    assert ann.marks().keys() == ann.marks().keys() == {"a"}
    assert len(reads) == 1
    other = Notebook(Journal(path), "bob", read_only=False)
    other.claim("b")
    assert ann.marks().keys() == {"a", "b"}
    settle(path)
    assert ann.marks().keys() == {"a", "b"}


def test_right_after_a_write_they_are_read_each_time(path, ann, reads, monkeypatch):
    """Its commit may be under way: its bytes are in the file, and it does not count yet."""
    monkeypatch.setattr(settled, "NS", PATIENCE * 1e9)
    ann.snooze("a", in_an_hour())
    for _ in range(3):
        assert ann.marks()
    assert len(reads) == 3


def test_a_mark_ends_in_its_time_though_nobody_writes(path, ann, reads, monkeypatch):
    ann.snooze("a", in_an_hour())
    ann.claim("b")
    settle(path)
    assert ann.marks().keys() == {"a", "b"}
    later = (datetime.now(UTC) + timedelta(minutes=45)).isoformat()
    monkeypatch.setattr("hitl_tui.journal.notes.now", lambda: later)
    assert ann.marks().keys() == {"a"}
    assert len(reads) == 1
