"""One decision for many threads, and the trail of who decided what, wherever threads are."""

import json

from tests.contract.everywhere.world import here_and_there


def told(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def of(events, kind):
    return {event.get("thread_id", ""): event for event in events if event["type"] == kind}


def test_a_batch_sends_one_value_to_each_thread_that_takes_it(world):
    one, two, refund = (world.seed(graph) for graph in ("effect", "effect", "refund"))
    words = ["batch", "--json", "--value", '"yes"']
    words += [word for thread in (one, two, refund) for word in ("--thread", thread)]
    dry = world.said("ann", *words, "--dry-run")
    assert (dry.returncode, world.effects()) == (0, [])
    table = told(dry)
    assert of(table, "send").keys() == {one, two}
    assert of(table, "excluded").keys() == {refund}
    done = world.said("ann", *words)
    assert done.returncode == 0, done.stderr
    results = of(told(done), "result")
    assert {id: each["outcome"] for id, each in results.items()} == {
        one: "finished", two: "finished",
    }  # fmt: skip
    end = told(done)[-1]
    assert end["counts"] == {"finished": 2}
    assert world.effects() == ["yes", "yes"]
    again = world.said("ann", "batch", "--json", "--resume", end["batch_id"])
    assert [each["type"] for each in told(again)] == ["result", "result", "end"]
    assert (again.returncode, world.effects()) == (0, ["yes", "yes"])
    assert world.said("bob", "batch", "--resume", end["batch_id"]).returncode == 5
    assert world.said("ann", "batch", "--resume", "unknown").returncode == 2
    none = world.said("ann", "batch", "--json", "--thread", one, "--value", "1")
    assert (none.returncode, "every thread is left out" in none.stderr) == (2, True)


@here_and_there
def test_a_batch_ends_with_the_highest_status_of_its_threads(world):
    threads = [world.seed("effect"), world.seed("effect")]
    world.switch("down", on=True)
    words = [word for thread in threads for word in ("--thread", thread)]
    done = world.said("ann", "batch", "--json", "--value", "1", *words)
    assert done.returncode == 6, done.stderr
    assert {each["outcome"] for each in of(told(done), "result").values()} == {"failed"}


def test_the_trail_tells_each_decision_and_how_it_ended(world):
    thread = world.seed("effect")
    world.switch("down", on=True)
    calls = [("ann", "claim"), ("ann", "answer", "--text", "yes"), ("ann", "release")]
    calls += [("bob", "retry"), ("bob", "reopen")]
    for operator, verb, *more in calls:
        world.said(operator, verb, thread, *more)
    rows = told(world.said("ann", "audit", "--thread", thread, "--json"))
    assert [(row["operator"], row["kind"]) for row in rows] == [
        ("ann", "claim"), ("ann", "intent"), ("ann", "outcome"), ("ann", "release"),
        ("bob", "intent"), ("bob", "outcome"), ("bob", "intent"), ("bob", "outcome"),
    ]  # fmt: skip
    assert world.effects() == ["yes", "yes"]
