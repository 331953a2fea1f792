"""A run that cannot go on, or will not stop, takes only its own worker with it."""

import os
import signal
import threading
import time

import pytest

from hitl_tui.model.runs import Verb
from tests.contract.runner.processes import running_in, soon
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


def cancelled(world, action, thread="t"):
    """The events of a run that is cancelled soon after it began, and how long that took."""
    world.start(thread)
    run_id = f"cancel {action}"
    timer = threading.Timer(0.5, world.pool.cancel, args=(run_id,))
    timer.start()
    began = time.monotonic()
    events = world.answer(action, thread, run_id=run_id)
    timer.join()
    return events, time.monotonic() - began


@pytest.mark.parametrize("action", ["spin", "sleep", "stubborn", "hold the lock"])
def test_whatever_a_node_does_it_can_be_cancelled(world, action):
    events, seconds = cancelled(world, action)
    assert outcome(events) == "cancelled"
    assert "may have" in events[-1].data["reason"]
    assert seconds < 6
    assert outcome(world.act("nothing")) == "finished"


def test_an_async_node_that_hangs_is_cancelled_politely(pool, tmp_path):
    world = World(pool, tmp_path / "f", "act_async")
    events, seconds = cancelled(world, "hang")
    assert outcome(events) == "cancelled"
    assert seconds < 1.4


def test_a_graph_of_short_steps_stops_between_two_and_can_be_continued(pool, tmp_path):
    world = World(pool, tmp_path / "f", "steps")
    run = world.stream("t", verb=Verb.START, input={}, run_id="walk")
    events = [next(run)]
    began = time.monotonic()
    pool.cancel("walk")
    events += run
    assert outcome(events) == "cancelled"
    assert time.monotonic() - began < 0.9
    steps = len(told(events, "update"))
    events = list(world.stream("t", verb=Verb.CONTINUE))
    assert outcome(events) == "finished"
    assert len(told(events, "update")) == 20 - steps


def test_nodes_in_parallel_that_never_end_are_cancelled(pool, tmp_path):
    world = World(pool, tmp_path / "f", "parallel")
    pool.prepare("parallel")
    threading.Timer(0.3, pool.cancel, args=("parallel",)).start()
    assert outcome(world.start(run_id="parallel")) == "cancelled"


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
    time.sleep(0.5)
    threading.Timer(0.2, pool.cancel, args=("waiting",)).start()
    assert outcome(world.answer("nothing", "c", run_id="waiting")) == "cancelled"
    for name, thread in zip("ab", busy, strict=True):
        pool.cancel(f"busy {name}")
        thread.join(10)


def test_a_worker_with_leftovers_is_not_used_again(world):
    before = world.act("tell the world")
    world.act("leave a child")
    after = world.act("tell the world")
    pid = [printed(events).split()[-3] for events in (before, after)]
    assert pid[0] != pid[1]
