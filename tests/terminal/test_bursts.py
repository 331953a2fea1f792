"""Keys that arrive all at once do what they would have done one by one."""

import json
from typing import Any

import pytest

from tests.cli import contents, hitl, lines, shown, state
from tests.conftest import ROOT
from tests.terminal.using import SETTLED, enter, find, leave, ready


def test_what_is_typed_behind_the_slash_is_searched_for(open_inbox, source):
    before = contents(source.parent)
    terminal = open_inbox(source)
    ready(terminal)
    terminal.burst("/", "age-1", "enter")
    terminal.wait_for("age-1", "Open 1 ")
    leave(terminal)
    assert contents(source.parent) == before


def test_a_whole_answer_typed_ahead_never_decides_another_question(open_inbox, source):
    terminal = open_inbox(source)
    ready(terminal)
    terminal.burst("/", "age-1", "enter", "enter", "1", "ctrl+s")
    terminal.read(2)
    leave(terminal)
    assert state(source, "transfer-2") == "open"
    assert sent(source) <= {"age-1"}


def sent(source) -> set[str]:
    """The threads to which anything was sent."""
    rows = lines(hitl("audit", source, "--json"))
    return {row["thread_id"] for row in rows if row["kind"] == "intent"}


def test_each_decision_falls_on_its_own_mail(open_inbox, source):
    terminal = open_inbox(source, rows=60)
    find(terminal, "mailer-2")
    enter(terminal)
    terminal.press_for("a", "✓")  # from now on keys count
    terminal.burst("a", "tab", "r", "tab", "tab", "a")
    terminal.wait_for('sends  {"decisions": [{"type": "approve"}, {"type": "reject"}, {"typ')
    terminal.read(SETTLED)
    leave(terminal)


def test_a_flood_of_characters_is_typed_as_it_came(open_inbox, source):
    terminal = open_inbox(source)
    ready(terminal)
    terminal.burst("/", "the quick brown fox " * 20)
    terminal.wait_for("fox")
    terminal.burst("backspace", "X")
    terminal.wait_for("foxX")
    leave(terminal)


@pytest.mark.parametrize("seconds", [0, 0.4])
def test_keys_struck_while_the_app_starts_all_count(open_inbox, source, seconds):
    waiting = [row["thread_id"] for row in lines(hitl("list", source, "--state", "open", "--json"))]
    terminal = open_inbox(source)
    if seconds:
        terminal.read(seconds)
    terminal.burst("down", "down", "down", "up")
    terminal.wait_for(f"· {waiting[2]}")
    leave(terminal)


def test_a_key_held_down_leads_to_the_thread_it_stopped_at(open_inbox, source):
    waiting = [row["thread_id"] for row in lines(hitl("list", source, "--state", "open", "--json"))]
    terminal = open_inbox(source)
    ready(terminal)
    terminal.burst(*["down"] * 12, "up", "enter")
    terminal.wait_for(f"· {waiting[11]}", "Back")
    leave(terminal)


ASKING = ROOT / "tests" / "contract" / "asking" / "langgraph.json"


def named(by: str, field: str) -> dict[str, Any]:
    """An object that a constant tells apart, with one text."""
    properties = {"by": {"const": by}, field: {"type": "string"}}
    return {"type": "object", "properties": properties, "required": ["by", field]}


ORDER = {
    "type": "object",
    "properties": {
        "lines": {"type": "array", "items": {"type": "string"}},
        "pay": {"oneOf": [named("card", "number"), named("cash", "given")]},
    },
    "required": ["lines", "pay"],
}


def test_what_is_typed_behind_the_key_that_makes_an_input_goes_into_it(open_inbox, tmp_path):
    source = tmp_path / "order.sqlite"
    asked = json.dumps({"questions": {"order": {"payload": "Order?", "schema": ORDER}}})
    done = hitl("start", source, "ask", "--thread", "order", "--input", asked, "--config", ASKING)
    assert done.returncode == 3, done.stderr
    terminal = open_inbox(source, "--config", str(ASKING), rows=60)
    ready(terminal)
    enter(terminal)
    terminal.burst("+", "quick", "tab", "+", "pq", "tab", "tab", "c", "tab", "7")
    terminal.wait_for('sends  {"lines": ["quick", "pq"], "pay": {"by": "card", "number": "7')
    terminal.press("ctrl+s")
    terminal.wait_for("Done 1")
    leave(terminal)
    received = shown(source, "order")["values"]["received"]["order"]
    assert received == {"lines": ["quick", "pq"], "pay": {"by": "card", "number": "7"}}
