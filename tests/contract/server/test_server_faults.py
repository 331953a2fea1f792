"""Nets that lose things, runs that go on without us, servers that die: nothing twice, no lie."""

import math
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hitl_tui.backends.agent_server import following, outliving, running
from hitl_tui.backends.caching import Caching
from hitl_tui.backends.connect import backend_for
from hitl_tui.errors import Conflict, SourceError, ThreadNotFound
from hitl_tui.model.runs import EventType, Verb
from hitl_tui.model.threads import Query, ThreadState
from tests.contract.runner.processes import PATIENCE, soon
from tests.contract.send.driver import answer
from tests.contract.server.office import Desk, begun_by_a_process, ended
from tests.contract.server.proxy import FaultProxy


@pytest.fixture
def proxy(server):
    made = FaultProxy(server.port)
    yield made
    made.close()


def followed(events):
    """Follow a run in a thread of its own; what it told, in a list that grows."""
    told = []
    thread = threading.Thread(target=lambda: told.extend(events), daemon=True)
    thread.start()
    return told, thread


class Hanging:
    """A thread whose answer was taken by a node that waits; `run` is what it told so far."""

    def __init__(self, desk, inbox):
        desk.switch("hang", on=True)
        self.thread = desk.start()
        self.asked = desk.server.asked(self.thread)
        self.told, self.following = followed(inbox.answer(self.thread, {self.asked: "yes"}))
        assert soon(lambda: desk.effects() == ["yes"])


def test_with_one_request_in_ten_failing_nothing_is_lost_or_done_twice(desk, proxy):
    threads = desk.threads(20)
    inbox = desk.inbox(url=proxy.url)
    proxy.share = 0.1
    with ThreadPoolExecutor(15) as pool:
        told = list(pool.map(lambda thread: answer(inbox, thread, thread), threads))
    proxy.share = 0.0
    assert sum(proxy.faults.values()) > proxy.requests / 20
    desk.server.come_to_rest()
    effects = desk.effects()
    assert len(effects) == len(set(effects)), "nothing twice"
    for thread, each in zip(threads, told, strict=True):
        state = desk.inbox().open(thread).thread.state
        if each["outcome"] == "finished":
            assert thread in effects
            assert state is ThreadState.DONE
        elif each["outcome"] == "in_doubt":
            assert state in {ThreadState.DONE, ThreadState.IN_DOUBT}, each
        else:
            assert thread not in effects, each
            assert state is ThreadState.OPEN
    assert sum(each["outcome"] == "finished" for each in told) > len(threads) / 2
    for thread in set(threads) - set(effects):  # and what did not arrive can be sent
        opened = desk.inbox().open(thread)
        doubtful = opened.thread.state is ThreadState.IN_DOUBT
        again = opened.thread.interrupts[0].id
        end = ended(
            desk.inbox().act(thread, Verb.RETRY)
            if doubtful
            else desk.inbox().answer(thread, {again: thread})
        )
        assert end["outcome"] == "finished"
    assert sorted(desk.effects()) == sorted(threads), "nothing is lost"


@pytest.mark.parametrize("fault", ["answer lost", "503 after"])
def test_a_run_whose_beginning_was_not_told_is_found_and_followed(desk, proxy, fault):
    thread, inbox = desk.start(), desk.inbox(url=proxy.url)
    asked = desk.server.asked(thread)
    proxy.chooses = lambda method, path: fault if _sends(method, path) else ""
    assert ended(inbox.answer(thread, {asked: "yes"}))["outcome"] == "finished"
    assert desk.effects() == ["yes"]


@pytest.mark.parametrize("fault", ["lost", "503"])
def test_one_that_never_came_is_in_doubt_and_retried_only_deliberately(
    desk, proxy, fault, monkeypatch
):
    monkeypatch.setattr(running, "FINDING", (0.1, 0.1))
    thread, inbox = desk.start(), desk.inbox(url=proxy.url)
    asked = desk.server.asked(thread)
    proxy.chooses = lambda method, path: fault if _sends(method, path) else ""
    end = ended(inbox.answer(thread, {asked: "yes"}))
    assert (end["outcome"], desk.effects()) == ("in_doubt", [])
    assert inbox.open(thread).thread.state is ThreadState.IN_DOUBT
    with pytest.raises(Conflict):
        inbox.answer(thread, {asked: "yes"})


def _sends(method, path):
    return method == "POST" and path.endswith("/runs")


def test_a_stream_that_is_cut_again_and_again_is_joined_to_its_end(desk, proxy):
    service = {"service": "api", "version": "1", "machines": ["m1", "m2"]}
    thread, inbox = desk.server.thread("deploy", service), desk.inbox(url=proxy.url)
    cuts = iter(range(4))
    proxy.chooses = lambda method, path: (
        "cut" if "/stream" in path and next(cuts, None) is not None else ""
    )
    *events, end = list(inbox.answer(thread, {desk.server.asked(thread): "deploy"}))
    assert end.data["outcome"] == "finished"
    logs = [event.data["message"] for event in events if event.type is EventType.LOG]
    assert sum("a server that restarts begins it anew" in message for message in logs) == 1
    text = "".join(e.data["text"] for e in events if e.type is EventType.TOKEN)
    assert text.startswith("All machines")
    assert {event.type for event in events} >= {EventType.UPDATE, EventType.CUSTOM, EventType.TOKEN}


def test_a_run_that_talks_is_asked_for_ever_less_often_and_followed_to_its_end(
    desk, proxy, monkeypatch
):
    """Whether its stream outlives it must be asked; one that goes on is told to its last word."""
    monkeypatch.setattr(outliving, "TALK", 0.02)
    monkeypatch.setattr(following, "_LATE", PATIENCE)
    service = {"service": "api", "version": "1", "machines": ["m1", "m2"]}
    thread, inbox = desk.server.thread("deploy", service), desk.inbox(url=proxy.url)
    asked = []
    proxy.chooses = lambda method, path: asked.append(path) or ""
    began = time.monotonic()
    *events, end = list(inbox.answer(thread, {desk.server.asked(thread): "deploy"}))
    seconds = time.monotonic() - began
    assert end.data["outcome"] == "finished"
    progress = [e.data["data"]["progress"] for e in events if e.type is EventType.CUSTOM]
    assert progress == [round(step / 60, 2) for step in range(1, 61)]
    text = "".join(e.data["text"] for e in events if e.type is EventType.TOKEN)
    assert text.endswith("Nothing is left to do.")
    (stream,) = [path for path in asked if "/stream" in path]
    run = stream.partition("/stream")[0]
    most = 1 + math.log2(1 + seconds / 0.02)  # 0.02, 0.06, 0.14 s after its beginning, and so on
    assert 2 <= asked.count(run) <= most, "while it talked, and when its stream had ended"


def test_a_stream_that_is_joined_again_after_its_end_brings_nothing_twice(desk, monkeypatch):
    """So it is joined where the server was long in telling how the run stands."""
    monkeypatch.setattr(following, "_LATE", -1.0)
    thread, inbox = desk.start(), desk.inbox()
    *events, end = list(inbox.answer(thread, {desk.server.asked(thread): "yes"}))
    assert end.data["outcome"] == "finished"
    assert [event.type for event in events] == [EventType.LOG, EventType.UPDATE]


def test_cancelling_stops_the_run_and_says_that_it_may_have_run(desk):
    inbox = desk.inbox()
    hanging = Hanging(desk, inbox)
    assert desk.state(hanging.thread) == "running"
    inbox.cancel(hanging.thread)
    hanging.following.join(PATIENCE)
    assert hanging.told[-1].data["outcome"] == "cancelled"
    found = inbox.open(hanging.thread)
    assert found.thread.state is ThreadState.IN_DOUBT
    assert found.attempt.outcome is not None
    other = desk.inbox(journal="elsewhere")
    assert other.open(hanging.thread).thread.state is ThreadState.LOCKED
    rows = {row.thread_id: row.state for row in other.page(Query(), 0, 10_000).rows}
    assert rows[hanging.thread] is ThreadState.LOCKED
    assert desk.effects() == ["yes"]


def test_on_screen_a_row_that_only_seems_to_ask_is_corrected(desk):
    hanging = Hanging(desk, desk.inbox())
    desk.made[0].cancel(hanging.thread)
    hanging.following.join(PATIENCE)
    screen = backend_for(desk.server.url, None, caching=Caching(command=("never", "called")))
    query = Query(search=hanging.thread)

    def state():
        return [row.state for row in screen.page(query).rows]

    assert soon(lambda: not screen.page(query).partial)
    assert soon(lambda: state() == [ThreadState.LOCKED])
    assert soon(lambda: screen.counts(query) == {ThreadState.LOCKED: 1})
    screen.close()


def test_a_connection_that_does_not_come_back_leaves_a_doubt_about_a_run_that_goes_on(desk, proxy):
    inbox = desk.inbox(url=proxy.url)
    inbox._backend._runs._patience = 0.5
    hanging = Hanging(desk, inbox)
    proxy.drop()
    hanging.following.join(PATIENCE)
    end = hanging.told[-1].data
    assert end["outcome"] == "in_doubt"
    assert "did not come back" in end["reason"]
    other = desk.inbox("bob")
    assert other.open(hanging.thread).thread.state is ThreadState.RUNNING
    desk.switch("hang", on=False)
    desk.server.settle(hanging.thread)
    assert other.open(hanging.thread).thread.state is ThreadState.DONE
    assert desk.effects() == ["yes"]


def test_while_it_runs_no_one_else_can_send_and_all_see_it_run(desk):
    hanging = Hanging(desk, desk.inbox())
    for journal in ("journal", "elsewhere"):
        other = desk.inbox("bob", journal)
        assert other.open(hanging.thread).thread.state is ThreadState.RUNNING
        with pytest.raises(Conflict):
            other.answer(hanging.thread, {hanging.asked: "no"})
    desk.switch("hang", on=False)
    hanging.following.join(PATIENCE)
    assert hanging.told[-1].data["outcome"] == "finished"
    assert desk.effects() == ["yes"]


@pytest.mark.parametrize("ends", ["while we look", "before we look"])
def test_a_run_goes_on_when_its_operator_is_killed_and_is_joined(desk, ends):
    thread, process = begun_by_a_process(desk)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    inbox = desk.inbox("bob")
    assert inbox.open(thread).thread.state is ThreadState.RUNNING
    assert inbox.left() == [thread]
    if ends == "before we look":
        desk.switch("down", on=True)
    told, following = followed(inbox.join(thread)) if ends == "while we look" else ([], None)
    desk.switch("hang", on=False)
    desk.server.settle(thread)
    if following is None:
        told, following = followed(inbox.join(thread))
    following.join(PATIENCE)
    assert told[-1].data["outcome"] == "finished"
    assert inbox.left() == []
    assert desk.state(thread) == "done"
    assert desk.effects() == ["yes"]
    outcomes = [row for row in inbox.audit(thread) if row["kind"] == "outcome"]
    assert len(outcomes) == 1


def test_leaving_a_run_that_is_followed_leaves_it_going(desk):
    desk.switch("hang", on=True)
    thread, inbox = desk.start(), desk.inbox()
    events = inbox.answer(thread, {desk.server.asked(thread): "yes"})
    next(events)
    assert soon(lambda: desk.effects() == ["yes"])
    events.close()
    desk.switch("hang", on=False)
    assert desk.server.settle(thread) == "idle"


@pytest.fixture
def restarting(own_server, tmp_path):
    """An operator at a server that is only ours, and a run that hangs there."""
    desk = Desk(own_server, tmp_path)
    inbox = desk.inbox()
    inbox._backend._runs._patience = PATIENCE  # as long as it may take to start again
    yield desk, Hanging(desk, inbox)
    desk.close()


@pytest.mark.slow
def test_a_server_that_is_restarted_in_mid_run_is_followed_to_the_runs_end(restarting):
    """It begins what it put off again by itself; we send nothing twice."""
    desk, hanging = restarting
    desk.server.stop()
    desk.switch("hang", on=False)
    desk.server.start()
    hanging.following.join(PATIENCE)
    assert hanging.told[-1].data["outcome"] == "finished"
    assert any("a server that restarts begins it anew" in str(e.data) for e in hanging.told)
    assert desk.state(hanging.thread) == "done"
    assert len(desk.server.client.runs.list(hanging.thread)) == 2


@pytest.mark.slow
def test_a_server_that_is_killed_in_mid_run_leaves_a_doubt_and_no_lie(restarting):
    """The server writes down what it has every ten seconds: it comes back without the run."""
    desk, hanging = restarting
    desk.server.kill()
    desk.server.forget()
    with pytest.raises(SourceError, match="cannot be reached"):
        desk.inbox(journal="elsewhere").open(hanging.thread)
    desk.switch("hang", on=False)
    desk.server.start()
    hanging.following.join(PATIENCE)
    assert hanging.told[-1].data["outcome"] == "in_doubt"
    assert desk.effects() == ["yes"]
    with pytest.raises(ThreadNotFound):
        desk.inbox().open(hanging.thread)
    intent, outcome = (row["data"] for row in desk.inbox().audit(hanging.thread))
    assert "yes" in str(intent), "the answer is kept, though its thread is gone"
    assert "in_doubt" in str(outcome)
