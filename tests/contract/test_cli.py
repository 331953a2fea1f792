"""The command line's contract, on real threads: JSON, exit statuses, refusals."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import hitl, lines, run, shown, state
from tests.conftest import CONFIG
from tests.contract.runner.processes import PATIENCE
from tests.places import has_journal, held, on_both

ROW = {
    "thread_id", "state", "graph_id", "checkpoint_id", "waiting_since", "updated_at", "title",
    "interrupts", "next", "reason", "claimed_by", "claimed_until", "snoozed_by", "snoozed_until",
}  # fmt: skip
THREAD = {
    "thread_id", "state", "reason", "graph_id", "checkpoint_id", "next", "interrupts", "values",
    "metadata", "drafts_left",
}  # fmt: skip


def only_id(source: Path, thread: str) -> str:
    (interrupt,) = lines(hitl("show", source, thread, "--json"))[0]["interrupts"]
    return interrupt["id"]


INTERRUPT = {
    "id", "value", "response_schema", "dialect", "node", "asked_by", "asked_before",
    "answered_in_step",
}  # fmt: skip


@on_both
def test_list_prints_what_waits_oldest_first(source):
    rows = lines(hitl("list", source, "--json"))
    assert all(set(row) == ROW for row in rows)
    assert {row["state"] for row in rows} <= {"open", "locked", "in_doubt"}
    since = [row["waiting_since"] for row in rows]
    assert since == sorted(since)
    assert all(time.endswith("+00:00") for time in since)


@on_both
def test_list_filters_by_state_graph_text_and_number(source):
    every = lines(hitl("list", source, "--json", "--state", "all"))
    done = lines(hitl("list", source, "--json", "--state", "done"))
    refunds = lines(hitl("list", source, "--json", "--graph", "refund"))
    found = lines(hitl("list", source, "--json", "--search", "REFUND-7"))
    assert len(every) == 50
    assert {row["state"] for row in done} == {"done"}
    assert {row["graph_id"] for row in refunds} == {"refund"}
    assert [row["thread_id"] for row in found] == ["refund-7"]
    assert len(lines(hitl("list", source, "--json", "--limit", "3"))) == 3


@on_both
def test_show_prints_a_thread_with_its_questions(source):
    (thread,) = lines(hitl("show", source, "refund-7", "--json"))
    assert set(thread) == THREAD
    (interrupt,) = thread["interrupts"]
    assert set(interrupt) == INTERRUPT
    assert interrupt["asked_before"] == []
    assert interrupt["response_schema"]["type"] == "object"
    assert thread["metadata"]["graph_id"] == thread["graph_id"] == "refund"


@on_both
def test_an_answer_finishes_the_thread_and_streams_it(source):
    done = run("answer", source, "age-1", "--value", "41")
    events = lines(done)
    assert done.returncode == 0, done.stderr
    assert all({"type", "time", "thread_id"} <= set(event) for event in events)
    assert events[-1]["type"] == "end"
    assert events[-1]["outcome"] == "finished"
    assert "> Received an input from the interrupt: 41\n" in "".join(
        event["text"] for event in events if event["type"] == "output"
    )
    (thread,) = lines(hitl("show", source, "age-1", "--json"))
    assert thread["state"] == "done"
    assert thread["values"]["human_value"] == 41
    assert thread["graph_id"] == "age"


def test_five_and_the_text_5_are_told_apart(source):
    done = run("answer", source, "age-checked-1", "--text", "5")
    assert "> '5' is no age" in done.stdout
    run("answer", source, "age-checked-1", "--value", "5")
    (thread,) = lines(hitl("show", source, "age-checked-1", "--json"))
    assert thread["values"]["human_value"] == 5


def test_another_question_is_status_3(source):
    done = run("answer", source, "age-checked-1", "--value", "-20")
    events = lines(done)
    assert done.returncode == 3
    assert [e["type"] for e in events if e["type"] in ("interrupt", "end")] == ["interrupt", "end"]
    assert events[-1]["outcome"] == "paused"
    assert state(source, "age-checked-1") == "open"


@on_both
def test_a_refused_answer_is_status_4_and_sends_nothing(source):
    before = held(source)
    done = run("answer", source, "refund-7", "--value", '{"approved": "perhaps"}')
    error, end = lines(done)
    assert done.returncode == 4
    assert error["problems"]
    assert end["outcome"] == "refused"
    assert held(source) == before
    assert not has_journal(source)


def test_a_failing_graph_is_status_6_and_names_the_users_frame(source):
    done = run("answer", source, "transfer-1", "--text", "approve")
    events = lines(done)
    assert done.returncode == 6, done.stdout + done.stderr
    (error,) = [event for event in events if event["type"] == "error"]
    assert "transfer.py" in error["traceback"]
    assert "langgraph/pregel" not in error["traceback"]
    assert state(source, "transfer-1") == "locked"


def test_several_answers_go_together(source):
    (thread,) = lines(hitl("show", source, "trip-1", "--json"))
    asked = thread["interrupts"]
    ids = [interrupt["id"] for interrupt in asked]
    assert len(ids) == 3
    ambiguous = run("answer", source, "trip-1", "--text", "x")
    assert ambiguous.returncode == 2
    assert ids[0] in ambiguous.stderr
    answers = [i["value"]["options"][0] if "options" in i["value"] else "Ann" for i in asked]
    both = json.dumps(dict(zip(ids, answers, strict=True)))
    done = run("answer", source, "trip-1", "--from", "-", stdin=both)
    assert done.returncode == 3, done.stderr
    (after,) = lines(hitl("show", source, "trip-1", "--json"))
    (last,) = after["interrupts"]
    assert (last["node"], last["id"] in ids) == ("traveller", False)


def test_one_bad_answer_of_several_sends_none(source):
    (thread,) = lines(hitl("show", source, "trip-1", "--json"))
    ids = [interrupt["id"] for interrupt in thread["interrupts"]]
    before = held(source)
    done = run("answer", source, "trip-1", "--from", "-", stdin=json.dumps(dict.fromkeys(ids, 7)))
    assert done.returncode == 4
    assert held(source) == before


def test_start_makes_the_file_and_stops_at_the_first_question(tmp_path):
    source = tmp_path / "new.sqlite"
    done = run("start", source, "age", "--input", '{"foo": "abc"}', "--thread", "t")
    assert done.returncode == 3, done.stderr
    assert lines(done)[-2]["type"] == "interrupt"
    (row,) = lines(hitl("list", source, "--json"))
    assert (row["thread_id"], row["graph_id"], row["state"]) == ("t", "age", "open")


def test_a_thread_of_no_graph_is_matched_by_its_nodes(source):
    (thread,) = lines(hitl("show", source, "trip-3", "--json"))
    assert thread["graph_id"] is None
    asked = next(i for i in thread["interrupts"] if i["node"] == "hotel")
    done = run("answer", source, "trip-3", "--interrupt", asked["id"], "--text", "single")
    assert done.returncode == 3, done.stdout + done.stderr
    (after,) = lines(hitl("show", source, "trip-3", "--json"))
    assert asked["id"] not in {i["id"] for i in after["interrupts"]}


@pytest.mark.parametrize("arguments", [
    ["--value", "{oops"], ["--value", "NaN"], [], ["--value", "1", "--text", "x"],
    ["--text", "x", "--message", "y"],
])  # fmt: skip
def test_a_call_whose_words_are_off_is_status_2_and_writes_nothing(source, arguments):
    before = held(source)
    done = run("answer", source, "age-1", *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert held(source) == before


def test_looking_never_changes_the_file_nor_its_folder(source):
    before = source.read_bytes(), sorted(source.parent.iterdir())
    for command in (["list"], ["list", "--state", "all"], ["show", "refund-7"], ["doctor"]):
        hitl(command[0], source, *command[1:], "--config", CONFIG)
    assert (source.read_bytes(), sorted(source.parent.iterdir())) == before


@on_both
def test_doctor_tells_what_can_be_read_and_which_graphs_load(source):
    done = hitl("doctor", source, "--config", CONFIG)
    assert "refund" in done.stdout
    assert re.search(r"^see  \S+: 2 of them cannot be read$", done.stdout, re.MULTILINE)
    assert "BAD" not in done.stdout
    assert done.returncode == 0, "threads that cannot be read are data, and the rest works"


@on_both
def test_people_see_no_control_character(source):
    for arguments in (["list", source, "--state", "all"], ["show", source, "hostile-terminal"]):
        done = hitl(*arguments)
        assert done.returncode == 0
        assert not any(c < " " and c != "\n" for c in done.stdout)
        assert "\u202e" not in done.stdout


def test_a_reader_that_leaves_does_not_stop_the_run(source):
    command = (
        f"{sys.executable} -m hitl_tui answer {source} age-1 --value 3 --config {CONFIG} --json"
    )
    subprocess.run(
        ["bash", "-c", f"{command} | true"], timeout=PATIENCE, check=False, capture_output=True
    )
    assert state(source, "age-1") == "done"


def test_every_waiting_sample_of_one_question_shows_its_dialect(source):
    rows = lines(hitl("list", source, "--json"))
    thread = next(row["thread_id"] for row in rows if row["graph_id"] == "mailer")
    (shown,) = lines(hitl("show", source, thread, "--json"))
    assert shown["interrupts"][0]["dialect"] not in ("", "plain")


def test_a_graph_named_in_the_call_is_used_whatever_the_thread_calls_its_own(source):
    graph = ("--graph", f"{CONFIG.parent / 'age.py'}:graph")
    done = hitl("answer", source, "age-1", "--value", "41", *graph, "--json")
    assert done.returncode == 0, done.stderr
    after = shown(source, "age-1")
    assert (after["state"], after["graph_id"]) == ("done", "age")
    wrong = hitl("answer", source, "transfer-1", "--text", "approve", *graph)
    assert wrong.returncode == 8, wrong.stderr
    assert shown(source, "transfer-1")["state"] == "drifted"
    assert run("answer", source, "transfer-1", "--text", "reject").returncode == 0
