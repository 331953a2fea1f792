"""Answers reach the graph as they are, and what happens then is told."""

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver

from hitl_tui.runner.context import given_back
from tests.contract.runner.world import World, outcome, printed, told


def head(world, thread="t"):
    with SqliteSaver.from_conn_string(str(world.source)) as saver:
        return saver.get_tuple({"configurable": {"thread_id": thread}})


def test_a_thread_starts_stops_at_its_question_and_finishes(world):
    events = world.start()
    assert told(events, "interrupt")[0]["value"] == {"question": "What?"}
    assert told(events, "interrupt")[0]["node"] == "act"
    assert outcome(events) == "paused"
    events = world.answer("nothing")
    assert [data["node"] for data in told(events, "update")] == ["act", "after"]
    assert outcome(events) == "finished"


@pytest.mark.parametrize("value", [None, "", 0, False, {}, [], "5", 5, "\ud800", {"a": [1.5]}])
def test_every_value_arrives_as_it_is(world, value):
    world.start()
    assert told(world.answer(value), "update")[0] == {"node": "act", "update": {"done": value}}


def test_one_of_several_questions_is_answered_and_the_others_stay(pool, tmp_path):
    world = World(pool, tmp_path / "f", "nested")
    asked = {data["value"]: data["id"] for data in told(world.start(), "interrupt")}
    assert set(asked) == {"deep?", "left?", "right?"}
    pending = tuple(asked.values())
    events = world.answer(None, resume={asked["left?"]: "L"}, pending=pending)
    assert {data["value"] for data in told(events, "interrupt")} == {"deep?", "right?"}
    rest = {asked["deep?"]: "D", asked["right?"]: "R"}
    events = world.answer(None, resume=rest)
    assert {"data": "from the deep"} in told(events, "custom")
    assert any("namespace" in data for data in told(events, "update"))
    assert sorted(head(world).checkpoint["channel_values"]["heard"]) == ["D", "L", "R"]


def test_a_thread_keeps_its_graph_id_and_configuration_when_they_are_given_back(world):
    world.start(configurable={"graph_id": "act", "tenant": "ACME"}, metadata={"owner": "eve"})
    configurable, metadata = given_back(head(world).metadata)
    events = world.answer("tell the config", configurable=configurable, metadata=metadata)
    assert printed(events) == "ACME\nafter\n"
    kept = head(world).metadata
    assert (kept["graph_id"], kept["tenant"], kept["owner"]) == ("act", "ACME", "eve")


def test_an_answer_the_graph_itself_refuses_leaves_the_question_open(pool, tmp_path):
    world = World(pool, tmp_path / "f", "schema")
    (question,) = told(world.start(), "interrupt")
    assert question["response_schema"]["properties"]["amount"]["type"] == "integer"
    events = world.answer({"amount": "much"})
    assert outcome(events) == "refused"
    assert told(events, "error")[0]["title"] == "ValidationError"
    assert world.asked["t"] == [question["id"]]
    assert outcome(world.answer({"amount": 5})) == "finished"


@pytest.mark.parametrize("graph", ["functional", "functional_async"])
def test_the_functional_api_is_answered_too(pool, tmp_path, graph):
    world = World(pool, tmp_path / "f", graph)
    assert outcome(world.start(input=1)) == "paused"
    assert outcome(world.answer("yes")) == "finished"


def test_tools_with_only_an_async_form_run(pool, tmp_path):
    events = World(pool, tmp_path / "f", "tools").start(input={"messages": []})
    assert outcome(events) == "finished"
    assert "42" in str(told(events, "update")[-1])
