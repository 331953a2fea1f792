"""What may be loaded before the first rows are drawn, and to list: whatever more is, costs time.

The app runs in a terminal of its own, in a clean interpreter, and tells what is loaded when the
first row of the queue is drawn. Each name that may be there has its reason.
"""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pexpect
import pytest

from hitl_tui.backends.caching import INDEX_FROM
from tests.conftest import CONFIG, ROOT
from tests.contract.runner.processes import PATIENCE
from tests.house.test_imports import COMMAND, modules_after

TELL = """
import json, os, sys
from hitl_tui.cli.main import main

*arguments, into = sys.argv[1:]

def tell():
    with open(into, "w") as file:
        json.dump(sorted(sys.modules), file)
    os._exit(0)

{when}
sys.argv = ["hitl-tui", "open", *arguments]
main()
"""
FIRST_ROW = """
from hitl_tui.tui.widgets.first_rows import FirstRows

draw = FirstRows._row
FirstRows._row = lambda self, *place: tell() if self._rows else draw(self, *place)
"""
SCREEN = """
import hitl_tui.tui.app

def load():
    from hitl_tui.tui.screens.queue import QueueScreen
    from hitl_tui.tui.widgets.answer_pile import Pile

    {then}

hitl_tui.tui.app._load = load
"""
FORM = SCREEN.format(
    then="QueueScreen.on_detail_loaded = lambda self, event: self.call_after_refresh(tell)"
)
FORM_DUE = SCREEN.format(then="Pile._sheet = lambda self, question, beginning: tell()")
PACKAGES = {
    "click",  # the command line
    "click_default_group",
    "hitl_tui",
    "ormsgpack",  # the rows: their blobs
    "platformdirs",  # Textual's own
    "rich",  # Textual draws with it
    "textual",
    "typing_extensions",  # Textual's own
    "xxhash",  # the rows: the ids of what is asked
}
LATER = (
    "hitl_tui.acting",  # single threads are worked on when they are on screen
    "hitl_tui.contracts",
    "hitl_tui.delivery",
    "hitl_tui.sending",
    "hitl_tui.working",
    "hitl_tui.backends.history",
    "hitl_tui.backends.index",  # only a large file has one
    "hitl_tui.cli.looking",
    "hitl_tui.cli.listing",
    "hitl_tui.journal.audit",  # only who writes adds to the trail
    "hitl_tui.journal.intents",
    "hitl_tui.journal.schema",
    "hashlib",  # with OpenSSL, which has to get ready
    "hitl_tui.questions.read",  # a row needs a title, an answer needs the rest
    "hitl_tui.questions.validate",
    "hitl_tui.runner.pool",  # graphs run when somebody answers
    "hitl_tui.runner.worker",
    "hitl_tui.tui.screens",  # loaded beside the first rows
    "hitl_tui.tui.widgets.answer",
    "hitl_tui.tui.widgets.detail",
    "textual.widgets._data_table",
    "textual.widgets._markdown",
    "textual.widgets._text_area",
)
OPEN = PACKAGES | {
    "attr",  # jsonschema's own, these five
    "attrs",
    "jsonschema_specifications",
    "referencing",
    "rpds",
    "jsonschema",  # whether an answer is what the question's schema wants
    "rfc3986_validator",  # the addresses in schemas
}
OPEN_WITHOUT = ("ctypes", "html.entities", "textual.widgets._markdown", "zoneinfo")
LISTING = {"click", "click_default_group", "hitl_tui", "ormsgpack", "xxhash"}
TOLD_WITHOUT = (
    "hashlib",
    "hitl_tui.backends.decode",
    "hitl_tui.backends.derive",
    "hitl_tui.backends.index.desk",
    "hitl_tui.backends.tables",
    "hitl_tui.masks",
    "hitl_tui.model.threads",
    "hitl_tui.questions",
    "json",
    "subprocess",
    "tempfile",
)


@pytest.fixture(scope="module")
def loaded(seeded, tmp_path_factory) -> set[str]:
    """The modules loaded when the first row is drawn."""
    return _loaded(FIRST_ROW, seeded, tmp_path_factory.mktemp("budget"))


def _loaded(when: str, source: Path, folder: Path) -> set[str]:
    """The modules that the app on a source has loaded `when` it calls `tell`."""
    into = folder / "modules.json"
    child = pexpect.spawn(
        sys.executable,
        ["-c", TELL.format(when=when), str(source), "--config", str(CONFIG), str(into)],
        cwd=str(folder),
        dimensions=(36, 120),
        env={"PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)},
        timeout=PATIENCE,
    )
    child.expect(pexpect.EOF)
    child.close()
    return set(json.loads(Path(into).read_text()))


def test_only_these_packages_are_loaded_before_the_first_rows(loaded):
    assert _installed(loaded) <= PACKAGES


def test_what_comes_later_is_not_loaded_before_the_first_rows(loaded):
    assert {"hitl_tui.tui.widgets.first_rows", "hitl_tui.backends.memory_queue"} <= loaded
    assert not [name for name in loaded if name.startswith(LATER)]


def test_an_open_thread_loads_only_what_checks_its_own_schema(seeded, tmp_path):
    """No package of a format that it does not name, and no Markdown that it does not hold."""
    modules = _loaded(FORM, seeded, tmp_path)
    assert {"hitl_tui.tui.widgets.answer_sheet", "jsonschema"} <= modules
    assert _installed(modules) <= OPEN
    assert not [name for name in modules if name.startswith(OPEN_WITHOUT)]


def test_what_a_form_is_made_of_is_loaded_before_the_event_loop_makes_one(seeded, tmp_path):
    modules = _loaded(FORM_DUE, seeded, tmp_path)
    assert {"hitl_tui.tui.widgets.answer_sheet", "textual.widgets._text_area"} <= modules


@pytest.mark.parametrize("words", [["--json"], []], ids=["json", "words"])
def test_only_these_packages_are_loaded_to_list(seeded, words):
    modules = modules_after(COMMAND, "list", str(seeded), "--config", str(CONFIG), *words)
    assert "hitl_tui.cli.listing" in modules
    assert _installed(modules) <= LISTING
    assert not [name for name in modules if name.startswith((*LATER[:5], *LATER[9:-3]))]


def test_a_list_out_of_an_index_loads_nothing_that_reads_threads(seeded, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "checkpoints.sqlite"
    path.write_bytes(seeded.read_bytes())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE large AS SELECT zeroblob({INDEX_FROM})")
    subprocess.run([sys.executable, "-m", "hitl_tui", "index", path], check=True, timeout=PATIENCE)
    modules = modules_after(COMMAND, "list", str(path), "--config", str(CONFIG))
    assert "hitl_tui.backends.index.telling" in modules
    assert _installed(modules) <= LISTING - {"ormsgpack"}
    assert not [name for name in modules if name.startswith(TOLD_WITHOUT)]


def _installed(modules: set[str]) -> set[str]:
    """Packages that are not Python's own."""
    names = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names
    return {name for name in names if not name.startswith("_")}
