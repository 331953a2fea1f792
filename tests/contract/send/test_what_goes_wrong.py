"""What goes wrong with stock LangGraph, shown first, and what becomes of it here."""

import subprocess
import sys
import threading

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command

from hitl_tui.backends.connect import backend_for
from hitl_tui.errors import AnswerRefused, Drifted, UsageError
from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.model.runs import Verb
from hitl_tui.model.threads import Query, ThreadState
from hitl_tui.runner.spec import RunnerSpec
from tests.conftest import CONFIG, ROOT
from tests.contract.runner.processes import PATIENCE, soon
from tests.contract.send.office import answer, on_both
from tests.contract.test_dialect_langchain import CONFIG as ONE
from tests.contract.test_dialect_langchain import Agent
from tests.places import held
from tests.unit.test_journal import DEAD, attempt

S = ThreadState


def act(inbox, verb, thread="t"):
    return list(inbox.act(thread, verb))[-1].data["outcome"]


def locked_by_stock(office, value="approve"):
    """The node does what was approved, then raises."""
    office.start("t")
    office.switch("down", on=True)
    with pytest.raises(ConnectionError):
        office.stock_answer(value)
    office.switch("down", on=False)


@on_both
def left_by_the_dead(office, inbox):
    """Somebody set out to answer thread t, and is gone: nobody knows what became of it."""
    question = inbox.open("t").thread
    journal = office.journal()
    answers = {question.interrupts[0].id: "first"}
    journal.begin(attempt(checkpoint_id=question.checkpoint_id, answers=answers, owner=DEAD))
    journal.close()
    return question


class TestAnAnswerThatIsLockedIn:
    def test_stock_runs_the_approval_when_a_rejection_is_sent(self, office):
        locked_by_stock(office)
        office.stock_answer("reject")
        assert office.effects() == ["approve", "approve"]

    def test_here_nothing_else_can_be_sent(self, office):
        locked_by_stock(office)
        inbox = office.inbox()
        opened = inbox.open("t")
        assert (opened.thread.state, set(opened.verbs)) == (S.LOCKED, {Verb.RETRY, Verb.REOPEN})
        assert list(opened.thread.given.values()) == ["approve"]
        with pytest.raises(UsageError, match="locked"):
            inbox.answer("t", {opened.thread.interrupts[0].id: "reject"})
        assert office.effects() == ["approve"]

    def test_a_retry_sends_the_same_answer(self, office):
        locked_by_stock(office)
        assert act(office.inbox(), Verb.RETRY) == "finished"
        assert office.effects() == ["approve", "approve"]

    def test_re_opening_asks_again_under_a_new_id_and_a_rejection_is_one(self, office):
        locked_by_stock(office)
        inbox = office.inbox()
        before = inbox.open("t").thread.interrupts[0].id
        told = inbox.consequences("t", Verb.REOPEN)
        assert "runs act again from its top" in told
        assert "ConnectionError" in told
        assert act(inbox, Verb.REOPEN) == "paused"
        again = inbox.open("t").thread
        assert (again.state, again.interrupts[0].id != before) == (S.OPEN, True)
        assert "ALARM" not in again.reason
        assert answer(inbox, "t", "reject")["outcome"] == "finished"
        assert office.effects() == ["approve", "reject"]

    def test_an_error_alone_locks_nothing(self, office):
        """The node fails above its question: the answer was not taken, and counts for nothing."""
        office.start("t", graph="twice")
        assert answer(office.inbox(), "t", "first")["outcome"] == "paused"
        office.switch("down", on=True)
        assert answer(office.inbox(), "t", "second")["outcome"] == "failed"
        office.switch("down", on=False)
        thread = office.inbox().open("t").thread
        assert (thread.state, thread.given) == (S.OPEN, {})
        assert answer(office.inbox(), "t", "another")["outcome"] == "finished"
        assert office.inbox().open("t").thread.values["answer"] == ["first", "another"]


@on_both
class TestARetryThatComesToASecondQuestion:
    def test_it_does_not_answer_it(self, office):
        office.start("t", graph="twice")
        office.switch("down", on=True)
        inbox = office.inbox()
        assert answer(inbox, "t", "first")["outcome"] == "failed"
        assert inbox.open("t").thread.state is S.LOCKED
        office.switch("down", on=False)
        assert act(inbox, Verb.RETRY) == "paused"
        opened = inbox.open("t")
        assert opened.thread.state is S.OPEN
        assert [each.value for each in opened.thread.interrupts] == [{"question": "And then?"}]
        assert answer(inbox, "t", "second")["outcome"] == "finished"
        assert inbox.open("t").thread.values["answer"] == ["first", "second"]

    def test_nor_does_one_of_a_doubt(self, office):
        office.start("t", graph="twice")
        inbox = office.inbox()
        left_by_the_dead(office, inbox)
        assert inbox.open("t").thread.state is S.IN_DOUBT
        assert act(inbox, Verb.RETRY) == "paused"
        assert inbox.open("t").thread.interrupts[0].value == {"question": "And then?"}


class TestADoubtThatTheSourceSettles:
    def test_the_next_question_on_the_same_head_can_be_answered(self, office):
        """Somebody answered what was in doubt; the node asks on, and its head is still the same."""
        office.start("t", graph="twice")
        inbox = office.inbox()
        question = left_by_the_dead(office, inbox)
        office.stock_answer("theirs", graph="twice")
        opened = inbox.open("t").thread
        assert (opened.state, opened.checkpoint_id) == (S.OPEN, question.checkpoint_id)
        assert answer(inbox, "t", "second")["outcome"] == "finished"


class TestTwoAnswersToOneQuestion:
    def test_stock_runs_both_and_here_an_alarm_names_them(self, office):
        office.start("t")
        at_once(office, "yes", "no")
        assert sorted(office.effects()) == ["no", "yes"]
        thread = office.inbox().open("t").thread
        assert thread.state is S.DONE
        assert "ALARM" in thread.reason
        assert 'answer = "yes"' in thread.reason
        assert 'answer = "no"' in thread.reason
        assert "Neither was sent from here" in thread.reason


def at_once(office, *values, graph="effect"):
    """Programs that each read the thread before another one of them goes on."""
    read = threading.Barrier(len(values))

    def late(get_tuple):
        def read_together(config):
            found = get_tuple(config)
            if threading.current_thread().name in values:
                read.wait(PATIENCE)
                threading.current_thread().name = "gone on"
            return found

        return read_together

    def program(value):
        with office.stock(graph=graph) as (built, config):
            asked = built.get_state(config).interrupts[0].id
            built.checkpointer.get_tuple = late(built.checkpointer.get_tuple)
            threading.current_thread().name = value
            built.invoke(Command(resume={asked: value}), config)

    programs = [threading.Thread(target=program, args=[value]) for value in values]
    for each in programs:
        each.start()
    for each in programs:
        each.join(PATIENCE)


KILLED = """
import os, sys
from pathlib import Path
from tests.contract.send.office import Office
Office(Path(sys.argv[1])).stock_answer("yes")
"""


class TestAKillInTheMiddle:
    def test_stock_shows_the_question_untouched_though_the_effect_happened(self, office):
        office.start("t")
        office.switch("hang", on=True)
        folder = str(office.source.parent)
        process = subprocess.Popen([sys.executable, "-c", KILLED, folder], cwd=ROOT)
        assert soon(office.effects)
        process.kill()
        process.wait()
        office.switch("hang", on=False)
        with office.stock() as (graph, config):
            state = graph.get_state(config)
        assert [each.value for each in state.interrupts] == [{"question": "What?"}]
        assert office.effects() == ["yes"]

    def test_cancelling_here_leaves_it_in_doubt(self, office):
        office.start("t")
        office.switch("hang", on=True)
        inbox = office.inbox()
        thread = inbox.open("t").thread
        events = inbox.answer("t", {thread.interrupts[0].id: "yes"})
        next(events)
        assert soon(office.effects)
        inbox.cancel("t")
        end = list(events)[-1].data
        assert end["outcome"] == "cancelled"
        assert "may have taken effect" in end["reason"]
        opened = inbox.open("t")
        assert opened.thread.state is S.IN_DOUBT
        assert set(opened.verbs) == {Verb.RETRY, Verb.REOPEN, Verb.ABANDON}


class TestAnotherGraph:
    def test_stock_returns_as_if_nothing_were_wrong(self, office):
        office.start("t")
        with office.stock(runs="renamed") as (graph, config):
            with office.stock() as (own, _):
                asked = own.get_state(config).interrupts[0].id
            graph.invoke(Command(resume={asked: "yes"}), config)
        assert office.effects() == []

    def test_here_it_is_refused_and_the_thread_drifted_until_the_graph_is_another(self, office):
        office.start("t")
        with office.stock() as (graph, config):
            as_renamed = {"metadata": {**config["metadata"], "graph_id": "renamed"}}
            graph.invoke({"effects": str(office.effects_file)}, config | as_renamed)
        inbox = office.inbox()
        before = held(office.source)
        question = inbox.open("t").thread.interrupts[0].id
        with pytest.raises(Drifted):
            list(inbox.answer("t", {question: "yes"}))
        assert held(office.source) == before
        for look in (inbox, office.inbox("bob")):
            opened = look.open("t")
            assert (opened.thread.state, opened.verbs) == (S.DRIFTED, ())
            assert "does not have the questions" in opened.thread.reason
        with pytest.raises(Drifted):
            list(inbox.answer("t", {question: "yes"}))
        office.stock_answer("from elsewhere")
        assert inbox.open("t").thread.state is S.DONE, "the head has changed"


@pytest.fixture
def sample(source):
    """An inbox on the demo's threads."""
    journal = Journal(source.with_name(f"{source.name}.hitl.db"))
    inbox = Inbox(backend_for(str(source), RunnerSpec(config=CONFIG)), journal, operator="ann")
    yield inbox
    inbox.close()


@pytest.fixture
def saver(tmp_path):
    with SqliteSaver.from_conn_string(str(tmp_path / "agent.sqlite")) as made:
        yield made


APPROVE = {"type": "approve"}


class TestDecisionsOfTheWrongShape:
    def test_stock_is_locked_by_too_few(self, saver):
        agent = Agent(saver, "batched", 2)
        asked = agent.graph.get_state(ONE).interrupts[0].id
        with pytest.raises(ValueError, match="decisions"):
            agent.answer({asked: {"decisions": [APPROVE]}})
        with pytest.raises(ValueError, match="decisions"):
            agent.answer({asked: {"decisions": [APPROVE, APPROVE]}})
        assert agent.sent == []

    def test_here_it_is_not_sent(self, sample, source):
        before = source.read_bytes()
        question = sample.open("mailer-2").questions[0].interrupt.id
        with pytest.raises(AnswerRefused):
            sample.answer("mailer-2", {question: {"decisions": [APPROVE]}})
        assert source.read_bytes() == before
        assert not source.with_name(f"{source.name}.hitl.db").exists()

    def test_stock_runs_the_good_one_of_two_and_raises(self, saver):
        agent = Agent(saver, "per_call", 2)
        first, second = (each.id for each in agent.graph.get_state(ONE).interrupts)
        with pytest.raises(ValueError, match="validation error"):
            agent.answer({first: APPROVE, second: {"type": "nonsense"}})
        assert [call["to"] for call in agent.sent] == ["a0"]

    def test_here_neither_is_sent(self, sample, source):
        before = source.read_bytes()
        per_call = Query(frozenset({S.OPEN}), graph="mailer_per_call")
        thread = next(row for row in sample.page(per_call).rows if len(row.interrupts) > 1)
        first, second = (each.id for each in thread.interrupts[:2])
        with pytest.raises(AnswerRefused):
            sample.answer(thread.thread_id, {first: APPROVE, second: {"type": "nonsense"}})
        assert source.read_bytes() == before
