"""What the rows tell is what the graph itself says, for every shape at every step."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.types import Command, interrupt

from hitl_tui.model.threads import Query, ThreadState
from tests.contract.shapes import (
    SHAPES,
    chain,
    config,
    locked,
    locked_inside,
    nested,
    said_by,
    said_by_us,
    take,
)
from tests.places import KINDS, backend_of, forget, stock


@pytest.fixture(params=KINDS)
def place(request, tmp_path):
    if request.param == "sqlite":
        return tmp_path / "checkpoints.sqlite"
    return request.getfixturevalue("empty")


@pytest.fixture
def saver(place):
    with stock(place) as saver:
        yield saver


@pytest.fixture
def backend(place):
    backend = backend_of(place)
    yield backend
    backend.close()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_thread_agrees_with_get_state_at_every_step(shape, saver, backend):
    graph = shape.build(saver)
    for step in shape.steps:
        take(graph, "t", step)
        assert said_by_us(backend.thread("t")) == said_by(graph.get_state(config("t")))
    assert backend.thread("t").state is ThreadState.DONE


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_every_checkpoint_of_a_run_agrees_with_get_state(shape, saver, backend):
    """Each one in turn is made the head, with the writes it then had, as a killed run leaves it."""
    graph = shape.build(saver)
    for step in shape.steps:
        take(graph, "t", step)
    roots = {"configurable": {"thread_id": "t", "checkpoint_ns": ""}}
    for found in list(saver.list(roots)):
        ours, theirs = backend.thread("t"), graph.get_state(config("t"))
        assert said_by_us(ours)[:2] == said_by(theirs)[:2]
        forget(saver, found.config)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_the_queue_says_what_the_thread_says(shape, saver, backend):
    graph = shape.build(saver)
    for step in shape.steps:
        take(graph, "t", step)
        [row] = backend.page(Query()).rows
        thread = backend.thread("t")
        assert (row.state, row.next, row.interrupts) == (
            thread.state,
            thread.next,
            thread.interrupts,
        )
        assert backend.counts(Query()) == {thread.state: 1}
        assert backend.several(["nobody", "t"]) == {"t": thread}


def test_an_error_after_an_answer_locks_the_question_with_its_answer(saver, backend):
    graph = locked(saver)
    take(graph, "t", {"log": []})
    question = backend.thread("t").interrupts[0]
    _answer(graph, "yes")
    thread = backend.thread("t")
    assert thread.state is ThreadState.LOCKED
    assert thread.given == {question.id: "yes"}
    assert thread.errors == ("ValueError('the service is down')",)
    assert "the service is down" in thread.reason


def test_a_later_answer_to_a_locked_question_is_not_the_one_given(saver, backend):
    graph = locked(saver)
    take(graph, "t", {"log": []})
    _answer(graph, "approve")
    _answer(graph, "reject")
    assert list(backend.thread("t").given.values()) == ["approve"]


def test_a_question_in_a_subgraph_locks_too(saver, backend):
    graph = locked_inside(saver)
    take(graph, "t", {"log": []})
    _answer(graph, "yes")
    thread = backend.thread("t")
    assert thread.state is ThreadState.LOCKED
    assert list(thread.given.values()) == ["yes"]


def test_a_question_of_a_nested_graph_names_the_subgraphs_that_ask(saver, backend):
    graph = nested(saver)
    take(graph, "t", {"log": []})
    [question] = backend.thread("t").interrupts
    assert question.node == "middle"
    assert [part.partition(":")[0] for part in question.asked_by] == ["middle", "inner"]
    assert question.asked_by[0] == f"middle:{question.task_id}"


def test_values_hold_the_state_without_the_channels_that_schedule(saver, backend):
    take(nested(saver), "t", {"log": ["hello"]})
    assert backend.thread("t").values == {"log": ["hello", "a"]}


def test_the_graph_is_read_from_the_heads_metadata(saver, backend):
    locked(saver).invoke({"log": []}, config("t", graph_id="mailer"))
    assert backend.thread("t").graph_id == "mailer"
    assert backend.page(Query(graph="mailer")).total == 1
    assert backend.page(Query(graph="refund")).total == 0


def _answer(graph, value):
    [pending] = graph.get_state(config("t")).interrupts
    with suppress(ValueError):
        graph.invoke(Command(resume={pending.id: value}), config("t"))


def test_async_nodes_over_the_async_saver_agree(place, saver, backend):
    async def walk():
        async def node(state):
            return {"log": [interrupt({"amount": 1})]}

        kind = AsyncSqliteSaver if isinstance(place, Path) else AsyncPostgresSaver
        async with kind.from_conn_string(str(place)) as other:
            graph = chain(a=node, b=node).compile(checkpointer=other)
            step = {"log": []}
            for _ in range(3):
                await graph.ainvoke(step, config("t"))
                snapshot = await graph.aget_state(config("t"))
                assert said_by_us(backend.thread("t")) == said_by(snapshot)
                step = Command(resume={i.id: "yes" for i in snapshot.interrupts})

    asyncio.run(walk())
    assert backend.thread("t").state is ThreadState.DONE
