"""A run that cannot go on, or will not stop, takes only its own worker with it."""

import os
import signal
import threading

import pytest

from hitl_tui.model.runs import Verb
from hitl_tui.runner import cancellation
from tests.contract.runner.processes import PATIENCE, running_in, soon
from tests.contract.runner.world import World, outcome, printed, told


def test_a_worker_that_leaves_in_mid_run_is_in_doubt_and_nothing_printed_is_lost(world):
    events = world.act("leave")
    assert outcome(events) == "in_doubt"
    assert printed(events) == "leaving, bye"
    assert "ended by itself with status 3" in told(events, "error")[0]["message"]


def test_a_segmentation_fault_is_named(world):
    events = world.act("crash")
    assert outcome(events) == "in_doubt"
    assert "about to crash" in printed(events)
    assert "killed by SIGSEGV" in events[-1].data["reason"]


def cancelled(world, action, begun, thread="t"):
    """The events of a run that is cancelled as soon as its node is at it."""
    world.start(thread)
    begun.unlink(missing_ok=True)
    run_id = f"cancel {action}"
    later = meanwhile(
        lambda: begun.exists() and begun.read_text() == action, world.pool.cancel, run_id
    )
    events = world.answer(action, thread, run_id=run_id)
    later.join()
    return events


def meanwhile(condition, act, *args):
    """Act in a thread of its own, once the condition holds."""
    thread = threading.Thread(target=lambda: soon(condition) and act(*args))
    thread.start()
    return thread


@pytest.fixture
def polite(monkeypatch):
    """Nobody is pressed by more than a request."""
    monkeypatch.setattr(cancellation, "INTERRUPT_AFTER", 3600)
    monkeypatch.setattr(cancellation, "KILL_AFTER", 3600)


@pytest.mark.parametrize("action", ["spin", "sleep", "stubborn", "hold the lock"])
def test_whatever_a_node_does_it_can_be_cancelled(world, begun, action):
    events = cancelled(world, action, begun)
    assert outcome(events) == "cancelled"
    assert "may have" in events[-1].data["reason"]
    assert outcome(world.act("nothing")) == "finished"


@pytest.mark.usefixtures("polite")
def test_an_async_node_that_hangs_is_cancelled_politely(pool, begun, tmp_path):
    world = World(pool, tmp_path / "f", "act_async")
    assert outcome(cancelled(world, "hang", begun)) == "cancelled"


@pytest.mark.usefixtures("polite")
def test_a_graph_of_short_steps_stops_between_two_and_can_be_continued(pool, tmp_path):
    world = World(pool, tmp_path / "f", "steps")
    (tmp_path / "while").touch()
    going = {"while": str(tmp_path / "while")}
    run = world.stream("t", verb=Verb.START, input=going, run_id="walk")
    events = [next(run)]
    pool.cancel("walk")
    events += run
    assert outcome(events) == "cancelled"
    steps = len(told(events, "update"))
    (tmp_path / "while").unlink()
    events = list(world.stream("t", verb=Verb.CONTINUE))
    assert outcome(events) == "finished"
    (last,) = told(events, "update")
    assert last["update"]["step"] == steps + 1


def test_nodes_in_parallel_that_never_end_are_cancelled(pool, tmp_path):
    world = World(pool, tmp_path / "f", "parallel")
    run = world.stream("t", verb=Verb.START, input={}, run_id="parallel")
    assert next(run).data["data"] == "begun"
    pool.cancel("parallel")
    assert outcome(list(run)) == "cancelled"


def test_an_idle_worker_that_was_killed_is_replaced(world):
    pid = int(printed(world.act("tell the world")).split()[-3])
    os.kill(pid, signal.SIGKILL)
    assert soon(lambda: not running_in({pid}))
    assert outcome(world.act("nothing")) == "finished"


def test_a_run_that_waits_for_its_turn_is_cancelled_at_once(pool, world):
    for thread in "abc":
        world.start(thread)
    busy = [
        threading.Thread(
            target=world.answer, args=("sleep", name), kwargs={"run_id": f"busy {name}"}
        )
        for name in "ab"
    ]
    for thread in busy:
        thread.start()
    assert soon(lambda: all(has_worker(pool, f"busy {name}") for name in "ab"))
    later = meanwhile(lambda: "waiting" in pool._cancellations, pool.cancel, "waiting")
    assert outcome(world.answer("nothing", "c", run_id="waiting")) == "cancelled"
    later.join()
    for name, thread in zip("ab", busy, strict=True):
        pool.cancel(f"busy {name}")
        thread.join(PATIENCE)


def has_worker(pool, run_id):
    """Whether a run has come to its turn."""
    known = pool._cancellations.get(run_id)
    return known is not None and known._target is not None


def test_a_worker_with_leftovers_is_not_used_again(world):
    before = world.act("tell the world")
    world.act("leave a child")
    after = world.act("tell the world")
    pid = [printed(events).split()[-3] for events in (before, after)]
    assert pid[0] != pid[1]
