"""What is read apart: each thing once, one after the other, and what goes wrong is told."""

import threading

import pytest

from hitl_tui.backends.backlog import Backlog
from hitl_tui.errors import SourceError
from tests.contract.runner.processes import PATIENCE, soon


class Reader:
    """Reads when it is let, and notes what it read."""

    def __init__(self, *, again=False):
        self.gate, self.read, self.fault = threading.Event(), [], None
        self.backlog = Backlog(self, again=again)

    def __call__(self, item):
        assert self.gate.wait(PATIENCE)
        self.read.append(item)
        if self.fault is not None:
            raise self.fault


def test_what_is_wanted_again_meanwhile_is_read_once_and_in_order():
    reader = Reader()
    reader.backlog.want("ab")
    reader.backlog.want("ba")
    reader.backlog.want("c")
    reader.gate.set()
    assert soon(lambda: reader.backlog.found == 3)
    assert reader.read == list("abc")


def test_what_was_read_is_read_again_when_it_is_wanted_again():
    reader = Reader()
    reader.gate.set()
    for times in (1, 2):
        reader.backlog.want("a")
        assert soon(lambda times=times: reader.backlog.found == times)
    assert reader.read == ["a", "a"]


@pytest.mark.parametrize("again", [True, False])
def test_what_could_not_be_read_stops_nobody_and_counts_only_where_it_is_asked_for_again(again):
    reader = Reader(again=again)
    reader.fault = SourceError("It is gone.")
    reader.gate.set()
    reader.backlog.want("ab")
    assert soon(lambda: reader.read == ["a", "b"])
    reader.fault = None
    reader.backlog.want("c")
    assert soon(lambda: reader.backlog.found == (3 if again else 1))


def test_what_nobody_expected_is_raised_where_the_next_is_asked_for():
    reader = Reader()
    reader.fault = ZeroDivisionError("by none")
    reader.gate.set()
    reader.backlog.want("a")
    with pytest.raises(ZeroDivisionError, match="by none"):
        soon(lambda: reader.backlog.want("a"))
