"""Source and journal are read as of one moment, whatever is written between the two."""

from datetime import UTC, datetime

import pytest

from hitl_tui.errors import Conflict
from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.journal.owner import this_process
from hitl_tui.model.attempts import Attempt
from hitl_tui.model.runs import Outcome, Verb
from hitl_tui.model.threads import Query, ThreadState
from tests.fakes import FakeBackend, thread

S = ThreadState
ASKS = thread("t", "Well?")
LOCKED = thread("t", "Well?", state=S.LOCKED, given={"t/0": 1})


class Interposed(FakeBackend):
    """Lets something happen right after the first reading of a kind."""

    def __init__(self, *threads, after, happens):
        super().__init__(*threads)
        self.after, self.happens = after, happens

    def thread(self, thread_id):
        return self._then("thread", super().thread(thread_id))

    def page(self, query, offset=0, limit=128):
        return self._then("page", super().page(query, offset, limit))

    def _then(self, kind, found):
        if kind == self.after:
            self.after = ""
            self.happens(self)
        return found


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "j")
    yield journal
    journal.close()


def attempt():
    head = ASKS.checkpoint_id
    return Attempt(
        "a", "t", Verb.ANSWER, "ann", this_process(), datetime.now(UTC), head, {"t/0": 1}
    )


def begins(journal):
    return lambda backend: journal.begin(attempt())


def runs_and_locks(journal):
    def happens(backend):
        journal.begin(attempt())
        backend.put(LOCKED)
        journal.settle("a", Outcome.FAILED)

    return happens


@pytest.mark.parametrize("kind", ["thread", "page"])
@pytest.mark.parametrize(("what", "state"), [(begins, S.RUNNING), (runs_and_locks, S.LOCKED)])
def test_an_answer_begun_between_two_readings_is_never_missed(journal, kind, what, state):
    """Read one after the other, the source shows the question, and the journal no attempt."""
    inbox = Inbox(Interposed(ASKS, after=kind, happens=what(journal)), journal, operator="bob")
    seen = inbox.open("t").thread if kind == "thread" else inbox.page(Query()).rows[0]
    assert seen.state is state


def test_states_found_out_before_a_write_are_not_kept_after_it(journal):
    """The count of what runs is made anew, though the attempt ended while it was made."""
    journal.begin(attempt())
    backend = Interposed(
        ASKS, after="thread", happens=lambda _: journal.settle("a", Outcome.REFUSED, sent=False)
    )
    inbox = Inbox(backend, journal, operator="bob")
    inbox.counts(Query())
    assert inbox.counts(Query()) == {S.OPEN: 1}
    assert inbox.page(Query(frozenset({S.OPEN}))).rows[0].state is S.OPEN


def test_a_thread_that_never_holds_still_is_refused(journal):
    class Restless(FakeBackend):
        def thread(self, thread_id):
            journal.choose_graph("t", "g", "ann")
            return super().thread(thread_id)

    with pytest.raises(Conflict, match="look again"):
        Inbox(Restless(ASKS), journal, operator="bob").open("t")


def test_a_row_in_doubt_says_what_the_source_shows(journal):
    journal.begin(attempt())
    journal.settle("a", Outcome.IN_DOUBT, "killed")
    row = Inbox(FakeBackend(ASKS), journal, operator="bob").page(Query()).rows[0]
    assert row.state is S.IN_DOUBT
    assert "shows it open" in row.reason
