"""`batch` from scripts, on a real file."""

import sqlite3

import pytest

from tests.cli import hitl, lines, refusal, run, state


def of(told, kind):
    return {each.get("thread_id", ""): each for each in told if each["type"] == kind}


def test_a_dry_run_prints_the_table_and_writes_nothing(source):
    done = run("batch", source, "--graph", "mailer", "--state", "all", "--decision", "approve",
               "--dry-run")  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = lines(done)
    assert of(told, "send").keys() == {"mailer-1", "mailer-2", "mailer-3"}
    approve = {"type": "approve"}
    assert of(told, "send")["mailer-2"]["value"] == {"decisions": [approve] * 3}
    assert of(told, "excluded")["mailer-4"]["reason"].startswith("It is done.")
    assert not source.with_name(f"{source.name}.hitl.db").exists()


def test_one_value_for_several_threads_is_sent_and_the_others_are_named(source):
    words = ("--thread", "age-1", "--thread", "age-2", "--thread", "trip-1", "--thread", "refund-1")
    done = run("batch", source, *words, "--value", "41")
    assert done.returncode == 0, done.stderr
    told = lines(done)
    assert of(told, "send").keys() == of(told, "result").keys() == {"age-1", "age-2"}
    assert of(told, "excluded").keys() == {"trip-1", "refund-1"}
    assert told[-1] == {
        "type": "end", "batch_id": of(told, "batch")[""]["batch_id"], "counts": {"finished": 2},
    }  # fmt: skip
    assert [state(source, name) for name in ("age-1", "age-2", "refund-1")] == [
        "done", "done", "open",
    ]  # fmt: skip
    again = run("batch", source, "--resume", told[-1]["batch_id"])
    assert [each["type"] for each in lines(again)] == ["result", "result", "end"]
    assert again.returncode == 0


def test_one_that_was_cut_off_is_named_and_resumed(source):
    words = ("--thread", "age-1", "--thread", "age-2", "--value", "41")
    assert run("batch", source, *words).returncode == 0
    journal = source.with_name(f"{source.name}.hitl.db")
    with sqlite3.connect(journal) as db:  # as if the second one had never begun
        db.execute("UPDATE batch_members SET value = '41', attempt_id = 'never' WHERE seq = 1")
    db.close()
    (cut,) = lines(hitl("batch", source, "--unfinished", "--json"))
    assert (cut["waiting"], cut["size"], cut["what"]) == (1, 2, "a value")
    done = run("batch", source, "--resume", cut["batch_id"])
    assert of(lines(done), "result")["age-2"]["outcome"] == "conflict", "its thread moved on"
    assert done.returncode == 5


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--decision and --value"),
        (("--thread", "age-1"), "--decision and --value"),
        (("--thread", "age-1", "--value", "1", "--decision", "x"), "--decision and --value"),
        (("--value", "1"), "--thread"),
        (("--thread", "age-1", "--search", "x", "--value", "1"), "--thread"),
        (("--thread", "age-1", "--value", "1", "--message", "x"), "--message"),
        (("--thread", "age-1", "--value", "{"), "--value is not JSON"),
        (("--resume", "x", "--value", "1"), "--resume"),
        (("--resume", "x"), "no batch x"),
        (("--graph", "", "--state", "open", "--value", "1"), "--graph names no graph"),
    ],
)
def test_a_call_that_does_not_say_what_goes_to_whom_is_refused(source, words, told):
    assert told in refusal(source.parent, 2, "batch", source, *words)


def test_nothing_is_sent_when_every_thread_is_left_out(source):
    done = hitl("batch", source, "--thread", "age-3", "--value", "1")
    assert done.returncode == 2
    assert "excluded  age-3" in done.stdout
    assert "every thread is left out" in done.stderr
