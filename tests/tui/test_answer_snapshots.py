"""How the answer pane looks; each docstring says what a reviewer must see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from hitl_tui.model.question import Question
from tests.tui.answering import Host, Person, asks, steady, wants
from tests.tui.test_answer_pane import calls

Look = Callable[..., bool]

REFUND = wants(
    approved={"type": "boolean", "description": "Whether the money goes back."},
    amount={"type": "integer", "minimum": 1, "title": "Amount"},
    speed={"enum": ["today", "tomorrow", 7]},
)
REFUND["properties"]["note"] = {"type": "string", "description": "For the customer; may be empty."}


@pytest.fixture
def look(snap_compare: Callable[..., bool]) -> Look:
    """`look(question, keys…)`: the pane after these keys, as accepted before."""

    def _look(
        question: Question | None, *keys: str, size: tuple[int, int] = (80, 24), **more: Any
    ) -> bool:
        async def act(pilot: Pilot[None]) -> None:
            app = pilot.app
            assert isinstance(app, Host)
            person = Person(app, pilot)
            await person.settle()
            await person.show(question, **more)
            await person.press(*keys)
            steady(app)
            person.pane._body.scroll_home(animate=False)
            await person.settle()
            if app.focused is not None:
                app.focused.scroll_visible(animate=False)
            await person.settle()

        return snap_compare(Host(), run_before=act, terminal_size=size)

    return _look


def test_decisions_of_one_call(look: Look) -> None:
    """Four decisions with their keys, none picked; below: cannot send, choose a decision first."""
    assert look(asks(calls("send_email")))


def test_a_rejection_with_a_message(look: Look) -> None:
    """`reject` has a tick; an optional message is typed; what is sent shows both."""
    assert look(asks(calls("send_email")), "r", "tab", "n", "o")


def test_a_form_from_a_schema(look: Look) -> None:
    """Yes or no, a number, options with 7 among texts, an optional text; it can be sent."""
    assert look(asks("?", REFUND), "y", "tab", "5", "tab", "down", "enter")


def test_a_refused_form(look: Look) -> None:
    """Each wrong field is marked and says why; the first of them has the focus."""
    assert look(asks("?", REFUND), "y", "tab", "x", "ctrl+s")


def test_5_as_a_number(look: Look) -> None:
    """The type `number` has a tick; below: sends 5, without quotes."""
    assert look(asks("How old are you?"), "n", "5")


def test_5_as_a_text(look: Look) -> None:
    """The type `text` has a tick; below: sends "5", with quotes."""
    assert look(asks("How old are you?"), "t", "5")


def test_a_batch(look: Look) -> None:
    """Two calls with a heading each; the first is approved, the second is still to be decided."""
    assert look(asks(calls("send_email", "delete_file")), "a")


def test_nothing_can_be_sent(look: Look) -> None:
    """The form is disabled and the reason stands where the answer would be shown."""
    assert look(asks("How old are you?"), why_not="the graph has changed: \x1b[31mno node 'ask'")


def test_narrow(look: Look) -> None:
    """On 40 columns decisions wrap between words, and what will be sent stays in sight."""
    assert look(asks(calls("send_email")), "e", "tab", size=(40, 10))


def test_sent(look: Look) -> None:
    """After sending: sent 5, and the border says that an edit is needed to send again."""
    assert look(asks("How old are you?"), "n", "5", "ctrl+s")
