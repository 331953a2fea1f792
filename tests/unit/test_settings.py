"""Flags win over the environment, that over a file, that over the defaults."""

import json
import subprocess
import sys

import hypothesis
import pytest
from hypothesis import strategies as st

from hitl_tui.errors import UsageError
from hitl_tui.settings import Settings, load
from hitl_tui.settings_model import stored
from hitl_tui.settings_quick import plainly
from tests.conftest import ROOT


def test_without_any_source_the_defaults_hold(tmp_path):
    assert load({}, tmp_path, {}) == Settings()
    assert Settings().workers == 2


def test_a_file_sets_and_the_environment_and_flags_win(tmp_path, monkeypatch):
    (tmp_path / "hitl.toml").write_text('workers = 3\nnice = 4\noperator = "file"\n')
    environ = {"HITL_TUI_NICE": "5", "HITL_TUI_OPERATOR": "environment"}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    settings = load({"operator": "flag", "python": None}, tmp_path, environ)
    assert (settings.workers, settings.nice, settings.operator) == (3, 5, "flag")


def test_pyproject_may_hold_the_settings(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.hitl-tui]\nlog_lines = 500\n")
    assert load({}, tmp_path, {}).log_lines == 500


def test_a_pyproject_of_others_sets_nothing(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.other]\nworkers = 9\n")
    assert load({}, tmp_path, {}).workers == 2


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("workers = 0", "workers"),
        ("worker = 1", "worker"),
        ('workers = "many"', "workers"),
        ('operator = ""', "operator"),
        ("workers = ", "hitl.toml"),
        ("lease = 1", "lease"),
        ('masks = ["$.a", "password"]', "masks.1.*password"),
    ],
)
def test_a_wrong_file_is_named_with_its_key(tmp_path, content, named):
    (tmp_path / "hitl.toml").write_text(content)
    with pytest.raises(UsageError, match=named) as refused:
        load({}, tmp_path, {})
    assert "hitl.toml" in str(refused.value)


def test_a_wrong_variable_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("HITL_TUI_WORKERS", "x")
    with pytest.raises(UsageError, match="workers"):
        load({}, tmp_path, {"HITL_TUI_WORKERS": "x"})


@pytest.mark.parametrize("content", ["", 'workers = 3\nmasks = ["$.a"]\n'])
def test_pydantic_is_not_loaded_where_all_is_plainly_right(tmp_path, content):
    (tmp_path / "hitl.toml").write_text(content)
    code = (
        "import sys; from pathlib import Path; from hitl_tui.settings import load;"
        "load({}, Path('.'), {}); sys.exit('pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False).returncode == 0


def test_contracts_are_placed_beside_their_file_and_cannot_change(tmp_path):
    (tmp_path / "hitl.toml").write_text('[contracts.age]\nnode = "a/b.json"\nother = "m.n:Age"\n')
    contracts = load({}, tmp_path, {}).contracts
    assert contracts["age"] == {"node": str(tmp_path / "a/b.json"), "other": "m.n:Age"}
    with pytest.raises(TypeError):
        contracts["age"]["node"] = "x"


@pytest.mark.parametrize(
    "content",
    ['[contracts.age]\nnode = "age"', "[contracts.age]\nnode = 1", '[contracts]\nage = "a.json"'],
)
def test_a_contract_that_names_nothing_is_told_with_its_key(tmp_path, content):
    (tmp_path / "hitl.toml").write_text(content)
    with pytest.raises(UsageError, match=r"hitl.toml: contracts.age"):
        load({}, tmp_path, {})


NUMBERS = st.integers(-1, 5000) | st.floats(allow_nan=True, allow_infinity=True) | st.booleans()
TEXTS = st.sampled_from(["", "a", "a.json", "m:Model", "m:1", "$.a", "$..b", "b"])
VALUES = {
    **dict.fromkeys(("workers", "nice", "grace", "log_lines", "lease"), NUMBERS | TEXTS),
    **dict.fromkeys(("config", "python", "cache", "graph", "operator"), TEXTS | NUMBERS),
    "read_only": st.booleans() | NUMBERS | TEXTS,
    "masks": st.lists(TEXTS | NUMBERS, max_size=2) | TEXTS,
    "priorities": st.dictionaries(TEXTS, NUMBERS | TEXTS, max_size=2),
    "contracts": st.dictionaries(TEXTS, st.dictionaries(TEXTS, TEXTS | NUMBERS, max_size=2)),
    "other": TEXTS,
}


@hypothesis.given(key=st.sampled_from(sorted(VALUES)), data=st.data())
def test_what_is_plainly_right_is_what_the_full_check_makes_of_it(tmp_path_factory, key, data):
    file = tmp_path_factory.mktemp("settings") / "hitl.toml"
    value = data.draw(VALUES[key])
    file.write_text(_toml(key, value))
    found = plainly(file)
    if found is not None:
        assert found == stored(file)
        assert repr(found) == repr(stored(file))


def test_the_samples_settings_are_plainly_right():
    assert plainly(ROOT / "graphs" / "hitl.toml")


def _toml(key: str, value: object) -> str:
    match value:
        case bool():
            text = str(value).lower()
        case dict():
            text = f"{{{', '.join(_toml(json.dumps(k), v).strip() for k, v in value.items())}}}"
        case list():
            text = f"[{', '.join(_toml('', item).removeprefix(' = ').strip() for item in value)}]"
        case str():
            text = json.dumps(value)
        case _:
            text = repr(value)
    return f"{key} = {text}\n"
