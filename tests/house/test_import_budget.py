"""What may be loaded before the first rows are painted: each module here has its reason.

The app runs in a terminal of its own, in a clean interpreter, and tells what is loaded when the
queue draws its first line.
"""

import json
import sys
from pathlib import Path

import pexpect
import pytest

from tests.conftest import ROOT

TELL = """
import json, os, sys
from hitl_tui.tui.widgets.thread_list import ThreadList
from hitl_tui.cli.main import main

*arguments, into = sys.argv[1:]

def tell(self, y):
    with open(into, "w") as file:
        json.dump(sorted(sys.modules), file)
    os._exit(0)

ThreadList.render_line = tell
sys.argv = ["hitl-tui", "open", *arguments]
main()
"""
NEEDED = {
    "click",  # the command line
    "click_default_group",
    "hitl_tui",
    "ormsgpack",  # the rows: their blobs, read while the screen is imported
    "platformdirs",  # Textual's own
    "rich",  # Textual draws with it
    "textual",
    "typing_extensions",  # Textual's own
    "xxhash",  # the rows: the ids of what is asked
}
LATER = (
    "hitl_tui.backends.index",  # only a large file has one
    "hitl_tui.cli.looking",
    "hitl_tui.cli.acting",
    "hitl_tui.cli.answering",
    "hitl_tui.cli.auditing",
    "hitl_tui.cli.indexing",
    "hitl_tui.runner.worker",
    "hitl_tui.settings_model",  # only what is set needs pydantic
    "hitl_tui.tui.widgets.action_form",  # what can be answered comes after the first paint
    "hitl_tui.tui.widgets.answer_form",
    "hitl_tui.tui.widgets.inputs",
    "textual.widgets._data_table",
    "textual.widgets._markdown",
)


@pytest.fixture(scope="module")
def loaded(seeded, tmp_path_factory) -> set[str]:
    """The modules loaded when the first line of the queue is drawn."""
    folder = tmp_path_factory.mktemp("budget")
    into = folder / "modules.json"
    child = pexpect.spawn(
        sys.executable,
        ["-c", TELL, str(seeded), str(into)],
        cwd=str(folder),
        dimensions=(36, 120),
        env={"PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    child.expect(pexpect.EOF)
    child.close()
    return set(json.loads(Path(into).read_text()))


def test_only_these_packages_are_loaded_before_the_first_paint(loaded):
    installed = {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names
    private = {name for name in installed if name.startswith("_")}
    assert installed - private - {"__main__"} <= NEEDED


def test_what_comes_later_is_not_loaded_before_the_first_paint(loaded):
    assert "hitl_tui.tui.widgets.thread_list" in loaded
    assert "hitl_tui.backends.memory_queue" in loaded
    assert not [name for name in loaded if name.startswith(LATER)]
