"""A list means the same threads in the same order, wherever they are kept."""

import json
import uuid
from pathlib import Path

ASKS = {"locked", "open", "refund", "trip"}


def threads(world):
    """Threads in most states, each under a name; the questions of some hold `world.token`."""
    world.token = f"token{uuid.uuid4().hex}"
    Path(f"{world.effects_file}.question").write_text(f"Shall {world.token}?")
    world.named = {name: world.seed("effect") for name in ("done", "locked", "open")}
    world.named |= {
        name: world.seed(graph)
        for name, graph in (("paused", "approval_gate"), ("failed", "monthly_report"))
    }
    world.named |= {name: world.seed(name) for name in ("refund", "trip")}
    words = ("answer", world.named["done"], "--text", "yes")
    assert world.said("ann", *words).returncode == 0
    world.switch("down", on=True)
    words = ("answer", world.named["locked"], "--text", "yes")
    assert world.said("ann", *words).returncode == 6


def listed(world, *words):
    """The names of the threads that a list tells, in its order."""
    done = world.said("ann", "list", "--json", *words)
    assert done.returncode == 0, done.stderr
    names = {id: name for name, id in world.named.items()}
    ids = [json.loads(line)["thread_id"] for line in done.stdout.splitlines()]
    return [names[id] for id in ids if id in names]


def test_each_filter_and_order_tells_the_same_threads(world):
    threads(world)
    assert set(listed(world)) == ASKS
    every = listed(world, "--state", "all")
    assert every[:4] == ["locked", "open", "refund", "trip"]
    assert set(every) == set(world.named)
    assert listed(world, "--state", "all", "--reverse") == every[::-1]
    for state in ("done", "locked", "paused", "failed"):
        assert listed(world, "--state", state) == [state]
    assert listed(world, "--state", "open", "--state", "done") == ["open", "refund", "trip", "done"]
    assert listed(world, "--graph", "refund") == ["refund"]
    assert listed(world, "--graph", "effect", "--state", "all") == ["locked", "open", "done"]
    assert listed(world, "--graph", "") == []
    assert listed(world, "--search", world.token.upper()) == ["locked", "open"]
    assert listed(world, "--search", world.token, "--limit", "1") == ["locked"]
    assert listed(world, "--kind", "schema") == ["refund"]
    assert listed(world, "--kind", "schema", "--search", world.token) == []
    assert set(listed(world, "--kind", "", "--state", "all")) == {"done", "paused", "failed"}
    assert set(listed(world, "--newer-than", "1h")) == ASKS
    assert listed(world, "--older-than", "1h") == []
    by_graph = listed(world, "--sort", "graph")
    assert by_graph == ["locked", "open", "refund", "trip"]
    assert listed(world, "--sort", "state") == ["open", "refund", "trip", "locked"]
    oldest = ["locked", "open", "paused", "failed", "refund", "trip", "done"]
    assert listed(world, "--sort", "age", "--state", "all") == oldest
    grouped = world.said("ann", "list", "--group-by", "graph", "--search", world.token, "--json")
    assert json.loads(grouped.stdout) == {"graph_id": "effect", "count": 2}
