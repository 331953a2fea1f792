"""The formats of a JSON Schema: what is told from what is not."""

import tomllib
from importlib.util import find_spec, module_from_spec

import pytest
from jsonschema import FormatChecker

from hitl_tui.questions import library
from hitl_tui.questions.formats import named
from hitl_tui.questions.validate import findings
from tests.conftest import ROOT
from tests.house.test_imports import modules_after

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
    ("color", "#ff0000", "#ff"),
    ("idn-hostname", "münchen.example", "-münchen"),
    ("relative-json-pointer", "1/a", "01/a"),
]
CHECK = "from hitl_tui.questions.validate import findings; "


@pytest.mark.parametrize(("name", "good", "bad"), CASES)
def test_a_format_takes_what_it_names_and_refuses_what_it_does_not(name, good, bad):
    assert not findings({"format": name}, good)
    assert findings({"format": name}, bad)
    assert not findings({"format": name}, 3), "a format says nothing about what is no text"


@pytest.fixture(scope="module")
def whole():
    """The library's checks as they are when it is loaded with all it can use."""
    spec = find_spec(FormatChecker.__module__)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return {**module.FormatChecker.checkers, **module.draft202012_format_checker.checkers}


def test_each_check_is_the_librarys_own(whole):
    ours = library.checks(library.PACKAGES)
    assert ours.keys() == whole.keys()
    for name, (check, wrong) in whole.items():
        assert ours[name][0].__code__ == check.__code__, name
        assert repr(ours[name][1]) == repr(wrong), name


def test_a_format_is_found_wherever_a_schema_names_it():
    schema = {"$defs": {"a": {"anyOf": [{"items": {"format": "duration"}}]}}, "format": {"x": 1}}
    assert list(named(schema)) == ["duration"]


@pytest.mark.parametrize(
    ("name", "loaded"),
    [("date", set()), ("hostname", {"fqdn"}), ("date-time", {"rfc3339_validator"})],
)
def test_only_a_schema_that_names_a_format_loads_what_checks_it(name, loaded):
    modules = modules_after(f"{CHECK}findings({{'items': {{'format': {name!r}}}}}, [])")
    assert "jsonschema" in modules
    assert modules & {*library.PACKAGES.values(), "arrow", "dateutil"} == loaded


def test_others_find_the_packages_that_the_library_is_loaded_without():
    code = (
        "import threading, sys; from hitl_tui.questions import library\n"
        "with library._without({'idna'}):\n"
        "    thread = threading.Thread(target=lambda: __import__('idna'))\n"
        "    thread.start(); thread.join()"
    )
    assert "idna" in modules_after(code)


def test_an_unknown_format_refuses_nothing():
    assert not findings({"format": "colour-of-the-sky"}, "grey")


def test_no_requirement_brings_the_grammar_that_takes_a_second_to_import():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert not [name for name in project["dependencies"] if name.startswith("jsonschema[")]
