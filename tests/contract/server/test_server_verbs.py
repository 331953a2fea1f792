"""What an operator can do with threads of a server, and what their states say meanwhile."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from hitl_tui.backends.connect import backend_for
from hitl_tui.errors import AnswerRefused, Conflict, GraphError, ThreadNotFound, UsageError
from hitl_tui.model.runs import EventType, RunRequest, Verb
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.runner.spec import RunnerSpec
from tests.contract.server.office import ended

VALUES = ["null", '""', "0", "false", "{}", "[]", "5", '"5"', "5.0", '{"a": [1, null, "\\u00e9"]}']


def row_of(inbox, thread):
    """The thread's row in the queue."""
    return next(row for row in inbox.page(Query(), 0, 10_000).rows if row.thread_id == thread)


def test_every_value_arrives_as_it_is(desk):
    inbox = desk.inbox()

    def arrived(sent, thread):
        done = ended(inbox.answer(thread, {desk.server.asked(thread): json.loads(sent)}))
        assert done["outcome"] == "finished"
        return json.dumps(desk.server.client.threads.get_state(thread)["values"]["answer"])

    threads = desk.threads(len(VALUES))
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(arrived, VALUES, threads)) == VALUES


def test_a_value_that_would_not_arrive_as_it_is_is_refused(desk):
    thread = desk.start()
    inbox = desk.inbox()
    for value in (2**64, float("nan"), "\ud800", [{"a": -(2**63) - 1}]):
        with pytest.raises(AnswerRefused, match="cannot be sent to a server"):
            ended(inbox.answer(thread, {desk.server.asked(thread): value}))
    assert inbox.open(thread).thread.state is ThreadState.OPEN
    assert desk.effects() == []


def test_an_answer_that_is_locked_in_is_retried_and_the_thread_asked_again(desk):
    desk.switch("down", on=True)
    thread, inbox = desk.start(), desk.inbox()
    asked = desk.server.asked(thread)
    *events, end = list(inbox.answer(thread, {asked: "yes"}))
    assert end.data["outcome"] == "failed"
    (error,) = [event for event in events if event.type is EventType.ERROR]
    assert "the service is down" in error.data["message"]
    opened = inbox.open(thread)
    assert opened.thread.state is ThreadState.LOCKED
    assert opened.thread.given == {asked: "yes"}
    assert opened.verbs == (Verb.RETRY, Verb.REOPEN)
    assert row_of(inbox, thread).state is ThreadState.LOCKED
    with pytest.raises(UsageError):
        inbox.answer(thread, {asked: "no"})
    assert ended(inbox.act(thread, Verb.RETRY))["outcome"] == "failed"
    assert ended(inbox.act(thread, Verb.REOPEN))["outcome"] == "paused"
    again = inbox.open(thread)
    assert again.thread.state is ThreadState.OPEN
    assert again.thread.interrupts[0].id != asked
    desk.switch("down", on=False)
    assert ended(inbox.answer(thread, {again.thread.interrupts[0].id: "no"}))["outcome"] == (
        "finished"
    )
    assert desk.effects() == ["yes", "yes", "no"]
    assert desk.state(thread) == "done"


def test_what_other_programs_left_locked_is_locked(desk):
    desk.switch("down", on=True)
    by_id, bare = desk.threads(2)
    resumed = {by_id: {desk.server.asked(by_id): "yes"}, bare: "yes"}
    for thread, resume in resumed.items():
        desk.server.client.runs.create(thread, "effect", command={"resume": resume})
    inbox = desk.inbox()
    for thread in resumed:
        assert desk.server.settle(thread) == "error"
        found = inbox.open(thread).thread
        assert found.state is ThreadState.LOCKED
        assert list(found.given.values()) == ["yes"]


def test_an_answer_that_the_graph_refused_leaves_the_question_open(desk):
    mail = {"customer": "Ann", "order": "7", "amount": 5.0, "reason": "late"}
    thread = desk.server.thread("refund", mail)
    bad = {desk.server.asked(thread): {"approved": "perhaps"}}
    desk.server.client.runs.create(thread, "refund", command={"resume": bad})
    assert desk.server.settle(thread) == "error"
    inbox = desk.inbox()
    assert inbox.open(thread).thread.state is ThreadState.OPEN
    assert row_of(inbox, thread).state is ThreadState.OPEN


def test_two_questions_of_a_node_are_answered_one_after_the_other(desk):
    thread, inbox = desk.start("twice"), desk.inbox()
    first = desk.server.asked(thread)
    *_, asked, end = list(inbox.answer(thread, {first: "one"}))
    assert (asked.type, end.data["outcome"]) == (EventType.INTERRUPT, "paused")
    assert asked.data["value"] == {"question": "And then?"}
    opened = inbox.open(thread)
    assert opened.thread.state is ThreadState.OPEN
    assert opened.thread.interrupts[0].before == ("one",)
    assert ended(inbox.answer(thread, {asked.data["id"]: "two"}))["outcome"] == "finished"
    found = desk.server.client.threads.get_state(thread)["values"]["answer"]
    assert found == ["one", "two"]


def test_several_questions_at_once_say_who_asks(desk):
    thread = desk.server.thread("trip", {"city": "Rome", "nights": 2})
    found = desk.inbox().open(thread).thread
    assert found.state is ThreadState.OPEN
    by_node = {interrupt.node: interrupt for interrupt in found.interrupts}
    assert set(by_node) == set(found.next) >= {"flight", "hotel", "traveller"}
    assert by_node["hotel"].asked_by[0].startswith("hotel:")
    assert by_node["flight"].asked_by == ()


def test_a_breakpoint_is_continued_and_a_failure_is_retried(desk):
    gate = desk.server.thread("approval_gate", {"article": "Text"})
    report = desk.server.thread("monthly_report", {"month": "2026-01"})
    inbox = desk.inbox()
    assert row_of(inbox, gate).state is inbox.open(gate).thread.state is ThreadState.PAUSED
    assert ended(inbox.act(gate, Verb.CONTINUE))["outcome"] == "finished"
    assert row_of(inbox, report).state is inbox.open(report).thread.state is ThreadState.FAILED
    assert ended(inbox.act(report, Verb.RETRY))["outcome"] == "failed"


def test_a_question_that_comes_again_tells_the_earlier_answer(desk):
    thread, inbox = desk.server.thread("age_checked", {"foo": "x"}), desk.inbox()
    end = ended(inbox.answer(thread, {desk.server.asked(thread): "five"}))
    assert end["outcome"] == "paused"
    opened = inbox.open(thread)
    (earlier,) = opened.earlier.values()
    assert [asked.answer for asked in earlier] == ["five"]


def test_what_is_not_there_is_told(desk):
    inbox = desk.inbox()
    missing = "00000000-0000-4000-8000-000000000000"
    for thread in ("no-uuid", missing):
        with pytest.raises(ThreadNotFound):
            inbox.open(thread)
    with pytest.raises(GraphError, match="no_such_graph"):
        inbox.start("no_such_graph", {})
    with pytest.raises(UsageError, match="UUID"):
        list(inbox.start("age", {}, "no-uuid"))
    with pytest.raises(Conflict):
        list(inbox.join(desk.server.thread("age", {"foo": "x"})))


def test_models_of_a_server_cannot_be_had_and_its_question_stays_unanswered(desk):
    thread = desk.start()
    inbox = desk.inbox(contracts={"effect": {"act": "models:Answer"}})
    assert "JSON Schema file" in inbox.open(thread).questions[0].blocked
    with pytest.raises(AnswerRefused):
        inbox.answer(thread, {desk.server.asked(thread): "yes"})


def test_a_thread_goes_on_with_the_assistant_that_began_it(desk):
    client = desk.server.client
    assistant = client.assistants.create("effect", name="careful")["assistant_id"]
    thread = client.threads.create(graph_id="effect")["thread_id"]
    client.runs.wait(thread, assistant, input={"effects": str(desk.effects_file)})
    asked = desk.server.asked(thread)
    assert ended(desk.inbox().answer(thread, {asked: "yes"}))["outcome"] == "finished"
    last, first = client.runs.list(thread)
    assert last["assistant_id"] == first["assistant_id"] == assistant
    assert last["multitask_strategy"] == "reject"


def test_what_the_run_was_given_is_given_back(desk):
    client = desk.server.client
    thread = client.threads.create(graph_id="effect")["thread_id"]
    client.runs.wait(
        thread, "effect", input={"effects": str(desk.effects_file)}, metadata={"tenant": "north"}
    )
    inbox = desk.inbox()
    assert ended(inbox.answer(thread, {desk.server.asked(thread): "yes"}))["outcome"] == "finished"
    assert inbox.open(thread).thread.metadata["tenant"] == "north"


def test_an_answer_that_came_between_our_look_and_ours_is_an_alarm(desk):
    """It was taken and failed; LangGraph uses it again, whatever ours says."""
    desk.switch("down", on=True)
    thread = desk.start()
    asked = desk.server.asked(thread)

    def step(name):
        if name == "permit":
            client = desk.server.client
            client.runs.create(thread, "effect", command={"resume": {asked: "theirs"}})
            desk.server.settle(thread)

    end = ended(desk.inbox(step=step).answer(thread, {asked: "ours"}))
    assert end["outcome"] == "failed"
    assert end["reason"].startswith("ALARM")
    assert desk.effects() == ["theirs", "theirs"]
    assert desk.inbox().open(thread).thread.given == {asked: "theirs"}


def test_whoever_was_held_up_past_the_lease_sends_nothing(desk):
    thread = desk.start()
    asked = desk.server.asked(thread)
    backend = backend_for(desk.server.url, RunnerSpec())
    late = RunRequest(
        "attempt", Verb.ANSWER, thread, "effect", resume={asked: "late"}, permit=lambda: 0.0
    )
    with pytest.raises(Conflict, match="lease ran out"):
        list(backend.run(late))
    backend.close()
    assert len(desk.server.client.runs.list(thread)) == 1
    assert desk.effects() == []
