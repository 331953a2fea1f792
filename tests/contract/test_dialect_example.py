"""The example of a dialect in a package of its own: installed, read and received."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.contract.runner.processes import PATIENCE

EXAMPLE = ROOT / "graphs" / "dialect_example"
READ = """
import json, sys
from hitl_tui.errors import AnswerRefused
from hitl_tui.model.question import Choice
from hitl_tui.model.threads import Interrupt
from hitl_tui.questions.read import check, encode, read

payload, name, values = json.loads(sys.argv[1])
question = read(Interrupt("1", payload))
try:
    value = encode(question, [Choice(name, values)])
    assert check(question, value) == ()
except AnswerRefused as error:
    value = [str(problem) for problem in error.problems]
names = [decision.name for decision in question.actions[0].decisions]
print(json.dumps([question.dialect, question.title, names, value]))
"""


@pytest.fixture
def ballot(tmp_path):
    """Read a payload, and decide, where the example is installed."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
    info = tmp_path / "hitl_dialect_ballot-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 1\n")
    points = project["entry-points"]["hitl_tui.dialects"]
    lines = ["[hitl_tui.dialects]", *(f"{name} = {place}" for name, place in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines))
    path = os.pathsep.join(map(str, (tmp_path, EXAMPLE, ROOT)))

    def decide(payload, name, values):
        command = [sys.executable, "-c", READ, json.dumps([payload, name, values])]
        environment = os.environ | {"PYTHONPATH": path}
        done = subprocess.run(
            command, capture_output=True, check=True, env=environment, timeout=PATIENCE
        )
        return json.loads(done.stdout)

    return decide


def test_a_ballot_is_read_by_its_dialect(ballot):
    asked = {"ballot": "Move to Lyon?"}
    assert ballot(asked, "yes", {}) == ["ballot", "Move to Lyon?", ["yes", "no"], {"vote": "yes"}]


def test_a_no_needs_its_reason(ballot):
    asked = {"ballot": "Move to Lyon?", "may_abstain": True}
    *_, names, refused = ballot(asked, "no", {})
    assert (names, refused) == (["yes", "no", "abstain"], ["reason: is required"])
    *_, sent = ballot(asked, "no", {"reason": "too far"})
    assert sent == {"vote": "no", "reason": "too far"}


def test_other_payloads_stay_what_they_were(ballot):
    assert ballot({"ballots": 3}, "answer", {"value": 1})[0] == "plain"


def test_the_readme_shows_the_entry_point_that_is_declared():
    points = '[project.entry-points."hitl_tui.dialects"]\n'
    declared = (EXAMPLE / "pyproject.toml").read_text()
    shown = (EXAMPLE / "README.md").read_text().replace("\n   ", "\n")
    line = declared.partition(points)[2].splitlines()[0]
    assert points + line in shown
    assert Path(EXAMPLE / "ballot_dialect.py").exists()
