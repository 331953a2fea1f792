"""What is told of a run is the same, wherever it runs."""

import json

from graphs.deploy import STEPS, WORDS
from tests.contract.everywhere.world import here_and_there


@here_and_there
def test_the_updates_of_every_node_are_told_those_of_subgraphs_too(world):
    world.seed("trip")
    (shown,) = world.told("show", world.thread)
    (asked,) = [each["id"] for each in shown["interrupts"] if each["node"] == "hotel"]
    words = ("answer", world.thread, "--interrupt", asked, "--text", "single")
    done = world.said("ann", *words, "--json")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    updates = [
        ([place.partition(":")[0] for place in event.get("namespace", ())], event["node"],
         event["update"])
        for event in events
        if event["type"] == "update"
    ]  # fmt: skip
    room = {"room": "single"}
    assert updates == [(["hotel"], "choose", room), ([], "hotel", room)]
    assert events[-1]["outcome"] == "paused"


@here_and_there
def test_what_a_run_streams_is_told_whole_and_in_order(world, monkeypatch):
    """Progress and a model's tokens, wherever it runs; prints and logs stay at a server."""
    monkeypatch.setenv("DEPLOY_SECONDS", "1")
    thread = world.seed("deploy")
    done = world.said("ann", "answer", thread, "--text", "deploy", "--json")
    assert done.returncode == 0, done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    progress = [event["data"]["progress"] for event in events if event["type"] == "custom"]
    assert progress == [round(step / STEPS, 2) for step in range(1, STEPS + 1)]
    tokens = [event for event in events if event["type"] == "token"]
    assert "".join(event["text"] for event in tokens) == WORDS
    assert {event["node"] for event in tokens} == {"report"}
    updates = [event["node"] for event in events if event["type"] == "update"]
    assert updates == ["approve", "roll_out", "report"]
    printed = "".join(event["text"] for event in events if event["type"] == "output")
    logged = [event for event in events if event["type"] == "log" and event["logger"] == "deploy"]
    here = world.kind != "server"
    assert printed.count("> m") == (STEPS if here else 0)
    assert bool(logged) == here
