"""Graphs that cannot be run are said to be so, with what to do, before anything is written."""

import os
import shutil
import venv
from pathlib import Path

import pytest

from tests.cli import refusal
from tests.conftest import CONFIG, ROOT


@pytest.fixture
def asked(source: Path) -> tuple[Path, list[str]]:
    """A folder with threads in it, and the words that answer one of them."""
    return source.parent, ["answer", str(source), "age-1", "--value", "41"]


@pytest.mark.parametrize(("content", "words"), [
    (None, "does not exist"),
    ('{\n "graphs": {,\n}', "line 2, column 13"),
    ("[]", "must hold a JSON object"),
    ("{}", "declares no graphs"),
    ('{"graphs": {"age": 7}}', "the place of graph 'age' is unclear"),
    ('{"graphs": {"other": "./x.py:graph"}}', "No graph 'age' is declared; there is: other"),
    ('{"graphs": {"age": "./x.py:graph"}, "env": "absent"}', "The env file"),
    ("\udcff", "is not UTF-8 text"),
])  # fmt: skip
def test_a_missing_or_broken_langgraph_json_is_status_8(asked, tmp_path, content, words):
    place, call = asked
    if content is not None:
        (tmp_path / "langgraph.json").write_text(content, errors="surrogateescape")
    said = refusal(place, 8, *call, "--config", tmp_path / "langgraph.json")
    assert said.startswith("Cannot use the graph: ")
    assert words in said


def test_no_langgraph_json_at_all_says_how_to_give_one(asked):
    place, call = asked
    assert "--config langgraph.json, or one graph with --graph" in refusal(place, 8, *call)


@pytest.mark.parametrize(("code", "words"), [
    ("import nothing_of_this_name", "nothing_of_this_name"),
    ("graph = (", "SyntaxError"),
    ("raise RuntimeError('no service')", "no service"),
    ("raise SystemExit(3)", "age.py"),
    ("graph = 3", "is no LangGraph graph"),
    ("other = 3", "has no 'graph'"),
    (None, "age.py"),
])  # fmt: skip
def test_a_graph_that_does_not_load_or_is_none_is_status_8(asked, tmp_path, code, words):
    place, call = asked
    graphs = tmp_path / "graphs"
    graphs.mkdir()
    (graphs / "langgraph.json").write_text('{"graphs": {"age": "./age.py:graph"}}')
    if code is not None:
        (graphs / "age.py").write_text(code)
    said = refusal(place, 8, *call, "--config", graphs / "langgraph.json",
                   env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})  # fmt: skip
    assert said.startswith("Cannot use the graph: ")
    assert words in said


def test_a_thread_started_with_a_graph_that_is_none_leaves_no_file(tmp_path):
    (tmp_path / "langgraph.json").write_text('{"graphs": {"age": "json:dumps"}}')
    said = refusal(tmp_path, 8, "start", "new.sqlite", "age", "--input", "{}")
    assert "is no LangGraph graph" in said


@pytest.fixture(scope="session")
def bare(tmp_path_factory) -> Path:
    """A Python that has nothing but its standard library."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    return folder / "venv" / "bin" / "python"


@pytest.mark.parametrize(("python", "words"), [
    ("absent/python", "There is no Python at"),
    ("no-such-python", "There is no no-such-python on the PATH"),
    (ROOT, "cannot be started"),
    (ROOT / "README.md", "cannot be started"),
    (shutil.which("true"), "could not start a worker"),
    (shutil.which("cat"), "could not start a worker"),
], ids=["absent", "not on the path", "folder", "not executable", "true", "cat"])  # fmt: skip
def test_a_python_that_is_none_is_status_8(asked, python, words):
    place, call = asked
    said = refusal(place, 8, *call, "--config", CONFIG, "--python", python)
    assert said.startswith("Cannot start the graph's Python: ")
    assert words in said
    assert "--python" in said


def test_a_worker_that_is_killed_while_it_starts_is_not_said_to_lack_packages(asked, tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nkill -KILL $$\n")
    python.chmod(0o755)
    place, call = asked
    said = refusal(place, 8, *call, "--config", CONFIG, "--python", python)
    assert "could not start a worker: it was killed by SIGKILL. Try again" in " ".join(said.split())
    assert "Install" not in said


def test_a_python_without_langgraph_is_status_8_and_says_what_to_install(asked, bare):
    place, call = asked
    said = refusal(place, 8, *call, "--config", CONFIG, "--python", bare)
    assert "has no usable LangGraph" in said
    assert "Install langgraph and langgraph-checkpoint-sqlite there" in said
