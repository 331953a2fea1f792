"""The formats of a JSON Schema: what is told from what is not."""

import tomllib

import pytest

from hitl_tui.questions.validate import findings
from tests.conftest import ROOT

CASES = [
    ("date", "2026-02-28", "2026-02-30"),
    ("date-time", "2026-02-28T10:00:00Z", "2026-02-28 at ten"),
    ("time", "10:00:00Z", "25:00:00Z"),
    ("time", "10:00:00", "25:00:00"),
    ("duration", "P3DT4H", "three days"),
    ("email", "ann@example.com", "ann"),
    ("hostname", "example.com", "-example-.com"),
    ("ipv4", "192.0.2.1", "192.0.2.256"),
    ("ipv6", "2001:db8::1", "2001:db8::g"),
    ("iri", "https://münchen.example/straße?q=ä", "https://münchen.example/zwei wörter"),
    ("iri", "urn:x", "keine-iri"),
    ("iri-reference", "/straße", "/zwei wörter"),
    ("json-pointer", "/a/0", "a/0"),
    ("regex", "^a+$", "(a"),
    ("uri", "https://example.com/a?b=c", "https://example.com/straße"),
    ("uri-reference", "/a", "/a b"),
    ("uri-template", "/a/{b}", "/a/{b"),
    ("uuid", "7f1d6a0e-3f8e-4f0e-9d3a-0c1b2a3d4e5f", "7f1d"),
]


@pytest.mark.parametrize(("name", "good", "bad"), CASES)
def test_a_format_takes_what_it_names_and_refuses_what_it_does_not(name, good, bad):
    assert not findings({"format": name}, good)
    assert findings({"format": name}, bad)
    assert not findings({"format": name}, 3), "a format says nothing about what is no text"


def test_an_unknown_format_refuses_nothing():
    assert not findings({"format": "colour-of-the-sky"}, "grey")


def test_no_requirement_brings_the_grammar_that_takes_a_second_to_import():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert not [name for name in project["dependencies"] if name.startswith("jsonschema[")]
