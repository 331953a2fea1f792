"""Graphs run in an environment of their own that has LangGraph and knows nothing of hitl-tui."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from hitl_tui.runner.pool import Pool
from hitl_tui.runner.spec import RunnerSpec
from tests.contract.runner.world import CONFIG, World, outcome, printed, told
from tests.environments import environment

NEEDED = ("langgraph", "langgraph-checkpoint-sqlite")


@pytest.fixture
def other_python(tmp_path) -> Path:
    """The Python of an environment with just what is needed."""
    return environment(tmp_path / "other", NEEDED)


@pytest.mark.slow
def test_graphs_run_in_another_environment(other_python, tmp_path):
    command = [other_python, "-c", "import hitl_tui"]
    missing = subprocess.run(command, capture_output=True, cwd="/", check=False)
    assert b"ModuleNotFoundError" in missing.stderr
    pool = Pool(RunnerSpec(python=other_python, config=CONFIG))
    world = World(pool, tmp_path / "threads.sqlite")
    assert told(world.start(), "interrupt")
    assert "first\nraw\n" in printed(events := world.answer("speak"))
    assert outcome(events) == "finished"
    assert [text for well, text in pool.doctor() if not well and "needy" not in text] == []
    pool.close()


@pytest.mark.slow
def test_an_environment_without_langgraph_is_named(tmp_path):
    venv.create(tmp_path / "empty", with_pip=False)
    pool = Pool(RunnerSpec(python=tmp_path / "empty" / "bin" / "python", config=CONFIG))
    assert sys.executable != str(tmp_path / "empty" / "bin" / "python")
    ((_, declared), (well, text)) = pool.doctor()
    assert not well
    assert "No module named 'langgraph'" in text
    assert str(tmp_path / "empty") in text
    assert declared
    pool.close()
