"""The house's rules that a reader cannot check by eye."""

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

FILES = sorted((ROOT / "hitl_tui").rglob("*.py"))
LINES = 250
BODY = 45


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_rooms_stay_small(path):
    source = path.read_text()
    assert source.count("\n") <= LINES
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < BODY, node.name


@pytest.mark.parametrize("path", FILES, ids=ids)
def test_every_room_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text()))


def test_no_file_names_a_machine():
    pattern = re.compile(r"/(?:home|root|work|Users)/\w")
    files = [*FILES, *(ROOT / "graphs").rglob("*.py"), ROOT / "README.md", ROOT / "Makefile"]
    assert not [f for f in files if pattern.search(f.read_text())]
