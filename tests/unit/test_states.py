"""The one state of a thread, from what the source shows and what the journal knows."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hitl_tui.journal.journal import Journal
from hitl_tui.model.attempts import Attempt, Owner
from hitl_tui.model.runs import Outcome, Verb
from hitl_tui.model.threads import Interrupt, ThreadState, ThreadSummary
from hitl_tui.states import came_first, settled, verbs

S = ThreadState
SENT = Attempt(
    "a", "t", Verb.ANSWER, "ann", Owner("h", 1), datetime(2026, 1, 2, tzinfo=UTC), "cp1", {"i": 1}
)
ALIVE = replace(SENT, alive=True)
CUT_OFF = replace(SENT, outcome=Outcome.IN_DOUBT, reason="the worker was killed")
CANCELLED = replace(SENT, outcome=Outcome.CANCELLED)
DRIFT = replace(SENT, outcome=Outcome.REFUSED, reason="No such question.", drift={"graph": "g"})
VERB = replace(SENT, verb=Verb.RETRY, answers={})
OTHER = replace(SENT, answers={"j": 1})


def asking(state, head, *ids):
    """A thread that asks, `i` unless other questions are named."""
    asked = tuple(Interrupt(each, "?") for each in ids or ("i",))
    return ThreadSummary("t", state, checkpoint_id=head, interrupts=asked)


TABLE = [
    # what the source shows, at which head; what the journal knows; what the thread is
    (S.OPEN, "cp1", None, S.OPEN),
    (S.LOCKED, "cp1", None, S.LOCKED),
    (S.FAILED, "cp1", None, S.FAILED),
    (S.PAUSED, "cp1", None, S.PAUSED),
    (S.DONE, "cp1", None, S.DONE),
    (S.UNREADABLE, "cp1", None, S.UNREADABLE),
    # an owner that lives: whatever the source shows meanwhile
    (S.OPEN, "cp1", ALIVE, S.RUNNING),
    (S.LOCKED, "cp1", ALIVE, S.RUNNING),
    (S.FAILED, "cp1", ALIVE, S.RUNNING),
    (S.PAUSED, "cp2", ALIVE, S.RUNNING),
    (S.OPEN, "cp2", ALIVE, S.RUNNING),
    (S.DONE, "cp2", ALIVE, S.RUNNING),
    (S.UNREADABLE, "cp1", ALIVE, S.UNREADABLE),
    # an end that nobody knows: as long as the source shows what it was sent to
    (S.OPEN, "cp1", SENT, S.IN_DOUBT),
    (S.OPEN, "cp1", CUT_OFF, S.IN_DOUBT),
    (S.OPEN, "cp1", CANCELLED, S.IN_DOUBT),
    (S.LOCKED, "cp1", CUT_OFF, S.IN_DOUBT),
    (S.FAILED, "cp1", replace(CUT_OFF, answers={}), S.IN_DOUBT),
    (S.PAUSED, "cp1", replace(CUT_OFF, answers={}), S.IN_DOUBT),
    (S.OPEN, "cp1", VERB, S.IN_DOUBT),
    (S.OPEN, "cp1", OTHER, S.OPEN),
    (S.OPEN, "cp2", CUT_OFF, S.OPEN),
    (S.LOCKED, "cp2", SENT, S.LOCKED),
    (S.PAUSED, "cp2", CUT_OFF, S.PAUSED),
    (S.DONE, "cp2", SENT, S.DONE),
    (S.UNREADABLE, "cp1", CUT_OFF, S.UNREADABLE),
    # a graph that knew no such question: until it or the head changes
    (S.OPEN, "cp1", DRIFT, S.DRIFTED),
    (S.LOCKED, "cp1", DRIFT, S.DRIFTED),
    (S.FAILED, "cp1", DRIFT, S.DRIFTED),
    (S.PAUSED, "cp1", DRIFT, S.DRIFTED),
    (S.OPEN, "cp2", DRIFT, S.OPEN),
    (S.DONE, "cp1", DRIFT, S.DONE),
    (S.UNREADABLE, "cp1", DRIFT, S.UNREADABLE),
]


@pytest.mark.parametrize(("shown", "head", "attempt", "state"), TABLE)
def test_state_of_source_and_journal(shown, head, attempt, state):
    thread = settled(asking(shown, head), attempt)
    assert thread.state is state
    assert (thread.reason != "") == (state is not shown), "what the journal adds is explained"


def test_the_table_comes_to_every_state():
    assert {row[-1] for row in TABLE} == set(ThreadState)


def test_a_drifted_thread_says_why_and_what_the_source_shows():
    reason = settled(asking(S.OPEN, "cp1"), DRIFT).reason
    assert "No such question." in reason
    assert "shows it open" in reason


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


@pytest.mark.parametrize("outcome", [Outcome.CANCELLED, Outcome.IN_DOUBT])
def test_only_what_was_or_may_have_been_sent_came_first(tmp_path, outcome):
    journal = Journal(tmp_path / "a.hitl.db")
    journal.begin(replace(SENT, operator="bob"))
    assert "answer by bob" in came_first(journal.attempts("t"), "cp1"), "it may have been sent"
    journal.settle("a", outcome, "stopped", sent=False)
    assert came_first(journal.attempts("t"), "cp1") == ""
    journal.begin(replace(SENT, attempt_id="b"))
    journal.settle("b", outcome, "stopped")
    assert "answer by ann" in came_first(journal.attempts("t"), "cp1")
    assert came_first(journal.attempts("t"), "cp1", but="b") == ""
    journal.close()
