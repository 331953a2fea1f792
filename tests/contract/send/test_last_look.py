"""Between the worker's check and LangGraph's own reading there is no room for another answer."""

import importlib.util
import sys
from contextlib import closing
from pathlib import Path

import pytest
from langgraph.types import Command

from hitl_tui.journal.clock import ticking
from hitl_tui.runner.launch import WORKER
from tests.contract.send.graphs import effect
from tests.contract.send.office import on_both
from tests.contract.send.test_rivals import asks_else

pytestmark = on_both


@pytest.fixture(scope="module")
def worker():
    """The worker's own modules, as its process imports them."""
    name = "hitl_tui_worker"
    init, places = WORKER / "__init__.py", [str(WORKER)]
    spec = importlib.util.spec_from_file_location(name, init, submodule_search_locations=places)
    sys.modules[name] = importlib.util.module_from_spec(spec)
    yield lambda room: importlib.import_module(f"{name}.{room}")
    for module in [key for key in sys.modules if key.partition(".")[0] == name]:
        del sys.modules[module]


@pytest.fixture
def run(office, worker):
    """Answer thread t as the worker does, with a fence; `meanwhile` happens after its check."""

    def run(until, meanwhile=lambda: None, only_async=False):
        office.start("t")
        imprints = office.inbox().open("t").thread.imprints
        assert len(imprints) == 1
        room = worker("saver")
        kind = "" if isinstance(office.source, Path) else room.POSTGRES
        with closing(room.Savers().of(f"{kind}{office.source}", create=False)) as saver:
            graph = effect.graph.copy(update={"checkpointer": saver})
            config = {"configurable": {"thread_id": "t"}}
            state = graph.get_state(config)
            seen = state.config["configurable"]["checkpoint_id"]
            saver.prepare()
            meanwhile()
            saver.fence = worker("fence").Fence("t", seen, until, imprints)
            command = Command(resume={state.interrupts[0].id: "ours"})
            if only_async:
                import asyncio

                asyncio.run(graph.ainvoke(command, config))
            else:
                graph.invoke(command, config)

    return run


@pytest.mark.parametrize("only_async", [False, True])
def test_an_answer_given_after_the_check_stops_ours(office, run, worker, only_async):
    with pytest.raises(worker("failures").Refused) as refused:
        run(ticking() + 60, lambda: office.stock_answer("theirs"), only_async)
    assert "moved on at the very moment" in refused.value.message
    assert office.effects() == ["theirs"]
    assert "ALARM" not in office.inbox().open("t").thread.reason


@pytest.mark.parametrize("only_async", [False, True])
def test_a_question_that_is_another_after_the_check_is_not_answered(
    office, run, worker, only_async
):
    with pytest.raises(worker("failures").Refused) as refused:
        run(ticking() + 60, lambda: asks_else(office), only_async)
    assert "asks something else" in refused.value.message
    assert office.effects() == []


def test_an_answer_that_was_locked_in_after_the_check_is_not_run_again(office, run, worker):
    def locked():
        office.switch("down", on=True)
        with pytest.raises(ConnectionError):
            office.stock_answer("theirs")
        office.switch("down", on=False)

    with pytest.raises(worker("failures").Refused) as refused:
        run(ticking() + 60, locked)
    assert "or was answered" in refused.value.message
    assert office.effects() == ["theirs"], "not a second time"
    assert office.state() == "locked"


def test_a_lease_that_ran_out_after_the_check_stops_ours(office, run, worker):
    with pytest.raises(worker("failures").Refused) as refused:
        run(ticking() - 0.01)
    assert "lease ran out" in refused.value.message
    assert office.effects() == []


def test_what_may_go_on_goes_on(office, run):
    run(ticking() + 60)
    assert office.effects() == ["ours"]
