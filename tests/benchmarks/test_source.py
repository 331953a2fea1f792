"""The files that are measured are what LangGraph itself would have written."""

import asyncio
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command

from graphs.seeding import load
from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.model.threads import Query, ThreadState
from tests.benchmarks import source

COUNT, REAL = 60, 20


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("made") / "checkpoints.sqlite"
    source.build(path, COUNT, real=REAL)
    return path


@pytest.fixture
def path(made, tmp_path) -> Path:
    """A copy of the file, for a test to change."""
    return Path(shutil.copy(made, tmp_path / "checkpoints.sqlite"))


@pytest.fixture
def saver(path):
    with closing(sqlite3.connect(path, check_same_thread=False)) as connection:
        yield SqliteSaver(connection)


def graph_and_config(saver: SqliteSaver, number: int):
    graph = asyncio.run(load.load(source.SHAPES[number % len(source.SHAPES)].graph_id))
    config = {"configurable": {"thread_id": source.thread_id(number)}}
    return graph.copy(update={"checkpointer": saver}), config


def test_three_of_ten_threads_are_open_and_the_others_done(made):
    counts = Counter(SqliteBackend(made).counts(Query()))
    assert counts == {ThreadState.OPEN: 18, ThreadState.DONE: 42}
    assert len(source.open_numbers(COUNT)) == 18


@pytest.mark.parametrize("number", range(REAL, REAL + len(source.SHAPES)))
def test_langgraph_sees_in_a_copy_what_it_sees_in_the_original(saver, number):
    graph, config = graph_and_config(saver, number)
    _, original = graph_and_config(saver, number - REAL)
    copied, lived = graph.get_state(config), graph.get_state(original)
    assert [i.id for i in copied.interrupts] == [i.id for i in lived.interrupts]
    assert copied.next == lived.next
    assert bool(copied.interrupts) == source.SHAPES[number % len(source.SHAPES)].is_open
    assert copied.values != lived.values


def test_what_a_copy_asks_names_its_own_token(saver):
    for number in source.open_numbers(COUNT):
        graph, config = graph_and_config(saver, number)
        assert source.token(number) in graph.get_state(config).interrupts[0].value["question"]


def test_langgraph_resumes_a_copy(saver):
    graph, config = graph_and_config(saver, REAL)
    question = graph.get_state(config).interrupts[0]
    answer = {"approved": False, "amount": 0}
    assert graph.invoke(Command(resume={question.id: answer}), config)["outcome"] == "declined"
    assert graph.get_state(config).next == ()


def test_copies_of_other_threads_are_added_to_a_file(path):
    source.add_copies(path, range(COUNT + 3, COUNT + 9), [source.OPEN_REFUND])
    backend = SqliteBackend(path)
    assert backend.counts(Query()) == {ThreadState.OPEN: 24, ThreadState.DONE: 42}
    for number in range(COUNT + 3, COUNT + 9):
        [row] = backend.page(Query(search=source.token(number))).rows
        assert row.thread_id == source.thread_id(number)
        assert row.graph_id == "refund"


def test_long_runs_are_added_to_a_file(tmp_path):
    path = tmp_path / "checkpoints.sqlite"
    source.build(path, 10, real=10)
    source.add_long(path, ["a", "b"], 1.0)
    rows = SqliteBackend(path).page(Query(search="-a"))
    assert {row.thread_id for row in rows.rows} == {"deploy-a", "spin-a"}
