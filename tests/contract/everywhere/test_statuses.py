"""Exit statuses that no story tells: what is not there, cannot be used, cannot be written."""

import json
import uuid

from tests.contract.everywhere.world import NOBODY
from tests.contract.test_cli import INTERRUPT, ROW, THREAD

ON_A_THREAD = [
    "show", "answer --text x", "retry", "reopen", "continue", "abandon", "claim", "release",
    "snooze --until 2h", "watch", "cancel",
]  # fmt: skip


def test_a_thread_that_is_nowhere_is_status_8(world):
    for command in ON_A_THREAD:
        verb, *more = command.split()
        done = world.said("ann", verb, NOBODY, *more)
        assert done.returncode == 8, command
        assert done.stderr.startswith("No such thread:"), command


def test_a_source_that_cannot_be_used_is_status_8(world):
    elsewhere = world.place.elsewhere()
    for words in (["list"], ["doctor"], ["show", NOBODY], ["answer", NOBODY, "--text", "x"]):
        done = world.done("ann", [words[0], elsewhere, *words[1:]])
        assert done.returncode == 8, words


def test_a_journal_that_cannot_be_written_is_status_1_and_nothing_is_sent(world):
    world.seed("effect")
    world.place.break_journal(world.environment)
    for command in ("answer --text x", "claim", "snooze --until 2h"):
        verb, *more = command.split()
        done = world.said("ann", verb, world.thread, *more)
        assert done.returncode == 1, command
        assert done.stderr.startswith("Cannot use the journal"), command
    assert world.effects() == []


def test_a_start_ends_at_the_first_question_or_says_why_not(world):
    def start(graph, graph_input, *more):
        return world.said("ann", "start", graph, "--input", graph_input, *more)

    effects = json.dumps({"effects": str(world.effects_file)})
    assert start("no_such_graph", "{}").returncode == 8
    assert start("effect", "{oops").returncode == 2
    assert start("effect", effects, "--read-only").returncode == 2
    thread = str(uuid.uuid4())
    begun = start("effect", effects, "--json", "--thread", thread)
    *_, asked, end = map(json.loads, begun.stdout.splitlines())
    assert (begun.returncode, asked["type"], end["outcome"]) == (3, "interrupt", "paused")
    again = start("effect", effects, "--json", "--thread", thread)
    assert again.returncode == 5
    failed = start("monthly_report", json.dumps({"month": "1", "file": "/nowhere"}), "--json")
    assert (failed.returncode, json.loads(failed.stdout.splitlines()[-1])["outcome"]) == (
        6, "failed",
    )  # fmt: skip


def test_lists_and_threads_hold_what_the_contract_names(world):
    """Each name, also of what costs a server another request; and the two agree."""
    world.seed("trip")
    (shown,) = world.told("show", world.thread)
    assert set(shown) == THREAD
    assert all(set(asked) == INTERRUPT for asked in shown["interrupts"])
    for more in ([], ["--state", "all"], ["--search", world.thread]):
        rows = world.told("list", *more)
        assert all(set(row) == ROW for row in rows)
        (row,) = [row for row in rows if row["thread_id"] == world.thread]
        alike = ("state", "graph_id", "checkpoint_id", "next")
        assert {key: row[key] for key in alike} == {key: shown[key] for key in alike}
        asked = {each["id"]: each["node"] for each in shown["interrupts"]}
        assert {each["id"]: each["node"] for each in row["interrupts"]} == asked
        assert set(asked.values()) == set(row["next"]) >= {"flight", "hotel", "traveller"}


def test_several_answers_of_a_thread_go_together_or_not_at_all(world):
    world.seed("trip")
    (shown,) = world.told("show", world.thread)
    asked = {each["id"]: each["value"] for each in shown["interrupts"]}
    good = {key: a["options"][0] if "options" in a else "Ann" for key, a in asked.items()}
    bad = dict.fromkeys(asked, 7)
    answers = world.folder / "answers.json"
    for values, status in ((bad, 4), (good, 3)):
        answers.write_text(json.dumps(values))
        words = ("answer", world.thread, "--from", str(answers))
        assert world.said("ann", *words).returncode == status
    (after,) = world.told("show", world.thread)
    assert not asked.keys() & {each["id"] for each in after["interrupts"]}
