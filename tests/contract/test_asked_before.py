"""Asked again, on real threads: the validation loop's earlier questions and answers."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import StateGraph
from langgraph.types import Command, interrupt
from typing_extensions import TypedDict

from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.model.question import Choice
from hitl_tui.questions.again import earlier, starting_choices
from hitl_tui.questions.read import read
from tests.cli import hitl, run, shown
from tests.contract.runner.processes import PATIENCE


class State(TypedDict, total=False):
    got: list


def loop(state: State) -> Command:
    """Asks until it gets a whole number from 0 up."""
    answer = interrupt("What is your age?")
    again = not isinstance(answer, int) or answer < 0
    return Command(update={"got": [answer]}, goto="loop" if again else "__end__")


def twice(state: State) -> State:
    """Asks two things of one task."""
    return {"got": [interrupt("first"), interrupt("second")]}


def stubborn(state: State) -> State:
    """Asks in a loop of its own, in other words each time, as LangGraph's guide does."""
    question = "What is your age?"
    while not isinstance(answer := interrupt(question), int):
        question = f"{answer!r} is not a valid age. What is your age?"
    return {"got": [answer]}


@pytest.fixture
def thread(tmp_path):
    """Answer a thread of a node so and so, and look at it with a backend."""
    path = tmp_path / "threads.sqlite"
    backend = SqliteBackend(path)

    def make(node, *answers):
        with closing(sqlite3.connect(path, check_same_thread=False)) as connection:
            builder = StateGraph(State).add_node(node.__name__, node)
            graph = builder.set_entry_point(node.__name__).compile(SqliteSaver(connection))
            config = {"configurable": {"thread_id": "t"}}
            graph.invoke({}, config)
            for answer in answers:
                (asked,) = graph.get_state(config).interrupts
                graph.invoke(Command(resume={asked.id: answer}), config)
        return backend

    yield make
    backend.close()


def test_a_question_asked_for_the_first_time_has_no_history(thread):
    assert thread(loop).asked_before("t") == ()


def test_a_bad_answer_is_told_when_it_is_asked_again(thread):
    backend = thread(loop, -20)
    (asked,) = backend.asked_before("t")
    assert (asked.value, asked.node, asked.answer) == ("What is your age?", "loop", -20)
    assert abs(datetime.now(UTC) - asked.answered_at).total_seconds() < PATIENCE


def test_answers_come_oldest_first_and_keep_their_types(thread):
    backend = thread(loop, "5", None, -1.5, {"a": []})
    assert [asked.answer for asked in backend.asked_before("t")] == ["5", None, -1.5, {"a": []}]


def test_of_a_long_loop_the_last_answers_are_told(thread):
    backend = thread(loop, *range(-30, 0))
    assert [asked.answer for asked in backend.asked_before("t")] == list(range(-20, 0))


def test_the_form_starts_from_the_last_answer(thread):
    backend = thread(loop, -1, "twenty")
    (question,) = map(read, backend.thread("t").interrupts)
    history = backend.asked_before("t")
    assert [asked.answer for asked in earlier(question.interrupt, history)] == [-1, "twenty"]
    assert starting_choices(question, history) == (Choice("answer", {"value": "twenty"}),)


def test_another_question_of_the_thread_is_not_the_same(thread):
    backend = thread(twice, "one")
    (question,) = map(read, backend.thread("t").interrupts)
    assert earlier(question.interrupt, backend.asked_before("t")) == ()
    assert starting_choices(question, backend.asked_before("t")) is None


def test_an_answer_is_never_told_as_that_of_another_question(thread):
    assert thread(twice, "one", "two").asked_before("t") == ()


def test_a_node_that_asks_first_took_nothing_before(thread):
    (first,) = thread(stubborn).thread("t").interrupts
    assert first.before == ()


def test_a_loop_inside_a_node_tells_what_it_did_not_take(thread):
    (asked,) = thread(stubborn, "old", None).thread("t").interrupts
    assert (asked.value, asked.before) == (
        "None is not a valid age. What is your age?",
        ("old", None),
    )


def test_the_second_question_of_a_node_tells_the_answer_to_the_first(thread):
    (second,) = thread(twice, "one").thread("t").interrupts
    assert (second.value, second.before) == ("second", ("one",))


def test_a_thread_that_is_not_there_asked_nothing(thread):
    assert thread(loop).asked_before("nobody") == ()


def test_the_samples_loop_tells_its_earlier_answers(source):
    run("answer", source, "age-checked-1", "--value", "-20")
    backend = SqliteBackend(source)
    assert backend.asked_before("age-checked-1")[-1].answer == -20
    backend.close()
    (asked,) = shown(source, "age-checked-1")["interrupts"]
    assert [before["answer"] for before in asked["asked_before"]] == [-20]
    assert "answered -20" in hitl("show", source, "age-checked-1").stdout
