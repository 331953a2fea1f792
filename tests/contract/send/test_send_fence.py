"""A process stopped past its lease and then continued sends nothing, or does not go unnoticed."""

import os
import signal

import pytest

from hitl_tui.model.runs import Verb
from tests.contract.runner.processes import soon
from tests.contract.send.office import answer, on_both, result, stopped


def held_up(office, at):
    """An operator's process that stopped at a step, and whose lease has run out."""
    office.start("t")
    process = office.operator(at=at, how="SIGSTOP", lease=1.0 if at == "intent" else 3.0)
    assert stopped(process)
    assert soon(lambda: office.state() == "in_doubt")
    return process


@on_both
@pytest.mark.parametrize("step", ["intent", "permit"])
def test_one_whose_thread_was_answered_meanwhile_sends_nothing(office, step):
    process = held_up(office, step)
    inbox = office.inbox()
    assert answer(inbox, "t", "ours")["outcome"] == "Conflict"
    list(inbox.act("t", Verb.ABANDON))
    assert answer(inbox, "t", "ours")["outcome"] == "finished"
    os.kill(process.pid, signal.SIGCONT)
    assert result(process)["outcome"].lower() == "conflict"
    assert office.effects() == ["ours"]


@pytest.mark.parametrize("step", ["intent", "permit"])
def test_one_that_was_only_set_aside_sends_nothing_either(office, step):
    process = held_up(office, step)
    list(office.inbox().act("t", Verb.ABANDON))
    os.kill(process.pid, signal.SIGCONT)
    told = result(process)
    assert told["outcome"].lower() == "conflict", told
    assert office.effects() == []
    assert office.state() == "open"


@pytest.mark.parametrize("step", ["intent", "permit"])
def test_one_that_nobody_replaced_sends_nothing_and_leaves_the_thread_open(office, step):
    process = held_up(office, step)
    os.kill(process.pid, signal.SIGCONT)
    told = result(process)
    assert told["outcome"].lower() == "conflict"
    assert "lease" in told["reason"]
    assert office.effects() == []
    assert office.state() == "open"


def test_two_effects_after_a_takeover_in_mid_run_do_not_go_unnoticed(office):
    office.switch("hang", on=True)
    process = held_up(office, "sent")
    inbox = office.inbox()
    list(inbox.act("t", Verb.ABANDON))
    office.switch("hang", on=False)
    assert soon(lambda: office.state() != "in_doubt")
    os.kill(process.pid, signal.SIGCONT)
    assert "Another operator took over" in result(process)["reason"]
    assert "late outcome" in [row["kind"] for row in inbox.audit("t")]
    assert not inbox.audit_faults()


@on_both
def test_one_that_wakes_after_its_answer_was_replaced_is_an_alarm_in_the_source_too(office):
    """Stopped with its worker in mid-run; another answer is given; then both go on."""
    office.switch("hang", on=True)
    process = held_up(office, "sent")
    assert soon(lambda: office.effects() == ["ann's"])
    inbox = office.inbox()
    list(inbox.act("t", Verb.ABANDON))
    question = inbox.open("t").thread
    events = inbox.answer("t", {question.interrupts[0].id: "ours"})
    next(events)
    assert soon(lambda: len(office.effects()) == 2)
    office.switch("hang", on=False)
    list(events)
    os.kill(process.pid, signal.SIGCONT)
    result(process)

    def told():
        reason = office.inbox().open("t").thread.reason
        return "ALARM" in reason and "ann's" in reason and '"ours"' in reason

    assert soon(told)
