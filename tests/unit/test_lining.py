"""The line of a batch: in order, each member once, whatever goes wrong while it is looked at."""

from types import SimpleNamespace

import pytest

from hitl_tui import lining
from hitl_tui.errors import JournalError
from hitl_tui.lining import Line
from hitl_tui.model.batches import Member
from hitl_tui.sending import Send
from tests.contract.runner.processes import PATIENCE


class Looks:
    """Readies members, unless `fault` is to be raised; notes whose turn it was."""

    def __init__(self):
        self.fault, self.seen = None, []

    def ready(self, members):
        self.seen.append([member.thread_id for member in members])
        if self.fault is not None:
            raise self.fault
        return [Send("graph", lambda then, relayed: iter(())) for _ in members]


@pytest.fixture
def looks():
    return Looks()


@pytest.fixture
def line(looks, monkeypatch):
    monkeypatch.setattr(lining, "_FRESH", PATIENCE)
    members = [Member(f"a{n}", f"t{n}", "i", "c") for n in range(20)]
    return Line(SimpleNamespace(several=looks), members)


def all_of(line):
    """The threads that are left, in the order in which they are taken."""
    found = []
    while (taken := line.take()) is not None:
        found.append(taken[0].thread_id)
    return found


def test_members_are_taken_once_in_order_by_runs_and_by_what_follows_a_run(line):
    first = line.take()[0].thread_id
    line.look_ahead()
    relayed = [line.at_hand("graph")[0].thread_id for _ in range(3)]
    assert line.at_hand("another graph") is None
    assert [first, *relayed, *all_of(line)] == [f"t{n}" for n in range(20)]


@pytest.mark.parametrize("fault", [JournalError("No room."), ZeroDivisionError("by none")])
def test_what_goes_wrong_while_a_run_is_under_way_is_met_by_who_takes_and_loses_nobody(
    line, looks, fault
):
    looks.fault = fault
    line.look_ahead()
    assert line.at_hand("graph") is None
    with pytest.raises(type(fault)):
        line.take()
    looks.fault = None
    assert all_of(line) == [f"t{n}" for n in range(20)]


def test_a_look_that_is_too_old_and_cannot_be_made_again_keeps_its_place(line, looks, monkeypatch):
    assert line.take()[0].thread_id == "t0"
    monkeypatch.setattr(lining, "_FRESH", -1.0)
    looks.fault = JournalError("No room.")
    line.look_ahead()
    assert looks.seen[-1] == ["t1"]
    assert line.at_hand("graph") is None
    looks.fault = None
    assert all_of(line) == [f"t{n}" for n in range(1, 20)]
