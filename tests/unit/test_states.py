"""The one state of a thread, from what the source shows and what the journal knows."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hitl_tui.model.attempts import Attempt, Owner
from hitl_tui.model.runs import Outcome, Verb
from hitl_tui.model.threads import Interrupt, ThreadState, ThreadSummary
from hitl_tui.states import settled, verbs

S = ThreadState
SENT = Attempt(
    "a", "t", Verb.ANSWER, "ann", Owner("h", 1), datetime(2026, 1, 2, tzinfo=UTC), "cp1", {"i": 1}
)
ALIVE = replace(SENT, alive=True)
CUT_OFF = replace(SENT, outcome=Outcome.IN_DOUBT, reason="the worker was killed")
CANCELLED = replace(SENT, outcome=Outcome.CANCELLED)


def asking(state, head, *ids):
    """A thread that asks, `i` unless other questions are named."""
    asked = tuple(Interrupt(each, "?") for each in ids or ("i",))
    return ThreadSummary("t", state, checkpoint_id=head, interrupts=asked)


@pytest.mark.parametrize(
    ("shown", "head", "attempt", "state"),
    [
        (S.OPEN, "cp1", None, S.OPEN),
        (S.DONE, "cp1", None, S.DONE),
        (S.OPEN, "cp1", ALIVE, S.RUNNING),
        (S.PAUSED, "cp2", ALIVE, S.RUNNING),
        (S.OPEN, "cp1", SENT, S.IN_DOUBT),
        (S.OPEN, "cp1", CUT_OFF, S.IN_DOUBT),
        (S.OPEN, "cp1", CANCELLED, S.IN_DOUBT),
        (S.LOCKED, "cp1", CUT_OFF, S.IN_DOUBT),
        (S.OPEN, "cp2", CUT_OFF, S.OPEN),
        (S.DONE, "cp2", SENT, S.DONE),
        (S.UNREADABLE, "cp1", CUT_OFF, S.UNREADABLE),
    ],
)
def test_state_of_source_and_journal(shown, head, attempt, state):
    assert settled(asking(shown, head), attempt).state is state


def test_a_doubt_says_what_was_sent_by_whom_and_when():
    reason = settled(asking(S.OPEN, "cp1"), CUT_OFF).reason
    assert "may have run" in reason
    assert "answer by ann at 2026-01-0" in reason
    assert "the worker was killed" in reason


def test_an_answer_that_is_not_asked_for_any_more_is_in_no_doubt():
    thread = asking(S.OPEN, "cp1", "another")
    assert settled(thread, CUT_OFF) == thread


def test_a_doubt_says_what_the_source_shows_now():
    assert "shows it locked" in settled(asking(S.LOCKED, "cp1"), CUT_OFF).reason


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        (S.OPEN, {Verb.ANSWER}),
        (S.LOCKED, {Verb.RETRY, Verb.REOPEN}),
        (S.IN_DOUBT, {Verb.RETRY, Verb.REOPEN, Verb.ABANDON}),
        (S.FAILED, {Verb.RETRY}),
        (S.PAUSED, {Verb.CONTINUE}),
        (S.RUNNING, set()),
        (S.DONE, set()),
        (S.DRIFTED, set()),
        (S.UNREADABLE, set()),
    ],
)
def test_each_state_has_just_its_verbs(state, possible):
    assert set(verbs(state)) == possible
