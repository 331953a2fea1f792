"""A second process reads half of a file for a build: whatever happens, the index is the same."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from hitl_tui.backends.caching import Caching
from hitl_tui.backends.connect import index_for
from hitl_tui.backends.index import news, second
from hitl_tui.backends.index.keeper import Keeper
from hitl_tui.backends.index.place import Place
from hitl_tui.backends.index.store import Store
from hitl_tui.backends.index.sweep import Sweep
from hitl_tui.backends.sqlite_file import SqliteFile
from hitl_tui.questions.read import described
from tests.benchmarks import source as many
from tests.contract.indexes import contents
from tests.contract.runner.processes import PATIENCE, soon

COUNT = 2000


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("many") / "checkpoints.sqlite"
    many.build(path, COUNT, real=20)
    return path


@pytest.fixture(scope="module")
def alone(path):
    """What an index holds that one process built."""
    build(path, path.with_name("alone"), ())
    return contents(path.with_name("alone"), path)


@pytest.fixture
def added(monkeypatch):
    """How many threads came from a second process, which is started for any file here."""
    monkeypatch.setattr(second, "_WORTH", 0)
    monkeypatch.setattr(second, "_STARTING", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    found, add = [], Sweep._add
    monkeypatch.setattr(
        Sweep, "_add", lambda self, batch: (found.extend(batch.added), add(self, batch))
    )
    return found


def command(path: Path) -> tuple[str, ...]:
    return (sys.executable, "-m", "hitl_tui", "index", "--part", "--", str(path))


def build(path, folder, with_help, told=lambda batches: None):
    caching = Caching(folder, index_from=0)
    with closing(index_for(str(path), caching, described, with_help)) as desk:
        assert desk.build(told)
        assert desk.store.meta().swept == 0, "what was built had to be put right"


@pytest.mark.parametrize("slow", [0, 1])
def test_two_processes_make_the_index_that_one_makes(
    slow, path, alone, added, tmp_path, monkeypatch
):
    """Whichever of them is the first to be done; no thread is looked for in the index."""
    monkeypatch.setattr(news, "_put", None)
    build(path, tmp_path, command(path), lambda batches: time.sleep(slow * (batches == 1)))
    assert COUNT / 2 < len(added) < COUNT
    assert contents(tmp_path, path) == alone


def test_a_small_file_is_read_alone(path, alone, added, tmp_path, monkeypatch):
    monkeypatch.setattr(second, "_WORTH", 1 << 40)
    build(path, tmp_path, command(path))
    assert added == []
    assert contents(tmp_path, path) == alone


CUT = ("sh", "-c", '"$@" | head -c 300000', "sh")
FAILING = {
    "cannot be started": lambda path: ("/nowhere/python",),
    "ends at once": lambda path: (sys.executable, "-c", ""),
    "says nonsense": lambda path: ("sh", "-c", "echo What is this? No frame."),
    "is cut off in the middle": lambda path: (*CUT, *command(path)),
}


@pytest.mark.parametrize("how", FAILING)
def test_where_it_fails_the_build_goes_on_alone(how, path, alone, added, tmp_path):
    build(path, tmp_path, FAILING[how](path))
    assert (0 < len(added) < COUNT / 2) == (how == "is cut off in the middle")
    assert contents(tmp_path, path) == alone


def test_what_others_write_into_the_index_meanwhile_is_no_hindrance(path, alone, added, tmp_path):
    """A screen has read a thread anew that the second process is about to send."""

    def meddle(batches):
        if batches == 1:
            names = [many.thread_id(COUNT - 1), many.thread_id(COUNT - 2)]
            with closing(Store(Place(tmp_path, path))) as store:
                Keeper(SqliteFile(path), store, described).refresh(names)

    build(path, tmp_path, command(path), meddle)
    assert len(added) > COUNT / 2
    assert contents(tmp_path, path) == alone


BUILDER = """
import sys, time
from pathlib import Path
from hitl_tui.backends.index import second
second._WORTH, second._STARTING, enter = 0, 0, second.Second.__enter__

def told(self):
    entered = enter(self)
    print(self._process.pid, flush=True)
    return entered

second.Second.__enter__ = told
second.os.cpu_count = lambda: 2
from tests.contract.test_index_second import build, command
path, folder = map(Path, sys.argv[1:])
build(path, folder, command(path), lambda batches: time.sleep(3600 if batches > 1 else 0))
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_the_builder_and_the_next_one_goes_on(how, path, alone, tmp_path):
    builder = subprocess.Popen(
        (sys.executable, "-c", BUILDER, path, tmp_path), stdout=subprocess.PIPE, text=True
    )
    helper = int(builder.stdout.readline())
    _until(lambda: len(_so_far(tmp_path, path)) > 0)
    builder.send_signal(how)
    builder.wait(PATIENCE)
    builder.stdout.close()
    _until(lambda: not Path(f"/proc/{helper}").exists())
    assert 0 < len(_so_far(tmp_path, path)) < COUNT
    build(path, tmp_path, ())
    assert contents(tmp_path, path) == alone


def _so_far(folder, path):
    try:
        return contents(folder, path)
    except Exception:  # noqa: BLE001 - it is being made
        return []


def _until(condition):
    assert soon(condition), "it did not come about"
