"""Eight answers that share a commit: killed between any two steps, and a disk that fails them."""

import json
import subprocess
import sys
import warnings

import pytest

from hitl_tui.carrying import carry
from tests.conftest import ROOT
from tests.contract.runner.processes import PATIENCE
from tests.contract.send.office import Office
from tests.contract.send.sharing import SHARING, mounted

EIGHT = tuple(f"t{number}" for number in range(SHARING))

STATES = {
    None: {"open"},
    0: {"in_doubt"},
    # what is stopped between a node's writes and the next checkpoint is a run that stopped
    4: {"done", "in_doubt", "paused"},
    8: {"done"},
}

REASONS = {"growth": "disk I/O error", "room": "database or disk is full"}


def operator(verb, source, *words):
    """What an operator's process printed, and how it ended."""
    command = [sys.executable, "-m", "tests.contract.send.shared_driver", verb, str(source)]
    options = {"capture_output": True, "text": True, "cwd": ROOT, "timeout": 2 * PATIENCE}
    ended = subprocess.run([*command, *words], check=False, **options)
    return ended.stdout.splitlines(), ended


@pytest.mark.parametrize(
    ("at", "when", "begun", "effects"),
    [
        ("intents", "written", 0, 0),
        ("intents", "20000", 0, 0),
        ("intents", "committed", 8, 0),
        ("permit", "1", 8, 0),
        ("sent", "3", 8, 4),
        ("outcomes", "written", 8, 8),
        ("outcomes", "20000", 8, 8),
        ("outcomes", "committed", 8, 8),
    ],
)
def test_one_that_is_killed(office, at, when, begun, effects):
    office.start(*EIGHT)
    asked = {name: office.inbox().open(name).thread.interrupts[0].id for name in EIGHT}
    printed, ended = operator("kill", office.source, at, when, *EIGHT)
    assert ended.returncode == (-25 if when == "20000" else -9), ended.stderr
    inbox = office.inbox("ann")
    before = office.effects()
    members = inbox.batches.members(printed[0])
    assert [m.begun for m in members].count(True) == begun, "all of a commit or nothing"
    assert len(before) <= effects
    assert len(before) == effects or (at == "sent" and before), "two workers fell with it"
    known = when == "committed" and at == "outcomes"
    for member in members:
        state = inbox.open(member.thread_id).thread.state.value
        assert member.outcome == ("finished" if known else "in_doubt" if begun else None)
        assert state in (
            {"done"} if effects == 8 else {"done", "in_doubt", "paused"} if begun else {"open"}
        )
        assert state != "done" or asked[member.thread_id] in before
    told = {each.thread_id: each for each in carry(inbox, printed[0], at_once=2)}
    assert told.keys() == set(EIGHT)
    assert sorted(office.effects()) == sorted(before if begun else asked.values())
    assert not inbox.audit_faults()


@pytest.fixture
def small(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    if not mounted(folder, "4m"):
        warnings.warn("NOT TESTED: no file system can be mounted here", UserWarning, stacklevel=1)
        pytest.skip("NOT TESTED: a full disk, for want of a right to mount one")
    yield folder
    subprocess.check_call(["umount", "-l", str(folder)])


@pytest.mark.parametrize("kind", ["growth", "room"])
def test_a_disk_that_fails_at_any_write(request, tmp_path, kind):
    """Each write of the batch, of its intents and of its outcomes is once the one that fails."""
    there = Office(request.getfixturevalue("small") if kind == "room" else tmp_path)
    there.effects_file = tmp_path / "effects"
    threads = [f"t{number}" for number in range(5 * SHARING)]
    there.start(*threads)
    printed, ended = operator("faults", there.source, kind, str(there.effects_file), *threads)
    assert ended.returncode == 0, ended.stderr
    lines = {"batch": [], "intents": [], "outcomes": []}
    for line in map(json.loads, printed):
        lines[line["what"]].append(line)
        assert line["trail"] == []
        assert len(line["effects"]) == len(set(line["effects"])), "nothing had its effect twice"
    for what, before in (("batch", 8), ("intents", 8)):
        *failed, well = lines[what]
        assert len(failed) > 4, "there are several writes, and each was tried"
        assert {len(line["effects"]) for line in failed} == {before}, "nothing was sent"
        told = [line["ended"]["JournalError"] for line in failed]
        assert all("disk has room" in each for each in told)
        assert any(REASONS[kind] in each for each in told)
        assert isinstance(well["ended"], str) == (what == "batch")
    first = lines["intents"][-1]["ended"]  # where the checkpoints had no room either
    doubts = [name for name, (outcome, _) in first.items() if outcome == "in_doubt"]
    assert not doubts or kind == "room"
    assert {outcome for outcome, _ in first.values()} <= {"finished", "in_doubt"}
    for number, line in enumerate(lines["outcomes"]):
        assert len(line["effects"]) == 8 * (number + 3)
        assert [outcome for outcome, _ in line["ended"].values()] == ["finished"] * 8
        assert all("journal does not know" in reason for _, reason in line["ended"].values())
        assert line["settled"], "it was written as soon as it could be"
    for name in threads:
        assert there.state(name) == ("in_doubt" if name in doubts else "done")
    there.close()


def test_a_journal_that_cannot_be_made_whole_is_made_later(tmp_path):
    """Each write that makes it and its tables is once the one that fails; then the disk is well."""
    printed, ended = operator("made", tmp_path)
    assert ended.returncode == 0, ended.stderr
    *failed, well = map(json.loads, printed)
    assert len(failed) > 5
    assert all("disk I/O error" in line["first"]["JournalError"] for line in failed)
    assert well["first"] is None
    for line in failed:
        assert line["then"] is None
        assert (line["choices"], line["trail"]) == ({"t": "g"}, [])
