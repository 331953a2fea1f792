"""`claim`, `release` and `snooze` from scripts, on a real file."""

import json

from tests.cli import hitl, run


def answered(source, operator):
    return run("answer", source, "age-1", "--value", "9", "--operator", operator)


def test_a_claim_keeps_others_away_until_it_is_released(source):
    assert hitl("claim", source, "age-1", "--operator", "bob").returncode == 0
    assert hitl("claim", source, "age-1", "--operator", "ann").returncode == 5
    refused = answered(source, "ann")
    assert refused.returncode == 5
    assert "bob claims this thread" in refused.stderr
    assert hitl("release", source, "age-1", "--operator", "ann").returncode == 5
    assert hitl("release", source, "age-1", "--operator", "bob").returncode == 0
    assert json.loads(answered(source, "ann").stdout.splitlines()[-1])["outcome"] == "finished"


def test_a_snooze_is_set_and_ended_and_bad_times_are_refused(source):
    assert hitl("snooze", source, "age-1", "--until", "2h").returncode == 0
    assert hitl("snooze", source, "age-1", "--wake").returncode == 0
    assert hitl("snooze", source, "age-1").returncode == 2
    assert hitl("snooze", source, "age-1", "--until", "soon").returncode == 2
    assert hitl("snooze", source, "nobody", "--until", "2h").returncode == 8


def test_a_read_only_look_notes_nothing(source):
    done = hitl("claim", source, "age-1", "--read-only")
    assert done.returncode == 2
    assert not source.with_name(f"{source.name}.hitl.db").exists()
