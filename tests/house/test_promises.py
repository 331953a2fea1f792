"""Every promise names the tests that prove it, and they are there."""

import ast
import re

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "PROMISES.md").read_text()
LINK = re.compile(r"\[`(\w+)`\]\((tests/[\w/]+\.py)\)")
PROMISED, _, LIMITS = PAGE.partition("## What cannot be promised")


def promises() -> list[str]:
    return [part.strip() for part in re.split(r"^- ", PROMISED, flags=re.M)[1:]]


@pytest.mark.parametrize("promise", promises(), ids=lambda text: text[:50])
def test_each_promise_is_proved(promise):
    assert LINK.search(promise)


@pytest.mark.parametrize(("name", "path"), sorted(set(LINK.findall(PAGE))))
def test_each_linked_test_exists(name, path):
    tree = ast.parse((ROOT / path).read_text())
    assert name in {node.name for node in tree.body if hasattr(node, "name")} | {
        inner.name
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for inner in node.body
        if isinstance(inner, ast.FunctionDef)
    }
    assert name.lower().startswith("test")


def test_what_cannot_be_promised_is_said():
    assert "detected, not stopped" in LIMITS


def test_the_readme_leads_there():
    assert "[What hitl-tui promises](PROMISES.md)" in (ROOT / "README.md").read_text()
