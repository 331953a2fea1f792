"""Graphs are found and loaded in every form they can be declared in; broken ones are explained."""

import json
import os
from pathlib import Path

import pytest

from hitl_tui.errors import GraphError
from hitl_tui.model.runs import RunRequest, Verb
from hitl_tui.runner.pool import Pool
from hitl_tui.runner.spec import RunnerSpec
from tests.contract.runner.world import GRAPHS, World, outcome, printed, told

FORMS = {
    "builder": "builder",
    "factory": "factory",
    "factory_config": "for ACME",
    "factory_async": "async factory",
    "factory_context": "context",
    "factory_async_context": "async context",
    "module": "module",
}


@pytest.mark.parametrize("graph", FORMS)
def test_each_form_of_declaration_runs_with_our_checkpoints(pool, tmp_path, graph):
    world = World(pool, tmp_path / "f", graph)
    fields = {"configurable": {"tenant": "ACME"}}
    assert told(world.start(**fields), "interrupt")[0]["value"] == "from the helper"
    events = world.answer(1, **fields)
    assert told(events, "update")[0]["update"] == {"answer": 1, "label": FORMS[graph]}
    assert outcome(events) == "finished"


def test_graphs_tells_the_nodes_of_every_graph(pool):
    infos = {info.graph_id: info for info in pool.graphs()}
    assert [name for name, info in infos.items() if info.error] == ["needy"]
    assert infos["nested"].nodes == ("inner", "left", "right")
    assert infos["functional"].nodes == ("work",)


def test_a_factory_that_needs_the_threads_configuration_is_prepared_and_run(pool, tmp_path):
    pool.prepare("needy")
    world = World(pool, tmp_path / "f", "needy")
    assert outcome(world.start(configurable={"tenant": "ACME"})) == "paused"


def test_preparing_a_broken_graph_is_refused(broken):
    broken.prepare("fine")
    for graph in ("raises", "number", "missing_file"):
        with pytest.raises(GraphError):
            broken.prepare(graph)


def test_a_graph_runs_in_the_configs_folder_with_its_environment(world):
    folder, *word, pid, nice = printed(world.act("tell the world")).splitlines()[0].split()
    assert Path(folder) == GRAPHS
    assert word == ["from", "the", "config"]
    assert int(pid) != os.getpid()
    assert int(nice) == os.nice(0)


@pytest.fixture(scope="module")
def broken():
    pool = Pool(RunnerSpec(config=Path(__file__).parent / "broken" / "langgraph.json"))
    yield pool
    pool.close()


def test_broken_graphs_are_explained_and_never_hide_the_others(broken):
    errors = {info.graph_id: info.error for info in broken.graphs()}
    assert errors["fine"] == ""
    assert "RuntimeError: no API key [red]" in errors["raises"]
    assert "raises.py" in errors["raises"]
    assert "importlib" not in errors["raises"]
    assert "not today" in errors["quits"]
    assert "ended by itself with status 9" in errors["dies"]
    assert "does not exist" in errors["missing_file"]
    assert "has no 'nothing'" in errors["missing_name"]
    assert "no LangGraph graph but a builtins.int" in errors["number"]
    assert "no database" in errors["fails_in_factory"]
    assert "does not compile" in errors["incomplete"]


@pytest.mark.parametrize("graph", ["raises", "dies", "undeclared"])
def test_running_a_broken_graph_is_refused_and_creates_nothing(broken, tmp_path, graph):
    request = RunRequest(run_id="r", verb=Verb.START, thread_id="t", graph_id=graph, input={})
    with pytest.raises(GraphError):
        next(broken.run(request, str(tmp_path / "threads.sqlite")))
    assert not (tmp_path / "threads.sqlite").exists()


def test_doctor_says_what_is_well_and_what_is_not(broken):
    lines = list(broken.doctor())
    assert [well for well, _ in lines].count(True) == 3
    assert any("LangGraph 1." in text for _, text in lines)
    assert any(not well and "missing_name" in text for well, text in lines)


def one_graph(folder: Path, label: str) -> None:
    (folder / "mine.py").write_text(
        "from typing import TypedDict\n"
        "from langgraph.graph import START, StateGraph\n"
        "class State(TypedDict, total=False):\n    x: str\n"
        "builder = StateGraph(State)\n"
        f"builder.add_node('say', lambda state: {{'x': {label!r}}})\n"
        "builder.add_edge(START, 'say')\n"
        "graph = builder.compile()\n"
    )


def test_a_changed_file_is_loaded_anew(tmp_path):
    one_graph(tmp_path, "old")
    pool = Pool(RunnerSpec(graph=f"{tmp_path}/mine.py:graph"))
    world = World(pool, tmp_path / "threads.sqlite", "graph")
    assert told(world.start("a"), "update") == [{"node": "say", "update": {"x": "old"}}]
    one_graph(tmp_path, "newer")
    assert told(world.start("b"), "update") == [{"node": "say", "update": {"x": "newer"}}]
    pool.close()


def test_one_graph_named_as_a_module_of_the_current_folder(tmp_path, monkeypatch):
    one_graph(tmp_path, "here")
    monkeypatch.chdir(tmp_path)
    pool = Pool(RunnerSpec(graph="mine:graph"))
    assert [info.nodes for info in pool.graphs()] == [("say",)]
    pool.close()


def test_a_package_works_with_relative_imports_and_an_env_file(tmp_path):
    package = tmp_path / "agents"
    package.mkdir()
    (package / "__init__.py").touch()
    one_graph(package, "relative")
    (package / "entry.py").write_text(
        "import os\nfrom .mine import builder\nimport agents.mine\n"
        "assert os.environ['WORD'] == 'a # b'\ngraph = builder.compile()\n"
    )
    (package / ".env").write_text("# comment\nexport WORD='a # b'\n")
    config = {"dependencies": ["."], "graphs": {"g": "./entry.py:graph"}, "env": ".env"}
    (package / "langgraph.json").write_text(json.dumps(config))
    pool = Pool(RunnerSpec(config=package / "langgraph.json"))
    assert [(info.error, info.nodes) for info in pool.graphs()] == [("", ("say",))]
    pool.close()
