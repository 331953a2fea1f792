"""`claim`, `release` and `snooze` from scripts, on a real file."""

import json
from datetime import UTC, datetime, timedelta

from hitl_tui.backends.connect import backend_for
from hitl_tui.journal.journal import Journal
from hitl_tui.model.threads import Query
from tests.cli import hitl, lines, run, shown

NOTED = ("claimed_by", "claimed_until", "snoozed_by", "snoozed_until", "reason")


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


def listed(source, *words):
    """The rows of `list --json`, by thread."""
    return {row["thread_id"]: row for row in lines(hitl("list", source, "--json", *words))}


def test_the_queue_of_a_real_file_tells_what_sleeps_and_who_claims(source):
    everything = listed(source)
    assert {everything["age-1"][key] for key in NOTED} == {None}
    hitl("snooze", source, "age-1", "--until", "2h", "--operator", "ann")
    hitl("claim", source, "refund-7", "--until", "1h", "--operator", "bob")
    rows = listed(source)
    assert list(rows) == list(everything), "a script sees what sleeps too, and that it does"
    assert rows["age-1"]["snoozed_by"] == "ann"
    assert timedelta(hours=1.9) < left(rows["age-1"]["snoozed_until"]) <= timedelta(hours=2)
    assert rows["refund-7"]["claimed_by"] == "bob"
    assert timedelta(minutes=55) < left(rows["refund-7"]["claimed_until"]) <= timedelta(hours=1)
    assert set(listed(source, "--snoozed")) == {"age-1"}
    assert set(listed(source, "--awake")) == set(everything) - {"age-1"}
    assert "bob claims it until" in hitl("list", source, "--search", "refund-7").stdout
    hitl("snooze", source, "age-1", "--wake")
    assert set(listed(source, "--awake")) == set(everything)


def test_the_queue_of_a_real_file_leaves_what_sleeps_apart(source):
    backend = backend_for(str(source), None)
    both = {row.thread_id for row in backend.page(Query()).rows}
    asleep = frozenset({"age-1", "refund-7", "not here"})
    sleeping, waking = (Query(snoozed=which, asleep=asleep) for which in (True, False))
    assert {row.thread_id for row in backend.page(sleeping).rows} == {"age-1", "refund-7"}
    assert {row.thread_id for row in backend.page(waking).rows} == both - asleep
    assert backend.page(sleeping).total == sum(backend.counts(sleeping).values()) == 2
    assert sum(backend.counts(waking).values()) == len(both) - 2
    assert backend.position(waking, "age-1") is None
    assert backend.position(sleeping, "age-1") in (0, 1)
    backend.close()


def test_a_state_comes_with_its_reason(source):
    rows = listed(source, "--state", "all")
    reasons = {row["state"]: row["reason"] for row in rows.values()}
    assert reasons["open"] is None
    assert "taken" in reasons["locked"]


def left(until):
    return datetime.fromisoformat(until) - datetime.now(UTC)


def test_a_draft_that_its_question_did_not_wait_for_is_told_with_who_answered(source):
    journal = Journal(source.with_name(f"{source.name}.hitl.db"))
    asked = shown(source, "age-1")["interrupts"][0]["id"]
    for operator in ("ann", "bob"):
        journal.notes.save_draft("age-1", asked, operator, {"value": f"{operator}'s"})
    assert shown(source, "age-1")["drafts_left"] == []
    assert answered(source, "bob").returncode == 0
    assert list(journal.notes.drafts("age-1", "bob")) == [], "bob answered: it is no draft any more"
    journal.close()
    done = hitl("show", source, "age-1", "--json", "--operator", "ann")
    (left,) = lines(done)[0]["drafts_left"]
    assert (left["interrupt_id"], left["draft"]) == (asked, {"value": "ann's"})
    assert left["answered_by"].startswith("answer by bob at ")
    told = hitl("show", source, "age-1", "--operator", "ann").stdout
    assert "your draft is for a question that was answered meanwhile: answer by bob" in told
    assert "ann's" in told
