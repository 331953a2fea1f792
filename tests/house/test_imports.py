"""What is loaded at run time, seen in clean interpreters: each command pays only for its own."""

import subprocess
import sys

import pytest

from tests.conftest import CONFIG
from tests.contract.runner.processes import PATIENCE

SERVER = {"langgraph_sdk", "httpx", "orjson"}
ENGINE = {"langgraph", "langchain_core", "langchain", "aiosqlite"}
SCREEN = {"textual", "rich"}
LATER = {"pydantic", "sqlite_utils", "jsonschema", "humanize", "markdown_it", "ormsgpack"}


def loaded(code: str, *arguments: str) -> set[str]:
    """The top-level modules that stand in `sys.modules` after `code`, which may exit."""
    return {name.partition(".")[0] for name in modules_after(code, *arguments)}


def modules_after(code: str, *arguments: str) -> set[str]:
    """All modules that stand in `sys.modules` after `code`, which may exit."""
    tell = "print('\\nLOADED', *sys.modules)"
    program = (
        f"import sys, atexit\natexit.register(lambda: {tell})\n"
        f"sys.argv = ['hitl-tui', *{list(arguments)!r}]\n{code}"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    marked = [line for line in done.stdout.splitlines() if line.startswith("LOADED ")]
    assert marked, done.stdout + done.stderr
    return set(marked[-1].split()[1:])


COMMAND = "from hitl_tui.cli.main import main; main()"


@pytest.mark.parametrize("command", ["list", "show", "doctor", "answer"])
def test_the_command_line_loads_neither_textual_nor_langgraph(command, source):
    arguments = {"show": ["refund-1"], "answer": ["refund-1", "--value", '"wrong"']}.get(
        command, []
    )
    config = ["--config", str(CONFIG)]
    modules = loaded(COMMAND, command, str(source), *arguments, *config)
    assert "hitl_tui" in modules
    assert not modules & (ENGINE | SCREEN)


def test_only_a_server_source_loads_what_speaks_to_one(source):
    assert not loaded(COMMAND, "list", str(source)) & SERVER
    assert loaded(COMMAND, "list", "http://127.0.0.1:9") >= {"langgraph_sdk", "httpx"}


def test_opening_a_server_source_waits_for_no_import_of_what_speaks_to_it():
    """The inbox is made on the UI thread; the first request, which loads the rest, is not."""
    made = "from hitl_tui.cli.wiring import connect; from hitl_tui.settings import Settings; "
    assert not loaded(f"{made}connect('http://127.0.0.1:9', Settings(operator='ann'))") & SERVER


def test_the_screen_process_loads_no_langgraph_and_nothing_it_draws_without():
    modules = loaded("import hitl_tui.tui.app, hitl_tui.cli.main, hitl_tui.inbox")
    assert "textual" in modules
    assert not modules & (ENGINE | LATER)


def test_the_package_itself_loads_nothing():
    assert not loaded("import hitl_tui") & (ENGINE | SCREEN | LATER | {"click", "sqlite3"})
