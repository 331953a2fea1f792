"""What is told of a run is the same, wherever it runs."""

import json

from tests.contract.everywhere.world import here_and_there


@here_and_there
def test_the_updates_of_every_node_are_told_those_of_subgraphs_too(world):
    world.seed("trip")
    (shown,) = world.told("show", world.place.source, world.thread)
    (asked,) = [each["id"] for each in shown["interrupts"] if each["node"] == "hotel"]
    words = ("answer", world.place.source, world.thread, "--interrupt", asked, "--text", "single")
    done = world.done(*words, "--json")
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
