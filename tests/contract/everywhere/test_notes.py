"""What operators note about threads, and what the queue then tells of it, wherever threads are."""

import json
from datetime import UTC, datetime, timedelta

from hitl_tui.cli.wiring import journal_for
from hitl_tui.settings import Settings

NOTED = ("claimed_by", "claimed_until", "snoozed_by", "snoozed_until", "reason")


def listed(world, *words):
    """The rows of `list --json` of the two threads, by what they are called here."""
    done = world.said("ann", "list", "--json", *words)
    rows = {row["thread_id"]: row for row in map(json.loads, done.stdout.splitlines())}
    return {name: rows[id] for name, id in world.named.items() if id in rows}


def left(until):
    return datetime.fromisoformat(until) - datetime.now(UTC)


def test_the_queue_tells_what_sleeps_and_who_claims(world):
    world.named = {"a": world.seed("effect"), "b": world.seed("effect")}
    one, other = world.named.values()
    assert {listed(world)["a"][key] for key in NOTED} == {None}
    assert world.said("ann", "snooze", one, "--until", "2h").returncode == 0
    assert world.said("bob", "claim", other, "--until", "1h").returncode == 0
    rows = listed(world)
    assert list(rows) == ["a", "b"], "a script sees what sleeps too, and that it does"
    assert rows["a"]["snoozed_by"] == "ann"
    assert timedelta(hours=1.9) < left(rows["a"]["snoozed_until"]) <= timedelta(hours=2)
    assert rows["b"]["claimed_by"] == "bob"
    assert timedelta(minutes=55) < left(rows["b"]["claimed_until"]) <= timedelta(hours=1)
    assert set(listed(world, "--snoozed")) == {"a"}
    assert set(listed(world, "--awake")) == {"b"}
    assert set(listed(world, "--claim", "others")) == {"b"}
    assert set(listed(world, "--claim", "nobody")) == {"a"}
    assert "bob claims it until" in world.said("ann", "list", "--search", other).stdout
    refused = world.said("ann", "answer", other, "--text", "ann's")
    assert (refused.returncode, "bob claims this thread" in refused.stderr) == (5, True)
    assert world.effects() == []
    assert world.said("bob", "release", other).returncode == 0
    assert world.said("ann", "snooze", one, "--wake").returncode == 0
    assert set(listed(world, "--awake", "--claim", "nobody")) == {"a", "b"}


def test_a_draft_that_its_question_did_not_wait_for_is_told_with_who_answered(world):
    thread = world.seed("effect")

    def shown(operator):
        return json.loads(world.said(operator, "show", thread, "--json").stdout)

    (asked,) = shown("ann")["interrupts"]
    journal = journal_for(world.place.source, Settings(operator="ann"))
    for operator in ("ann", "bob"):
        journal.notes.save_draft(thread, asked["id"], operator, {"value": f"{operator}'s"})
    assert shown("ann")["drafts_left"] == []
    assert world.said("bob", "answer", thread, "--text", "bob's").returncode == 0
    kept = list(journal.notes.drafts(thread, "bob"))
    journal.close()
    assert kept == [], "bob answered: it is no draft any more"
    (draft,) = shown("ann")["drafts_left"]
    assert (draft["interrupt_id"], draft["draft"]) == (asked["id"], {"value": "ann's"})
    assert draft["answered_by"].startswith("answer by bob at ")
    told = world.said("ann", "show", thread).stdout
    assert "your draft is for a question that was answered meanwhile: answer by bob" in told
    assert "ann's" in told
