"""Payloads that are far too much for a screen: their beginning is shown, and the way to all of it.

A real file, written by LangGraph, read by the real backend.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import START, StateGraph
from langgraph.types import Send, interrupt

from hitl_tui.backends.sqlite import SqliteBackend
from hitl_tui.questions.read import described

KEYS = 300_000
HEAVY = {
    "a-text": {"question": "Read all this?", "text": "word " * 10_000_000},
    "b-keys": {"question": "Which of them?", **{f"k{number}": number for number in range(KEYS)}},
    "c-line": "x" * 5_000_000,
}
QUESTIONS = 200


class State(TypedDict):
    """Nothing but a place for the answer."""

    answer: str


@pytest.fixture(scope="module")
def heavy(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("heavy") / "checkpoints.sqlite"
    with SqliteSaver.from_conn_string(str(path)) as saver:
        for name, value in HEAVY.items():
            _ask(saver, name, [value])
        _ask(saver, "d-many", [f"Number {number}?" for number in range(QUESTIONS)])
    return path


def _ask(saver: SqliteSaver, name: str, values: list[Any]) -> None:
    """Run a thread that asks each value in a task of its own."""
    graph = StateGraph(State)
    graph.add_node("ask", lambda at: {"answer": str(interrupt(values[at["at"]]))})
    graph.add_conditional_edges(
        START, lambda state: [Send("ask", {"at": at}) for at in range(len(values))], ["ask"]
    )
    config: Any = {"configurable": {"thread_id": name}}
    graph.compile(checkpointer=saver).invoke({"answer": ""}, config)


@pytest.fixture
def backend(heavy) -> Iterator[SqliteBackend]:
    backend = SqliteBackend(heavy, describe=described)
    yield backend
    backend.close()


async def test_what_is_too_much_is_cut_and_says_so(operate, backend):
    async with operate(backend=backend, ready=False, size=(200, 480)) as operator:
        await operator.until(lambda: "Read all this?" in operator.text)
        await operator.shows("a-text")
        assert "49,996,000 characters more" in operator.text
        await operator.press("down")
        await operator.shows("b-keys")
        assert "k350" in operator.text
        assert "more than 400 lines" in operator.text
        await operator.press("down")
        await operator.shows("c-line")
        assert "characters more" in operator.text
        await operator.press("down")
        await operator.shows("d-many")
        assert "question 1 of 200" in operator.text
        await operator.press("left_square_bracket")
        await operator.until(lambda: "question 200 of 200" in operator.text)
        assert "Number 199?" in operator.text


async def test_a_flood_is_searched_at_its_beginning(operate, backend):
    async with operate(backend=backend, ready=False) as operator:
        await operator.until(lambda: "Read all this?" in operator.text)
        await operator.press("slash", *"k999")
        await operator.until(lambda: operator.list.thread_id == "b-keys")
        assert "k999" in operator.text
