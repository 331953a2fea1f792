"""What cannot work is said once, in words, with what to do; nothing is created, nothing written."""

import ctypes
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.cli import contents, hitl, lines, refusal, run, said, shown, state
from tests.conftest import CONFIG
from tests.contract.runner.processes import PATIENCE

HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute(sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


def missing(path: Path) -> None:
    pass


def empty(path: Path) -> None:
    path.touch()


def text(path: Path) -> None:
    path.write_text("Dear diary,\n" * 400)


def cut(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + bytes(50))


def folder(path: Path) -> None:
    path.mkdir()


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE checkpoints (thread_id TEXT, road TEXT)")
        database.commit()


SOURCES = [
    (missing, "There is no file"), (empty, "is empty"), (text, "is not a SQLite database"),
    (folder, "is a folder"), (foreign, "is no LangGraph checkpointer"), (cut, "is "),
]  # fmt: skip
LOOKS = [["list"], ["list", "--json"], ["show", "t"], ["show", "t", "--json"]]
ACTS = [["answer", "t", "--value", "1"], ["continue", "t"], ["retry", "t"]]


@pytest.mark.parametrize(("make", "words"), SOURCES, ids=lambda v: getattr(v, "__name__", ""))
@pytest.mark.parametrize("call", LOOKS + ACTS, ids=" ".join)
def test_a_source_that_cannot_be_read_is_status_8(tmp_path, make, words, call):
    make(tmp_path / "here.sqlite")
    command, *rest = call
    said = refusal(tmp_path, 8, command, "here.sqlite", *rest, "--config", CONFIG)
    assert said.startswith("Cannot read the checkpoints: ")
    assert words in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(("make", "words"), SOURCES, ids=lambda v: getattr(v, "__name__", ""))
def test_doctor_says_the_same_of_it_and_goes_on(tmp_path, make, words):
    make(tmp_path / "here.sqlite")
    before = contents(tmp_path)
    done = hitl("doctor", tmp_path / "here.sqlite", "--config", CONFIG)
    assert done.returncode == 8
    assert [line for line in done.stdout.splitlines() if line.startswith("BAD") and words in line]
    assert "ok   Graph age loads" in done.stdout
    assert contents(tmp_path) == before


@pytest.mark.parametrize("make", [text, folder, foreign])
def test_start_overwrites_no_file_of_another_kind(tmp_path, make):
    make(tmp_path / "here.sqlite")
    call = ("start", "here.sqlite", "age", "--input", '{"foo": "x"}', "--config", CONFIG)
    refusal(tmp_path, 8, *call)


@pytest.fixture
def held(source: Path) -> Iterator[Path]:
    """A file that another process keeps for itself."""
    with closing(sqlite3.connect(source)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
    with _holding(source, "BEGIN EXCLUSIVE"):
        yield source


@contextmanager
def _holding(source: Path, statement: str) -> Iterator[None]:
    """Another process that holds a lock until the end of the block."""
    command = [sys.executable, "-c", HOLD, str(source), statement]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        yield
        holder.communicate("", timeout=PATIENCE)


@pytest.mark.parametrize("call", [["list"], ["show", "age-1"], ["answer", "age-1", "--text", "x"]])
def test_a_locked_file_is_status_8_and_says_to_wait(held, call):
    command, *rest = call
    said = refusal(held.parent, 8, command, held, *rest, "--config", CONFIG)
    assert "is locked by another program. Try again" in said


def test_a_file_that_another_program_writes_to_can_be_read(source):
    with _holding(source, "BEGIN IMMEDIATE"):
        assert len(lines(hitl("list", source, "--state", "all", "--json"))) == 50


@pytest.mark.slow
def test_an_answer_that_cannot_be_written_is_refused_before_it_runs_and_can_be_sent_again(source):
    with _holding(source, "BEGIN IMMEDIATE"):
        done = run("answer", source, "age-1", "--value", "41")
    assert done.returncode == 8
    assert "database is locked. Nothing was sent." in done.stderr
    assert "Entered the node" not in done.stdout
    assert state(source, "age-1") == "open"
    assert run("answer", source, "age-1", "--value", "41").returncode == 0
    assert shown(source, "age-1")["values"]["human_value"] == 41


@pytest.mark.parametrize("command", [["show"], ["answer", "--value", "1"], ["continue"]])
def test_a_thread_that_does_not_exist_is_status_8(source, command):
    said = refusal(source.parent, 8, command[0], source, "nobody", *command[1:])
    assert said == "No such thread: checkpoints.sqlite has no thread nobody.\n"


def test_help_says_of_each_command_whole_what_it_does():
    told = " ".join(said("--help").stdout.partition("Commands:")[2].split())
    assert "a THREAD that goes on at a server; Ctrl-C leaves it going. cancel" in told
    assert "..." not in told


@pytest.mark.parametrize("command", [["list"], ["answer", "t", "--value", "1"], ["audit"]])
def test_a_folder_without_a_name_is_a_folder_too(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    for nameless in (".", "./", "/"):
        done = said(command[0], nameless, *command[1:])
        assert done.returncode == 8, done.stderr
        assert "is a folder. Name the checkpoint file in it." in done.stderr
    assert contents(tmp_path) == {}


NOTHING_ASKED = [
    ("age-3", "done now. What can be done: nothing."),
    ("encrypted-1", "unreadable now. The value is encrypted (msgpack+aes). What can be done: no"),
    ("approval-gate-1", "What can be done: continue."), ("monthly-report-1", "be done: retry."),
]  # fmt: skip


@pytest.mark.parametrize(("thread", "words"), NOTHING_ASKED)
def test_an_answer_to_what_asks_nothing_is_told_what_can_be_done(source, thread, words):
    done = said("answer", source, thread, "--value", "1", "--config", CONFIG)
    assert (done.returncode, done.stdout) == (5, "")
    assert words in done.stderr


def test_a_file_of_no_answers_is_wrong_usage_and_no_question_that_is_gone(source, tmp_path):
    none = tmp_path / "answers.json"
    for text in ("{}", "[1]", "null"):
        none.write_text(text)
        done = said("answer", source, "trip-1", "--from", none, "--config", CONFIG)
        assert (done.returncode, done.stdout) == (2, "")
        assert "--from must hold an object" in done.stderr


def test_an_audit_without_a_row_says_so_and_one_of_no_source_is_status_8(source, monkeypatch):
    monkeypatch.chdir(source.parent)
    for more, of_it in ([], ""), (["--thread", "x"], "to that thread "):
        done = said("audit", source, *more)
        words = f"Nothing was sent or noted {of_it}from here.\n"
        assert (done.returncode, done.stdout, done.stderr) == (0, "", words)
    for words in (["absent.sqlite"], ["verify"]):  # the second forgot to name it
        done = said("audit", *words)
        assert (done.returncode, done.stdout) == (8, "")
        assert f"There is no file {words[0]}." in done.stderr


@pytest.fixture
def unwritable(seeded: Path) -> Iterator[Path]:
    """A file that one may read, in a folder that one may not write."""
    folder = Path(tempfile.mkdtemp(prefix="hitl-tests-"))
    source = Path(shutil.copy(seeded, folder / "checkpoints.sqlite"))
    source.chmod(0o444)
    folder.chmod(0o555)
    yield source
    folder.chmod(0o755)
    shutil.rmtree(folder)


def give_up_roots_rights() -> None:
    """Before a program starts: folders' permissions hold for root too (man 7 capabilities)."""
    prctl = ctypes.CDLL(None).prctl
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP: the next program starts without it


def test_a_file_in_a_folder_one_may_not_write_can_be_read(unwritable):
    before = contents(unwritable.parent)
    done = hitl("list", unwritable, "--state", "all", "--json", preexec_fn=give_up_roots_rights)
    assert len(lines(done)) == 50
    assert contents(unwritable.parent) == before


def test_without_a_place_for_the_journal_nothing_is_sent(unwritable):
    call = ("answer", unwritable, "age-1", "--value", "41", "--config", CONFIG)
    said = refusal(unwritable.parent, 1, *call, preexec_fn=give_up_roots_rights)
    assert said.startswith("Cannot use the journal: checkpoints.sqlite.hitl.db: ")
    assert "its folder can be written" in said


def test_a_journal_that_is_none_stops_the_answer(source):
    source.with_name("checkpoints.sqlite.hitl.db").write_text("not a journal " * 100)
    said = refusal(source.parent, 1, "answer", source, "age-1", "--value", "1", "--config", CONFIG)
    assert said.startswith("Cannot use the journal: ")
