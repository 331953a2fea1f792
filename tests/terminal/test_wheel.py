"""The wheel, installed where nothing else is, does all that the checkout does."""

import json
import os
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.conftest import CONFIG, ROOT
from tests.environments import environment, holds
from tests.terminal.terminal import Terminal
from tests.terminal.using import leave, ready

GRAPH = """
from typing import TypedDict

from langgraph.graph import START, StateGraph
from langgraph.types import interrupt


class State(TypedDict, total=False):
    age: int


def ask(state: State) -> State:
    return {"age": interrupt("How old?")}


graph = StateGraph(State).add_node("ask", ask).add_edge(START, "ask").compile()
"""


@pytest.fixture
def installed(tmp_path_factory) -> Path:
    """The command of a fresh environment with the wheel in it, and what the wheel asks for."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT]
    subprocess.run(build, check=True, timeout=300)
    (wheel,) = folder.glob("hitl_tui-*.whl")
    python = environment(folder / "venv", wanted_by(wheel))
    install = [*pip, "--python", python, "install", "--quiet", "--no-deps", wheel]
    subprocess.run(install, check=True, timeout=300)
    return folder / "venv" / "bin" / "hitl-tui"


def wanted_by(wheel: Path) -> list[str]:
    """The requirements that a wheel names, without those of its extras."""
    with zipfile.ZipFile(wheel) as opened:
        (metadata,) = (name for name in opened.namelist() if name.endswith("/METADATA"))
        told = Parser().parsestr(opened.read(metadata).decode())
    named = [Requirement(each) for each in told.get_all("Requires-Dist")]
    return [str(each) for each in named if holds(each)]


def called(command: Path, folder: Path, *words: str, status: int = 0) -> list[dict]:
    """What a call in `folder` prints as JSON."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME")}
    done = subprocess.run(
        [command, *words, "--json"],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False, env=kept,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.slow
def test_the_wheel_works_where_nothing_else_is_installed(installed, source, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    starts_lists_shows_answers_and_opens(installed, folder)
    runs_graphs_of_another_environment(installed, source)


def starts_lists_shows_answers_and_opens(installed: Path, folder: Path) -> None:
    (folder / "agent.py").write_text(GRAPH)
    (folder / "langgraph.json").write_text('{"graphs": {"agent": "./agent.py:graph"}}')
    start = ("start", "a.sqlite", "agent", "--input", "{}", "--thread", "t")
    assert called(installed, folder, *start, status=3)[-1]["outcome"] == "paused"
    assert [row["title"] for row in called(installed, folder, "list", "a.sqlite")] == ["How old?"]
    terminal = Terminal(str(installed), "a.sqlite", cwd=folder)
    ready(terminal)
    terminal.wait_for("How old?")
    leave(terminal)
    assert called(installed, folder, "answer", "a.sqlite", "t", "--value", "41")
    (shown,) = called(installed, folder, "show", "a.sqlite", "t")
    assert (shown["state"], shown["values"]) == ("done", {"age": 41})


def runs_graphs_of_another_environment(installed: Path, source: Path) -> None:
    """Here the samples and LangChain are installed, and not where the command is."""
    words = ("answer", str(source), "mailer-1", "--decision", "approve")
    where = ("--config", str(CONFIG), "--python", sys.executable)
    events = called(installed, source.parent, *words, *where)
    assert events[-1]["outcome"] == "finished"
