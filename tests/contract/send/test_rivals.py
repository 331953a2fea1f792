"""Two answers to one question are told by the source itself; what forks on purpose is no alarm."""

import json
import threading
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest
from langgraph.types import Command

from hitl_tui.batching import begin, by_value, plan
from hitl_tui.carrying import carry
from hitl_tui.errors import Conflict
from hitl_tui.model.runs import Outcome, Verb
from hitl_tui.model.threads import Query, ThreadState
from tests.cli import hitl
from tests.contract.runner.processes import PATIENCE, soon
from tests.contract.send.office import answer, on_both
from tests.contract.send.test_what_goes_wrong import at_once, locked_by_stock
from tests.places import on_both as both_sources


def reason(office) -> str:
    """The same in the thread and in its row of the queue."""
    inbox = office.inbox()
    (row,) = inbox.page(Query()).rows
    assert row.reason == inbox.open("t").thread.reason
    return row.reason


@on_both
def test_a_race_of_other_programs_is_shown_in_list_and_show(office):
    office.start("t")
    at_once(office, "yes", "no", "perhaps")
    told = reason(office)
    assert told.startswith("ALARM: 3 runs went on from one checkpoint")
    for value in ("yes", "no", "perhaps"):
        assert f'answer = "{value}"' in told
    shown = json.loads(hitl("show", office.source, "t", "--json").stdout)
    assert shown["reason"] == told
    assert "ALARM" in hitl("list", office.source, "--state", "all").stdout
    looked = hitl("show", office.source, "t", "--read-only").stdout
    assert "ALARM" in looked
    assert "sent from here" not in looked, "the journal was not looked at"


def test_a_thread_that_asks_on_shows_its_alarm_before_the_question(office):
    office.start("t", graph="twice")
    office.stock_answer("first", graph="twice")
    at_once(office, "yes", "no", graph="twice")
    office.start("t", graph="twice")
    inbox = office.inbox()
    (row,) = inbox.page(Query()).rows
    assert row.state is ThreadState.OPEN
    assert inbox.title(row).startswith("ALARM: answered more than once. What?")
    assert "ALARM" in hitl("list", office.source).stdout


@on_both
def test_another_program_that_answers_during_our_run_is_told_with_ours(office):
    office.start("t")
    office.switch("hang", on=True)
    inbox = office.inbox("ann")
    thread = inbox.open("t").thread
    events = inbox.answer("t", {thread.interrupts[0].id: "ours"})
    next(events)
    assert soon(office.effects)
    other = threading.Thread(target=office.stock_answer, args=["theirs"])
    other.start()
    assert soon(lambda: len(office.effects()) == 2)
    office.switch("hang", on=False)
    other.join(PATIENCE)
    assert list(events)[-1].data["outcome"] == "finished"
    told = reason(office)
    assert 'answer = "ours"' in told
    assert 'answer = "theirs"' in told
    assert "Sent from here: answer by ann at" in told
    assert '"ours".' in told


def going_back(graph, config):
    """Time travel: run again from where the question was asked, then answer anew."""
    asked = next(s for s in graph.get_state_history(config) if s.next == ("act",)).config
    graph.invoke(None, asked)
    again = graph.get_state(config).interrupts[0].id
    graph.invoke(Command(resume={again: "otherwise"}), config)


def updating(graph, config):
    asked = next(s for s in graph.get_state_history(config) if s.next == ("act",)).config
    graph.update_state(asked, {"answer": "by hand"})
    graph.update_state(config, {"answer": "by hand, again"})


def new_input(graph, config):
    asked = next(s for s in graph.get_state_history(config) if s.next == ("act",)).config
    effects = asked_effects(graph, config)
    graph.invoke({"effects": effects}, asked)
    graph.invoke({"effects": effects}, config)


def asked_effects(graph, config):
    return graph.get_state(config).values["effects"]


@on_both
@pytest.mark.parametrize("fork", [going_back, updating, new_input])
def test_a_fork_made_on_purpose_is_no_alarm(office, fork):
    office.start("t")
    office.stock_answer("yes")
    with office.stock() as (graph, config):
        fork(graph, config)
    assert "ALARM" not in reason(office)


@on_both
def test_re_opening_is_no_alarm(office):
    locked_by_stock(office)
    inbox = office.inbox()
    for _ in range(2):
        list(inbox.act("t", Verb.REOPEN))
        office.switch("down", on=True)
        assert answer(inbox, "t", "again")["outcome"] == "failed"
        office.switch("down", on=False)
    assert inbox.open("t").thread.state is ThreadState.LOCKED
    assert "ALARM" not in reason(office)


def test_an_answer_that_runs_on_after_its_question_was_re_opened_is_an_alarm(office):
    """Another program is at it, which we cannot know; then we ask again what it answers."""
    office.start("t")
    office.switch("hang", on=True)
    other = threading.Thread(target=office.stock_answer, args=["theirs"])
    other.start()
    assert soon(office.effects)
    with office.stock() as (graph, config):
        graph.invoke(None, graph.get_state(config).config)
    office.switch("hang", on=False)
    other.join(PATIENCE)
    assert "ALARM" in reason(office)


def test_the_order_is_that_of_writing_whatever_the_clocks_said(office):
    """The second answer's checkpoint bears an older time than the first one's."""
    office.start("t")
    at_once(office, "yes", "no")
    with closing(connect(office.source)) as connection:
        rows = connection.execute(
            "SELECT checkpoint_id FROM checkpoints WHERE json_extract(CAST(metadata AS TEXT),"
            " '$.step') = 1 ORDER BY rowid"
        ).fetchall()
        (first,), (second,) = rows
        swap = "UPDATE checkpoints SET checkpoint_id = ? WHERE checkpoint_id = ?"
        for pair in (("x", first), (first, second), (second, "x")):
            connection.execute(swap, pair)
        connection.commit()
    assert "ALARM" in reason(office)


@both_sources
def test_the_demo_has_no_alarms(source):
    lines = hitl("list", source, "--state", "all").stdout
    assert lines
    assert "ALARM" not in lines


def asks_else(office, thread="t"):
    """Another program lets the node ask again: under the same id, on the same checkpoint."""
    Path(f"{office.effects_file}.question").write_text("Really, all of it?")
    with office.stock(thread) as (graph, config):
        before = graph.get_state(config)
        graph.invoke(None, config)
        after = graph.get_state(config)
    assert before.config == after.config
    assert [i.id for i in before.interrupts] == [i.id for i in after.interrupts]
    assert before.interrupts[0].value != after.interrupts[0].value


@on_both
@pytest.mark.parametrize("step", ["intent", "permit"])
def test_an_answer_goes_to_no_other_words_under_the_same_id(office, step):
    """Since our look, and right before a worker is told."""
    office.start("t")
    meanwhile = {step: lambda: asks_else(office)}
    inbox = office.inbox(step=lambda name: meanwhile.get(name, int)())
    told = answer(inbox, "t", "yes")
    assert (told["outcome"], office.effects()) == ("Conflict", [])
    assert "asks something else" in told["reason"]
    assert office.state() == "open"
    meanwhile.clear()
    assert answer(inbox, "t", "yes")["outcome"] == "finished"


@on_both
@pytest.mark.parametrize("step", ["intent", "permit"])
def test_another_question_that_is_answered_meanwhile_is_a_conflict_and_no_drift(office, step):
    """The head is the same, and the graph is the right one: it only asks less."""
    office.start("t", graph="both")
    inbox = office.inbox(step=lambda name: theirs() if name == step else None)
    asked = {each.node: each.id for each in inbox.open("t").thread.interrupts}

    def theirs():
        with office.stock("t", "both") as (graph, config):
            graph.invoke(Command(resume={asked["left"]: "theirs"}), config)

    with pytest.raises(Conflict, match="Another of its questions was answered meanwhile"):
        list(inbox.answer("t", {asked["right"]: "ours"}))
    assert office.state() == "open"
    assert [each.node for each in inbox.open("t").thread.interrupts] == ["right"]


def test_an_answer_to_what_was_looked_at_goes_to_nothing_else(office):
    office.start("t")
    inbox = office.inbox()
    opened = inbox.open("t")
    asks_else(office)
    values = {opened.questions[0].interrupt.id: "yes"}
    with pytest.raises(Conflict, match="asks something else since you looked"):
        inbox.answer("t", values, seen=opened)
    assert office.effects() == []
    assert list(inbox.answer("t", values, seen=inbox.open("t")))[-1].data["outcome"] == "finished"


def test_a_batch_answers_no_other_words_than_its_table_showed(office):
    office.start("t", "u")
    inbox = office.inbox()
    batch_id = begin(inbox, plan(inbox, ["t", "u"], by_value("yes")), "a value")
    asks_else(office)
    told = {each.thread_id: each for each in carry(inbox, batch_id, at_once=1)}
    assert (told["t"].outcome, told["u"].outcome) == (Outcome.CONFLICT, Outcome.FINISHED)
    assert "asks something else" in told["t"].reason
    assert office.effects() == ["yes"]
