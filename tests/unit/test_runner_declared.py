"""`langgraph.json`: what it declares, and what is said when it is broken."""

import json

import pytest

from hitl_tui.errors import GraphError
from hitl_tui.runner.declared import declared, is_current
from hitl_tui.runner.spec import RunnerSpec


def write(folder, config):
    text = config if isinstance(config, str) else json.dumps(config)
    path = folder / "langgraph.json"
    path.write_text(text)
    return RunnerSpec(config=path)


def test_graphs_paths_and_environment_are_read(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "__init__.py").touch()
    graphs = {"a": "./a.py:graph", "b": {"path": "pkg.mod:make", "description": "…"}}
    config = {"graphs": graphs, "dependencies": [".", "./sub", "langchain"], "env": {"N": 1}}
    world = declared(write(tmp_path, config))
    assert world.graphs == {"a": "./a.py:graph", "b": "pkg.mod:make"}
    assert world.folder == tmp_path
    assert world.paths == (str(tmp_path), str(tmp_path / "sub"))
    assert world.env == {"N": "1"}


@pytest.mark.parametrize(
    ("config", "match"),
    [
        ('{"graphs": {\n  oops}}', "not valid JSON: .*line 2, column 3"),
        ("[]", "must hold a JSON object"),
        ({}, "declares no graphs"),
        ({"graphs": {}}, "declares no graphs"),
        ({"graphs": {"x": "no colon"}}, "graph 'x' is unclear"),
        ({"graphs": {"x": 5}}, "graph 'x' is unclear"),
        ({"graphs": {"x": "./a.py:g"}, "env": ".env"}, "env file .* cannot be read"),
    ],
)
def test_a_broken_config_is_explained(tmp_path, config, match):
    with pytest.raises(GraphError, match=match):
        declared(write(tmp_path, config))


def test_no_config_says_how_to_give_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for spec in (RunnerSpec(), RunnerSpec(config=tmp_path / "langgraph.json")):
        with pytest.raises(GraphError, match=r"--config .* --graph"):
            declared(spec)
    with pytest.raises(GraphError, match="names no graph"):
        declared(RunnerSpec(graph="nothing"))


def test_a_config_in_the_current_folder_is_found(tmp_path, monkeypatch):
    write(tmp_path, {"graphs": {"x": "./a.py:g"}})
    monkeypatch.chdir(tmp_path)
    assert declared(RunnerSpec()).graphs == {"x": "./a.py:g"}


def test_a_graph_of_its_own_is_named_after_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    world = declared(RunnerSpec(graph="pkg.mod:build"))
    assert (dict(world.graphs), world.paths) == ({"build": "pkg.mod:build"}, (str(tmp_path),))


def test_a_changed_config_or_env_file_is_noticed(tmp_path):
    (tmp_path / ".env").write_text("A=1")
    world = declared(write(tmp_path, {"graphs": {"x": "./a.py:g"}, "env": ".env"}))
    assert is_current(world)
    (tmp_path / ".env").write_text("A=1\nB=2")
    assert not is_current(world)
