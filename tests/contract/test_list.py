"""`list` sorts, narrows and counts, as scripts call it."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cli import hitl, lines
from tests.conftest import CONFIG


def listed(source, *arguments):
    done = hitl("list", source, "--state", "all", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return lines(done)


def test_reverse_is_the_opposite_order(source):
    forth, back = listed(source), listed(source, "--reverse")
    assert len(forth) > 20
    assert back == forth[::-1]


def test_by_age_the_oldest_comes_first(source):
    times = [row["updated_at"] for row in listed(source, "--sort", "age")]
    assert times == sorted(times)


def test_by_graph_those_without_one_come_last(source):
    graphs = [row["graph_id"] for row in listed(source, "--sort", "graph")]
    assert graphs == sorted(graphs, key=lambda graph: (graph is None, graph or ""))
    assert len(set(graphs)) > 3


def test_by_priority_a_rule_in_the_settings_puts_a_graph_first(source):
    (source.parent / "hitl.toml").write_text("[priorities]\ntransfer = 5\nage = -1\n")
    rows = lines(hitl("list", source, "--sort", "priority", "--json", cwd=source.parent))
    graphs = [row["graph_id"] for row in rows]
    count = graphs.count("transfer")
    assert count > 0
    assert graphs[:count] == ["transfer"] * count
    assert graphs[-graphs.count("age") :] == ["age"] * graphs.count("age")


def test_a_rule_that_is_no_number_is_refused(source):
    (source.parent / "hitl.toml").write_text('[priorities]\ntransfer = "first"\n')
    done = hitl("list", source, cwd=source.parent)
    assert done.returncode == 2
    assert "hitl.toml: priorities.transfer" in done.stderr


def test_ages_bound_what_is_listed(source):
    rows = listed(source)
    old, new = listed(source, "--older-than", "40h"), listed(source, "--newer-than", "40h")
    assert new
    assert len(old) + len(new) == len(rows)
    limit = datetime.now(UTC) - timedelta(hours=40)  # no sample comes to that age as we look
    assert old
    assert all(datetime.fromisoformat(row["updated_at"]) <= limit for row in old)


@pytest.mark.parametrize("age", ["", "2", "2x", "-1h", "1h30", "9999999w"])
def test_what_is_no_age_is_refused(age, source):
    done = hitl("list", source, "--older-than", age)
    assert done.returncode == 2
    assert "2h" in done.stderr


def test_groups_are_counted_by_graph_and_by_kind(source):
    rows = listed(source)
    grouped = listed(source, "--group-by", "graph")
    graphs = {row["graph_id"]: row["count"] for row in grouped}
    assert listed(source, "--group-by", "graph", "--limit", "2") == grouped[:2]
    assert sum(graphs.values()) == len(rows)
    assert graphs == {graph: sum(row["graph_id"] == graph for row in rows) for graph in graphs}
    kinds = {row["kind"]: row["count"] for row in listed(source, "--group-by", "kind")}
    assert sum(kinds.values()) == len(rows)
    assert kinds[None] == sum(not row["interrupts"] for row in rows)


def test_index_makes_one_where_it_is_told(source, tmp_path):
    folder = tmp_path / "indexes"
    done = hitl("index", source, "--cache", folder, "--config", CONFIG)
    assert done.returncode == 0, done.stderr
    assert str(folder) in done.stderr
    assert {file.suffix for file in folder.iterdir()} == {".db", ".lock"}


def test_index_says_why_it_cannot(source, tmp_path):
    (tmp_path / "indexes").write_text("a file is in the way")
    done = hitl("index", source, "--cache", tmp_path / "indexes")
    assert done.returncode == 8
    assert "The index cannot be made" in done.stderr
    assert hitl("index", tmp_path / "typo.sqlite").returncode == 8
    server = hitl("index", "http://127.0.0.1:1")
    assert (server.returncode, server.stderr.count("\n")) == (2, 1)
    assert "files and databases" in server.stderr


def test_kinds_graphs_and_claims_pick_what_is_listed(source):
    rows = listed(source)
    kinds = {
        row["kind"]: row["count"]
        for row in lines(hitl("list", source, "--state", "all", "--group-by", "kind", "--json"))
    }
    assert kinds["options"] > 1
    assert len(listed(source, "--kind", "options")) == kinds["options"]
    assert len(listed(source, "--kind", "")) == kinds[None]
    assert listed(source, "--graph", "") == [row for row in rows if row["graph_id"] is None]
    names = [row["thread_id"] for row in rows]
    assert hitl("claim", source, names[0], "--operator", "ann").returncode == 0

    def claimed(by: str, operator: str) -> list[str]:
        return [row["thread_id"] for row in listed(source, "--claim", by, "--operator", operator)]

    assert claimed("mine", "ann") == claimed("others", "bob") == names[:1]
    assert claimed("mine", "bob") == claimed("others", "ann") == []
    assert claimed("nobody", "bob") == names[1:]
