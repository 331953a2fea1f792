"""What the README has a newcomer install is enough for what it then has them run."""

import ast
import re
import sys
from importlib.metadata import packages_distributions, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

_BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
_INSTALLS = [block for block in _BLOCKS if "pip install -e" in block]


def named(block):
    """The requirements of its `pip install`, this folder's own as ours."""
    (words,) = re.findall(r"^pip install -e (.*)$", block, re.MULTILINE)
    return [
        Requirement(word.strip("'").replace(".[", "hitl-tui[", 1) if at == 0 else word.strip("'"))
        for at, word in enumerate(words.split())
    ]


def installed_by(requirements):
    """The names of the distributions that come with them."""
    found = {}
    while requirements:
        wanted = requirements.pop()
        name = canonicalize_name(wanted.name)
        if name in found and wanted.extras <= found[name]:
            continue
        found[name] = found.get(name, set()) | wanted.extras
        for text in requires(name) or ():
            further = Requirement(text)
            extras = found[name] or {""}
            if further.marker is None or any(further.marker.evaluate({"extra": e}) for e in extras):
                requirements.append(further)
    return set(found)


def imported_by_the_samples():
    """What the sample graphs import that is neither Python's own nor here."""
    found = set()
    for file in (ROOT / "graphs").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and not node.level:
                found.add(str(node.module).partition(".")[0])
            elif isinstance(node, ast.Import):
                found |= {each.name.partition(".")[0] for each in node.names}
    return found - sys.stdlib_module_names - {"graphs", "hitl_tui"}


@pytest.mark.parametrize("block", _INSTALLS, ids=lambda block: block.splitlines()[0])
def test_the_sample_graphs_find_what_they_import(block):
    owners = packages_distributions()
    there = installed_by(named(block))
    modules = imported_by_the_samples()
    assert {"langchain", "langgraph"} <= modules
    for module in modules:
        assert {canonicalize_name(each) for each in owners[module]} & there, module


def test_there_are_blocks_for_a_database_and_for_a_server():
    assert len(_INSTALLS) == 2
