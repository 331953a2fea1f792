"""The inbox on real threads: one answer at a time, doubts told, nothing sent by a refusal."""

import os
import signal
import threading
from pathlib import Path

import pytest

from hitl_tui.backends.agent_server.credentials import KINDS as CREDENTIALS
from hitl_tui.backends.connect import backend_for
from hitl_tui.errors import AnswerRefused, Conflict, Drifted, ThreadNotFound, UsageError
from hitl_tui.inbox import Inbox
from hitl_tui.model.runs import EventType, Outcome, Verb
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.runner.spec import RunnerSpec
from tests.conftest import CONFIG
from tests.contract.runner.processes import PATIENCE
from tests.places import Source, everywhere, has_journal, held, held_of, journal_of, on_both

_INPUTS = {
    "age-1": {"foo": "x"},
    "refund-7": {"customer": "Ann", "order": "7", "amount": 5.0, "reason": "late"},
    "transfer-1": {"to": "Bo", "iban": "DE0", "amount": 5, "purpose": "rent"},
}


@pytest.fixture(autouse=True)
def own_data(monkeypatch, tmp_path):
    """Journals of servers are the test's own, and no key of whoever runs it is sent."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for name in (name for kind in CREDENTIALS for name in kind.names):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def named(source, request):
    """The id of one of the demo's threads; at a server one like it is made."""
    if not str(source).startswith("http"):
        return lambda name: name
    served = request.getfixturevalue("agent_server")
    return lambda name: served.thread(name.partition("-")[0], _INPUTS[name])


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


@everywhere
def test_an_answer_is_sent_and_its_outcome_settled(inbox, named):
    thread = named("age-1")
    question, seen = ask(inbox, thread)
    assert outcome(inbox.answer(thread, {question: 41}, seen=seen)) == Outcome.FINISHED
    assert inbox.open(thread).thread.state is ThreadState.DONE
    assert not inbox.running()


@everywhere
def test_an_invalid_answer_is_refused_before_anything_is_written(inbox, source, named):
    thread = named("refund-7")
    question, seen = ask(inbox, thread)
    before = held_of(source, thread)
    with pytest.raises(AnswerRefused):
        inbox.answer(thread, {question: "no object"}, seen=seen)
    assert not has_journal(source)
    assert held_of(source, thread) == before


@everywhere
def test_what_is_not_as_it_was_seen_is_a_conflict(inbox, source, named):
    thread = named("age-1")
    question, _ = ask(inbox, thread)
    before = held_of(source, thread)
    with pytest.raises(Conflict, match="moved on"):
        inbox.answer(thread, {question: 1}, seen="another checkpoint")
    with pytest.raises(Conflict, match="no longer asked"):
        inbox.answer(thread, {"0" * 32: 1})
    with pytest.raises(ThreadNotFound):
        inbox.open("nobody")
    assert held_of(source, thread) == before


@everywhere
def test_two_operators_at_once_are_one_answer_and_one_conflict(make_inbox, source, named):
    ann, bob, thread = make_inbox(source), make_inbox(source, "bob"), named("age-1")
    question, seen = ask(ann, thread)
    told, done = [], []

    def send(inbox, value):
        try:
            done.append(outcome(inbox.answer(thread, {question: value}, seen=seen)))
        except (Conflict, UsageError) as error:
            told.append(error)

    threads = [threading.Thread(target=send, args=pair) for pair in ((ann, 1), (bob, 2))]
    for each in threads:
        each.start()
    for each in threads:
        each.join(PATIENCE)
    assert done == [Outcome.FINISHED]
    assert len(told) == 1
    values = ann.open(thread).thread.values
    assert values["human_value"] in (1, 2)


@on_both
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


@on_both
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


@everywhere
def test_retry_of_a_locked_thread_runs_the_answer_it_has(inbox, source, named):
    """In the demo another program's answer is locked in, at a server one of ours."""
    thread = ""
    if str(source).startswith("http"):
        thread = named("transfer-1")
        question, seen = ask(inbox, thread)
        assert outcome(inbox.answer(thread, {question: "approve"}, seen=seen)) == Outcome.FAILED
    locked = inbox.page(Query(frozenset({ThreadState.LOCKED}), graph="transfer"), 0, 1000).rows
    (*_, found) = (row.thread_id for row in locked if thread in row.thread_id)
    assert outcome(inbox.act(found, Verb.RETRY)) == Outcome.FAILED
    assert inbox.open(found).thread.state is ThreadState.LOCKED


@on_both
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
    """kill -9 every process of this one that runs graphs; a server is none."""
    me = str(os.getpid())
    killed = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _parent(entry) == me and b"runner/worker" in _command(entry):
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
