"""What a run tells stands in the order in which it happened."""

import itertools
import json

from tests.contract.runner.world import World, outcome, printed, told


def kinds(events):
    return [(event.type.value, event.data.get("text", "")) for event in events]


def joined(events):
    """The same, with what was printed in a row as one: in how many pieces it comes is chance."""
    parts = itertools.groupby(kinds(events), key=lambda each: each[0] == "output")
    return [
        each
        for is_output, row in parts
        for each in ([("output", "".join(text for _, text in row))] if is_output else row)
    ]


def test_prints_raw_writes_children_logs_and_updates_are_in_order(world):
    events = world.act("speak")
    assert joined(events)[:-1] == [
        ("output", "first\nraw\n"),
        ("custom", ""),
        ("output", "second\nchild\n"),
        ("log", ""),
        ("output", "third\n"),
        ("log", ""),
        ("output", "no newline"),
        ("update", ""),
        ("output", "after\n"),
        ("update", ""),
    ]
    assert told(events, "custom") == [{"data": {"step": 1}}]
    logged, warned = told(events, "log")
    assert logged == {"level": "INFO", "logger": "speaker", "message": "logged 1"}
    assert "take care" in warned["message"]


def test_async_nodes_are_in_order_too(pool, tmp_path):
    world = World(pool, tmp_path / "f", "act_async")
    world.start()
    told_kinds = kinds(world.answer("speak"))
    assert told_kinds[:3] == [("output", "first\n"), ("custom", ""), ("output", "second\n")]


def test_model_tokens_come_one_by_one_and_whole_messages_at_once(pool, tmp_path):
    events = World(pool, tmp_path / "f", "talker").start()
    assert [data["text"] for data in told(events, "token")] == ["one ", "two", "all at once"]
    assert {data["node"] for data in told(events, "token")} == {"talk"}
    assert kinds(events)[:2] == [("token", "one "), ("output", "said one \n")]


def test_a_flood_of_100_000_lines_arrives_whole_and_in_few_events(world):
    events = world.act("flood")
    lines = printed(events).splitlines()
    assert lines[:-1] == [f"line {number}" for number in range(100_000)]
    assert len(events) < 2_000


def test_c_code_that_holds_the_interpreter_lock_can_print_more_than_a_pipe_holds(world):
    assert len(printed(world.act("write in C"))) == 4_000_000 + len("after\n")


def test_whatever_a_graph_tells_is_plain_json_of_bounded_size(world):
    (data,) = told(world.act("tell awkward things"), "custom")
    text = json.dumps(data, allow_nan=False)
    assert len(text) < 70_000
    assert data["data"]["2"] == {"__type__": "builtins.bytes", "base64": "/w=="}
    assert data["data"]["set"] == [1]
    assert "more characters" in data["data"]["big"]


def test_an_error_shows_the_users_own_frames_and_its_cause(world):
    events = world.act("fail")
    assert outcome(events) == "failed"
    (error,) = told(events, "error")
    assert error["title"] == "ValueError"
    assert error["message"] == "cannot \x1b[31m go on \ud800"
    assert "act.py" in error["traceback"]
    assert "KeyError: 'missing'" in error["traceback"]
    assert "langgraph" not in error["traceback"].replace("langgraph.json", "")


def test_reading_from_the_keyboard_fails_and_is_told(world):
    events = world.act("read")
    assert outcome(events) == "failed"
    assert told(events, "error")[0]["title"] == "EOFError"


def test_sys_exit_fails_the_run_and_not_the_worker(world):
    assert outcome(world.act("exit")) == "failed"
    assert outcome(world.act("nothing")) == "finished"
