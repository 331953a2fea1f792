"""What is printed may find no reader or no room: the run goes on, and no traceback is shown."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from hitl_tui.journal.journal import Journal
from hitl_tui.notebook import Notebook
from tests.cli import state
from tests.conftest import CONFIG

FULL = Path("/dev/full")


def call(*arguments: object, out: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hitl_tui", *map(str, arguments)]
    return subprocess.run(
        command, stdout=out, stderr=subprocess.PIPE, text=True, timeout=90, check=False
    )  # type: ignore[call-overload]


@pytest.fixture
def nobody():
    """The writing end of a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@pytest.mark.parametrize(
    "words",
    [
        ("list", "FILE"),
        ("list", "FILE", "--json"),
        ("list", "FILE", "--group-by", "graph"),
        ("show", "FILE", "refund-1"),
        ("doctor", "FILE", "--config", CONFIG),
        ("audit", "FILE"),
    ],
    ids=lambda words: " ".join(map(str, words[:3])),
)
def test_what_only_prints_ends_with_its_reader(source, nobody, words):
    with closing(Journal(source.with_name(f"{source.name}.hitl.db"))) as journal:
        Notebook(journal, "ann", read_only=False).claim("refund-1")  # something to audit
    done = call(*[source if word == "FILE" else word for word in words], out=nobody)
    assert (done.returncode, done.stderr) == (-signal.SIGPIPE, "")


def test_a_run_goes_on_without_a_reader(source, nobody):
    done = call("answer", source, "age-1", "--value", "41", "--config", CONFIG, out=nobody)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert state(source, "age-1") == "done"


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
def test_no_room_for_the_output_is_said_and_stops_no_run(source):
    with FULL.open("w") as full:
        shown = call("list", source, out=full)
        answered = call("answer", source, "age-1", "--value", "4", "--config", CONFIG, out=full)
    assert shown.returncode == 1
    assert shown.stderr == "The output cannot be written: No space left on device.\n"
    assert answered.returncode == 0
    assert "The output cannot be written" in answered.stderr
    assert "Traceback" not in answered.stderr
    assert state(source, "age-1") == "done"
