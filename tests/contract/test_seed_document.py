"""LangGraph's first how-to on `interrupt`, cell by cell, on today's LangGraph.

The how-to ("How to use `interrupt` for human-in-the-loop workflows") was written for an early
release. Each test is one of its cells or claims: what it showed then is asserted where it still
holds, and where today's LangGraph does otherwise the test says so. The cells' graphs are our
samples `age` (ask and resume) and `age_checked` (validation), run by path as anyone loads them.
"""

import asyncio
import sqlite3
import uuid
from contextlib import closing
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command, Interrupt, interrupt

from graphs.seeding.load import load


@pytest.fixture(params=["memory", "sqlite"])
def saver(request, tmp_path):
    """The checkpointer without which nothing can be interrupted."""
    if request.param == "memory":
        yield InMemorySaver()
        return
    with closing(sqlite3.connect(tmp_path / "cells.sqlite", check_same_thread=False)) as connection:
        yield SqliteSaver(connection)


@pytest.fixture
def config():
    """A new thread, its id under `configurable`."""
    return {"configurable": {"thread_id": str(uuid.uuid4())}}


def sample(graph_id: str, saver: Any = None) -> Any:
    graph = asyncio.run(load(graph_id))
    graph.checkpointer = saver
    return graph


# -- Interrupt and resume -----------------------------------------------------------------------


def test_streaming_ends_with_the_interrupt(saver, config, capsys):
    chunks = list(sample("age", saver).stream({"foo": "abc"}, config))
    assert capsys.readouterr().out == "> Entered the node: 1 # of times\n"
    assert [list(chunk) for chunk in chunks] == [["__interrupt__"]]
    (question,) = chunks[0]["__interrupt__"]
    assert question.value == "what is your age?"


def test_resuming_enters_the_node_a_second_time_and_hands_over_the_answer(saver, config, capsys):
    graph = sample("age", saver)
    graph.invoke({"foo": "abc"}, config)
    chunks = list(graph.stream(Command(resume="some input from a human!!!"), config))
    assert chunks == [{"node": {"human_value": "some input from a human!!!"}}]
    assert capsys.readouterr().out.splitlines()[1:] == [
        "> Entered the node: 2 # of times",
        "> Received an input from the interrupt: some input from a human!!!",
    ]


# -- Validation of input with resume ------------------------------------------------------------


def test_a_bad_answer_asks_again_and_a_good_one_finishes(saver, config, capsys):
    graph = sample("age_checked", saver)
    graph.invoke({"foo": "abc"}, config)
    chunks = list(graph.stream(Command(resume=-20), config))
    assert chunks[0] == {"node": None}
    assert chunks[1]["__interrupt__"][0].value == "What is your age?"
    assert list(graph.stream(Command(resume=5), config)) == [{"node": {"human_value": 5}}]
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "Entered" in line] == [
        f"> Entered the node: {times} # of times" for times in (1, 2, 3, 4)
    ]


def test_by_id_the_bad_answer_leads_to_a_question_of_another_id(saver, config):
    graph = sample("age_checked", saver)
    graph.invoke({"foo": "abc"}, config)
    (first,) = graph.get_state(config).interrupts
    graph.invoke(Command(resume={first.id: -20}), config)
    (second,) = graph.get_state(config).interrupts
    assert second.value == first.value
    assert second.id != first.id
    assert graph.invoke(Command(resume={second.id: 5}), config)["human_value"] == 5
    assert graph.get_state(config).next == ()


def test_an_answer_to_the_first_question_does_not_answer_the_second(saver, config):
    graph = sample("age_checked", saver)
    graph.invoke({"foo": "abc"}, config)
    (first,) = graph.get_state(config).interrupts
    graph.invoke(Command(resume={first.id: -20}), config)
    graph.invoke(Command(resume={first.id: 5}), config)
    assert "human_value" not in graph.get_state(config).values


# -- Usage with invoke and ainvoke --------------------------------------------------------------


def test_invoke_returns_the_interrupt_and_the_state_keeps_it(saver, config):
    """The how-to had to look into the state; today the result holds it too."""
    graph = sample("age", saver)
    result = graph.invoke({"foo": "abc"}, config)
    snapshot = graph.get_state(config)
    assert result["foo"] == "abc"
    assert tuple(result["__interrupt__"]) == snapshot.interrupts == snapshot.tasks[0].interrupts
    assert snapshot.next == ("node",)
    assert snapshot.values == {"foo": "abc"}


def test_ainvoke_finds_it_in_the_same_places(tmp_path, config):
    async def walk() -> None:
        graph = await load("age")
        async with AsyncSqliteSaver.from_conn_string(str(tmp_path / "cells.sqlite")) as saver:
            graph.checkpointer = saver
            result = await graph.ainvoke({"foo": "abc"}, config)
            snapshot = await graph.aget_state(config)
            assert tuple(result["__interrupt__"]) == snapshot.interrupts
            final = await graph.ainvoke(Command(resume={snapshot.interrupts[0].id: 7}), config)
            assert final == {"foo": "abc", "human_value": 7}

    asyncio.run(walk())


def test_once_answered_the_interrupt_is_in_neither_place(saver, config):
    graph = sample("age", saver)
    graph.invoke({"foo": "abc"}, config)
    assert "__interrupt__" not in graph.invoke(Command(resume=7), config)
    assert graph.get_state(config).interrupts == ()


# -- The how-to's claims ------------------------------------------------------------------------


def test_an_async_node_may_ask_with_a_dict(config):
    class State(TypedDict, total=False):
        answer: object

    async def some_node(state: State) -> State:
        return {"answer": interrupt({"foo": "bar"})}

    async def walk() -> None:
        builder = StateGraph(State).add_node("some_node", some_node).add_edge(START, "some_node")
        graph = builder.compile(checkpointer=InMemorySaver())
        asked = await graph.ainvoke({}, config)
        assert asked["__interrupt__"][0].value == {"foo": "bar"}
        assert await graph.ainvoke(Command(resume=3), config) == {"answer": 3}

    asyncio.run(walk())


def test_without_a_checkpointer_a_question_is_shown_but_cannot_be_answered(config):
    graph = sample("age")
    assert graph.invoke({"foo": "abc"}, config)["__interrupt__"]
    with pytest.raises(RuntimeError, match="without checkpointer"):
        graph.invoke(Command(resume=5), config)


def test_a_thread_id_at_the_top_of_the_config_names_the_same_thread(saver):
    """As the how-to wrote it; LangGraph moves it under `configurable`, where it belongs."""
    graph, thread_id = sample("age", saver), str(uuid.uuid4())
    asked = graph.invoke({"foo": "abc"}, {"thread_id": thread_id})
    snapshot = graph.get_state({"configurable": {"thread_id": thread_id}})
    assert snapshot.interrupts == tuple(asked["__interrupt__"])


def test_a_node_may_ask_twice_today(saver, config):
    """The how-to forbade it: now the answers are matched to the questions by their order."""
    graph = sample("trip", saver)
    graph.invoke({"city": "Oslo"}, config)
    asked = {item.value: item.id for item in graph.get_state(config).interrupts[2:]}
    graph.invoke(Command(resume={asked["Name as in the passport?"]: "Ann"}), config)
    values = [item.value for item in graph.get_state(config).interrupts]
    assert "Where does Ann like to sit?" in values
    assert "Name as in the passport?" not in values


@pytest.mark.parametrize("name", ["when", "ns", "resumable"])
def test_an_interrupt_no_longer_has_its_old_fields(name):
    assert not hasattr(Interrupt(value="what is your age?", id="0" * 32), name)
