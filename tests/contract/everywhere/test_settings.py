"""What `hitl.toml` says of graphs holds wherever their threads are."""

import json

from tests.contract.everywhere.world import here_and_there

pytestmark = here_and_there


def test_a_schema_for_a_node_binds_its_answers(world):
    (world.folder / "answer.schema.json").write_text('{"type": "integer", "minimum": 1}')
    (world.folder / "hitl.toml").write_text('[contracts.effect]\nact = "answer.schema.json"\n')
    thread = world.seed("effect")
    for value in ('"5"', "0", "null"):
        refused = world.said("ann", "answer", thread, "--value", value, "--json")
        assert refused.returncode == 4, value
        assert json.loads(refused.stdout.splitlines()[-1])["outcome"] == "refused"
    assert world.effects() == []
    assert world.said("ann", "answer", thread, "--value", "5").returncode == 0
    assert world.effects() == ["5"]


def test_priorities_put_a_graph_first(world):
    (world.folder / "hitl.toml").write_text("[priorities]\nrefund = 5\ntrip = -1\n")
    seeded = [world.seed(graph) for graph in ("trip", "effect", "refund")]
    listed = world.said("ann", "list", "--sort", "priority", "--json").stdout
    ids = [json.loads(line)["thread_id"] for line in listed.splitlines()]
    assert [id for id in ids if id in seeded] == seeded[::-1]
