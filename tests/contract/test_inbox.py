"""The inbox on real threads: one answer at a time, doubts told, nothing sent by a refusal."""

import os
import signal
import threading
from pathlib import Path

import pytest

from hitl_tui.backends.connect import backend_for
from hitl_tui.errors import AnswerRefused, Conflict, Drifted, ThreadNotFound, UsageError
from hitl_tui.inbox import Inbox
from hitl_tui.model.runs import EventType, Outcome, Verb
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.runner.spec import RunnerSpec
from tests.conftest import CONFIG
from tests.places import Source, has_journal, held, journal_of, on_both

pytestmark = on_both


@pytest.fixture
def make_inbox():
    made = []

    def make(source: Source, operator="ann", config=CONFIG) -> Inbox:
        backend = backend_for(str(source), RunnerSpec(config=config))
        made.append(Inbox(backend, journal_of(source), operator=operator))
        return made[-1]

    yield make
    for inbox in made:
        inbox.close()


@pytest.fixture
def inbox(make_inbox, source):
    return make_inbox(source)


def ask(inbox, thread_id):
    opened = inbox.open(thread_id)
    return opened.questions[0].interrupt.id, opened.thread.checkpoint_id


def outcome(events) -> str:
    return list(events)[-1].data["outcome"]


def test_an_answer_is_sent_and_its_outcome_settled(inbox):
    question, seen = ask(inbox, "age-1")
    assert outcome(inbox.answer("age-1", {question: 41}, seen=seen)) == Outcome.FINISHED
    assert inbox.open("age-1").thread.state is ThreadState.DONE
    assert not inbox.running()


def test_an_invalid_answer_is_refused_before_anything_is_written(inbox, source):
    question, seen = ask(inbox, "refund-7")
    with pytest.raises(AnswerRefused):
        inbox.answer("refund-7", {question: "no object"}, seen=seen)
    assert not has_journal(source)


def test_a_thread_that_moved_on_is_a_conflict(inbox):
    question, _ = ask(inbox, "age-1")
    with pytest.raises(Conflict, match="moved on"):
        inbox.answer("age-1", {question: 1}, seen="another checkpoint")


def test_a_question_that_is_not_asked_is_a_conflict(inbox):
    with pytest.raises(Conflict, match="no longer asked"):
        inbox.answer("age-1", {"0" * 32: 1})


def test_a_thread_that_is_not_there_is_told(inbox):
    with pytest.raises(ThreadNotFound):
        inbox.open("nobody")


def test_two_operators_at_once_are_one_answer_and_one_conflict(make_inbox, source):
    ann, bob = make_inbox(source), make_inbox(source, "bob")
    question, seen = ask(ann, "age-1")
    told, done = [], []

    def send(inbox, value):
        try:
            done.append(outcome(inbox.answer("age-1", {question: value}, seen=seen)))
        except (Conflict, UsageError) as error:
            told.append(error)

    threads = [threading.Thread(target=send, args=pair) for pair in ((ann, 1), (bob, 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert done == [Outcome.FINISHED]
    assert len(told) == 1


def test_a_run_shows_as_running_and_cancel_leaves_a_doubt(inbox, monkeypatch):
    monkeypatch.setenv("DEPLOY_SECONDS", "60")
    question, seen = ask(inbox, "deploy-1")
    events = inbox.answer("deploy-1", {question: "deploy"}, seen=seen)
    first = next(events)
    assert first.type is not EventType.END
    assert inbox.open("deploy-1").thread.state is ThreadState.RUNNING
    running = Query(frozenset({ThreadState.RUNNING}))
    assert [row.thread_id for row in inbox.page(running).rows] == ["deploy-1"]
    inbox.cancel("deploy-1")
    assert outcome(events) == Outcome.CANCELLED
    assert inbox.open("deploy-1").thread.state in (ThreadState.IN_DOUBT, ThreadState.PAUSED)


def test_a_killed_worker_leaves_a_doubt_that_abandon_ends(inbox, monkeypatch):
    monkeypatch.setenv("DEPLOY_SECONDS", "60")
    question, seen = ask(inbox, "deploy-1")
    events = inbox.answer("deploy-1", {question: "deploy"}, seen=seen)
    next(events)
    _kill_workers()
    assert outcome(events) == Outcome.IN_DOUBT
    opened = inbox.open("deploy-1")
    if opened.thread.interrupts:  # the node that took the answer had not ended
        assert opened.thread.state is ThreadState.IN_DOUBT
        assert outcome(inbox.act("deploy-1", Verb.ABANDON)) == Outcome.FINISHED
    assert inbox.open("deploy-1").thread.state in (ThreadState.OPEN, ThreadState.PAUSED)


def test_retry_of_a_locked_thread_runs_the_answer_it_has(inbox, source, monkeypatch, tmp_path):
    locked = inbox.page(Query(frozenset({ThreadState.LOCKED}), graph="transfer")).rows[0]
    assert outcome(inbox.act(locked.thread_id, Verb.RETRY)) == Outcome.FAILED
    assert inbox.open(locked.thread_id).thread.state is ThreadState.LOCKED


def test_a_graph_once_picked_is_remembered_and_the_wrong_one_refused(make_inbox, source):
    make_inbox(source).choose_graph("trip-3", "age")
    inbox = make_inbox(source)
    question, seen = ask(inbox, "trip-3")
    before = held(source)
    with pytest.raises(Drifted):
        list(inbox.answer("trip-3", {question: "single"}, seen=seen))
    assert held(source) == before
    opened = inbox.open("trip-3")
    assert opened.thread.state is ThreadState.DRIFTED
    assert "does not have the questions" in opened.thread.reason
    assert opened.verbs == ()
    make_inbox(source).choose_graph("trip-3", "trip")
    assert inbox.open("trip-3").thread.state is ThreadState.OPEN


def _kill_workers() -> None:
    """kill -9 every worker process of this one."""
    me = str(os.getpid())
    killed = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _parent(entry) == me and b"worker" in _command(entry):
            os.kill(int(entry.name), signal.SIGKILL)
            killed += 1
    assert killed


def _parent(entry: Path) -> str:
    try:
        return (entry / "stat").read_text().rpartition(")")[2].split()[1]
    except OSError:
        return ""


def _command(entry: Path) -> bytes:
    try:
        return (entry / "cmdline").read_bytes()
    except OSError:
        return b""
