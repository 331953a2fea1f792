"""One decision for many threads: each is sent once, whatever becomes of who sends it."""

import json
import subprocess
import sys
from threading import Event

import pytest

from hitl_tui import lining
from hitl_tui.batching import begin, by_value, plan
from hitl_tui.carrying import carry
from hitl_tui.errors import Conflict, UsageError
from tests.conftest import ROOT
from tests.contract.runner.processes import PATIENCE
from tests.contract.send.batch_driver import own
from tests.contract.send.driver import answer
from tests.contract.send.office import AtServer, everywhere, here_and_there
from tests.places import EVERYWHERE


def operator(office, *words):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.contract.send.batch_driver", str(office.source), *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip


def sent_to(inbox, threads, value="yes"):
    planned = plan(inbox, threads, by_value(value))
    return begin(inbox, planned, "a value"), planned


def outcomes(members):
    return {each.thread_id: each.outcome and each.outcome.value for each in members}


@everywhere
def test_each_thread_is_sent_its_answer_once_and_told(office):
    threads = office.threads(6)
    inbox = office.inbox()
    planned = plan(inbox, [*threads, threads[0]], own)
    batch_id = begin(inbox, planned, "own")
    assert office.effects() == []
    told = list(carry(inbox, batch_id, at_once=2))
    assert outcomes(told) == dict.fromkeys(threads, "finished")
    assert sorted(office.effects()) == sorted(each.value for each in planned.members)
    assert outcomes(carry(inbox, batch_id, at_once=2)) == outcomes(told), "nothing is left to send"
    assert len(office.effects()) == len(threads)
    assert not inbox.audit_faults()


def test_who_cannot_be_sent_it_is_named_with_the_reason_and_sent_nothing(office):
    office.start("fine", "claimed", "done", "locked")
    bob, inbox = office.inbox("bob"), office.inbox()
    bob.notes.claim("claimed")
    office.stock_answer("x", "done")
    office.switch("down", on=True)
    answer(inbox, "locked", "y")
    office.switch("down", on=False)
    before = office.effects()
    batch_id, planned = sent_to(inbox, ["fine", "claimed", "done", "locked", "nobody"])
    reasons = {out.thread_id: out.reason for out in planned.excluded}
    assert reasons["claimed"] == "bob claims it."
    assert reasons["done"].startswith("It is done.")
    assert reasons["locked"].startswith("It is locked.")
    assert "no thread nobody" in reasons["nobody"]
    assert outcomes(carry(inbox, batch_id, at_once=2)) == {"fine": "finished"}
    assert office.effects() == [*before, "yes"]


@here_and_there
def test_a_thread_that_moved_on_since_the_table_is_sent_nothing(office):
    still, moved = office.threads(2)
    inbox = office.inbox()
    batch_id, _ = sent_to(inbox, [still, moved])
    office.stock_answer("another's", moved)
    told = {each.thread_id: each for each in carry(inbox, batch_id, at_once=2)}
    assert outcomes(told.values()) == {still: "finished", moved: "conflict"}
    assert "moved on" in told[moved].reason
    assert sorted(office.effects()) == ["another's", "yes"]


@here_and_there
def test_it_stops_at_the_first_failure_if_asked_and_goes_on_where_it_stopped(office):
    threads = office.threads(6)
    inbox = office.inbox()
    batch_id, _ = sent_to(inbox, threads)
    office.switch("down", on=True)
    told = list(carry(inbox, batch_id, at_once=1, stop_at_failure=True))
    assert outcomes(told) == {threads[0]: "failed"}
    assert (inbox.batches.get(batch_id).waiting, len(office.effects())) == (5, 1)
    office.switch("down", on=False)
    again = outcomes(carry(inbox, batch_id, at_once=2, stop_at_failure=True))
    assert again == {threads[0]: "failed", **dict.fromkeys(threads[1:], "finished")}
    assert len(office.effects()) == len(threads)


def test_one_that_is_stopped_begins_no_more(office):
    threads = office.threads(6)
    inbox, stop = office.inbox(), Event()
    batch_id, _ = sent_to(inbox, threads)
    carried = carry(inbox, batch_id, at_once=1, stop=stop)
    first = next(carried)
    stop.set()
    told = [first, *carried]
    assert 1 <= len(told) <= 2, "one may have been under way"
    assert len(office.effects()) == len(told)
    assert inbox.batches.get(batch_id).waiting == len(threads) - len(told)


def under_way_at_each_commit(inbox):
    """How many attempts had begun and not ended, whenever the journal reached the disk."""
    together, found = inbox._journal._store._together, []
    commit = together._commit

    def counted(connection):
        sql = "SELECT count(*) FROM attempts WHERE outcome IS NULL"
        found.append(connection.execute(sql).fetchone()[0])
        commit(connection)

    together._commit = counted
    return found


@pytest.mark.parametrize(("careful", "commits"), [(False, 7), (True, 12)])
def test_the_next_begins_with_the_end_of_one_and_never_before(
    office, careful, commits, monkeypatch
):
    monkeypatch.setattr(lining, "_FRESH", PATIENCE)  # no look is repeated on a busy machine either
    threads = office.threads(6)
    inbox = office.inbox()
    batch_id, _ = sent_to(inbox, threads)
    counted = under_way_at_each_commit(inbox)
    told = list(carry(inbox, batch_id, at_once=1, stop_at_failure=careful))
    assert outcomes(told) == dict.fromkeys(threads, "finished")
    assert (len(counted), max(counted), counted[-1]) == (commits, 1, 0)
    assert not inbox.audit_faults()


def test_no_more_are_ever_under_way_than_may_run_at_once(office):
    threads = office.threads(6)
    inbox = office.inbox()
    batch_id, _ = sent_to(inbox, threads)
    counted = under_way_at_each_commit(inbox)
    assert len(list(carry(inbox, batch_id, at_once=2))) == 6
    assert max(counted) <= 2
    assert sorted(office.effects()) == ["yes"] * 6


def test_the_next_is_refused_by_itself_where_it_cannot_begin(office):
    """Its thread is claimed while the one before runs: that one's end is told all the same."""
    first, claimed, last = threads = office.threads(3)
    inbox, bob = office.inbox(), office.inbox("bob")
    batch_id, _ = sent_to(inbox, threads)
    claim = lambda event: event.thread_id == first and bob.notes.claim(claimed)  # noqa: E731
    told = {m.thread_id: m for m in carry(inbox, batch_id, at_once=1, feed=claim)}
    assert outcomes(told.values()) == {first: "finished", claimed: "conflict", last: "finished"}
    assert "bob" in told[claimed].reason
    assert office.effects() == ["yes"] * 2
    assert inbox.batches.get(batch_id).waiting == 0
    assert not told[claimed].begun


STEPS = ("begin", "intent", "permit", "sent", "over", "settled")
KILLED = [(kind, step) for kind in EVERYWHERE for step in STEPS]


@pytest.mark.parametrize(("office", "step"), KILLED, indirect=["office"])
def test_one_whose_process_is_killed_goes_on_and_sends_nothing_twice(office, step):
    threads = office.threads(6)
    asked = {name: office.inbox().open(name).thread.interrupts[0].id for name in threads}
    process = operator(office, "begin", "own", step, "3", *threads)
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == -9
    batch_id = out.splitlines()[0]
    inbox = office.inbox("ann")
    begun = {m.thread_id for m in inbox.batches.members(batch_id) if m.begun}
    told = {each.thread_id: each for each in carry(inbox, batch_id, at_once=2)}
    assert told.keys() == set(threads)
    office.come_to_rest()
    effects = office.effects()
    assert len(effects) == len(set(effects)), "nothing had its effect twice"
    assert set(effects) >= {asked[name] for name in threads if name not in begun}
    goes_on = isinstance(office, AtServer) and step in ("sent", "over", "settled")
    missing = set(asked.values()) - set(effects)
    assert len(missing) <= (1 if goes_on else 2), "two were under way; at a server one goes on"
    for name in begun:
        assert asked[name] in effects or told[name].outcome.value == "in_doubt"
        doubtful = told[name].outcome.value == "in_doubt"
        state = inbox.open(name).thread.state.value
        assert doubtful or (told[name].outcome.value, state) == ("finished", "done")
        # killed after the node's writes and before the next checkpoint, it is a run that stopped
        assert state == "done" or (doubtful and state in ("in_doubt", "paused"))
        assert state == "done" or "done now" not in told[name].reason
    if step in ("intent", "permit"):
        assert any(each.outcome.value == "in_doubt" for each in told.values())
    if step == "over":
        assert any("done now" in each.reason for each in told.values())


WORKERS_KILLED = [("sqlite", "sent"), *(("postgres", step) for step in STEPS)]


@pytest.mark.parametrize(("office", "step"), WORKERS_KILLED, indirect=["office"])
def test_one_whose_workers_are_killed_goes_on_and_sends_nothing_twice(office, step):
    """What was under way may be in doubt, and is told; others are sent by new workers."""
    threads = office.threads(6)
    inbox = office.inbox("ann")
    asked = {name: inbox.open(name).thread.interrupts[0].id for name in threads}
    process = operator(office, "begin", "workers", step, "3", *threads)
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    _, killed, told = out.splitlines()
    assert killed in ("killed 1", "killed 2")
    told, effects = json.loads(told), office.effects()
    assert told.keys() == set(threads)
    assert len(effects) == len(set(effects)), "nothing had its effect twice"
    for name, (outcome, reason) in told.items():
        state = inbox.open(name).thread.state.value
        if outcome == "refused":  # by a worker that was just being started
            assert (state, asked[name] in effects) == ("open", False)
        elif outcome == "in_doubt":
            assert state in ("in_doubt", "paused", "done")
        else:
            assert (outcome, state, asked[name] in effects) == ("finished", "done", True)
        assert outcome == "finished" or "SIGKILL" in reason
    ends = [outcome for outcome, _ in told.values()]
    assert ends.count("finished") >= len(threads) - 2, "two were under way"
    assert not inbox.audit_faults()


@here_and_there
def test_two_processes_that_resume_it_at_once_send_nothing_twice(office):
    threads = office.threads(6)
    inbox = office.inbox("ann")
    planned = plan(inbox, threads, own)
    batch_id = begin(inbox, planned, "own")
    racers = [operator(office, "resume", batch_id) for _ in range(2)]
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.stdin.write("\n")
        racer.stdin.flush()
    told = [json.loads(racer.communicate(timeout=PATIENCE)[0].splitlines()[-1]) for racer in racers]
    assert sorted(office.effects()) == sorted(each.value for each in planned.members)
    assert all(each.keys() == set(threads) for each in told)
    assert outcomes(inbox.batches.members(batch_id)) == dict.fromkeys(threads, "finished")


def test_only_who_decided_it_goes_on_with_it_and_a_mere_look_sends_nothing(office):
    office.start("t0")
    batch_id, planned = sent_to(office.inbox("ann"), ["t0"])
    with pytest.raises(Conflict, match="ann decided"):
        list(carry(office.inbox("bob"), batch_id, at_once=1))
    with pytest.raises(UsageError, match="read-only"):
        list(carry(office.inbox("ann", read_only=True), batch_id, at_once=1))
    with pytest.raises(UsageError, match="read-only"):
        begin(office.inbox("ann", read_only=True), planned, "a value")
    with pytest.raises(UsageError, match="no batch"):
        list(carry(office.inbox("ann"), "unknown", at_once=1))
    assert office.effects() == []


def test_the_value_stands_in_the_batch_only_until_its_attempt_begins(office):
    office.start("t0")
    inbox = office.inbox()
    batch_id, _ = sent_to(inbox, ["t0"], "a secret")
    list(carry(inbox, batch_id, at_once=1))
    journal = office.journal()
    rows = journal._store.read("SELECT value FROM batch_members")
    assert rows == [{"value": None}]
