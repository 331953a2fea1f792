"""What an operator is told before a verb is done; the journal's half of it."""

from datetime import UTC, datetime

import pytest

from hitl_tui.acting import consequences
from hitl_tui.model.attempts import Attempt, Owner
from hitl_tui.model.runs import Outcome, Verb
from hitl_tui.model.threads import ThreadState
from tests.fakes import thread

WHEN = datetime(2026, 11, 26, 18, 12, tzinfo=UTC)
PAUSED = thread("t", state=ThreadState.PAUSED, next=("roll_out",), checkpoint_id="t@2")


def run(outcome, head="t@1", reason=""):
    owner = Owner("here", 1)
    return Attempt(
        "1", "t", Verb.ANSWER, "ann", owner, WHEN, head, {"i": "yes"}, outcome, reason
    )  # fmt: skip


@pytest.mark.parametrize("outcome", [None, Outcome.IN_DOUBT, Outcome.CANCELLED])
def test_who_continues_is_told_of_a_run_that_was_cut_off_on_its_way(outcome):
    told = consequences(
        PAUSED, [run(Outcome.FINISHED), run(outcome), run(Outcome.CONFLICT)], None, Verb.CONTINUE
    )
    assert "was cut off: answer by ann at 2026-11-26" in told
    assert "the process that sent it is gone. Some of this may have run." in told


@pytest.mark.parametrize("outcome", [Outcome.FINISHED, Outcome.PAUSED, Outcome.FAILED])
def test_one_that_came_to_its_end_is_none(outcome):
    told = consequences(PAUSED, [run(None), run(outcome)], None, Verb.CONTINUE)
    assert told == "Continuing runs roll_out."
