"""Keys that arrive all at once do what they would have done one by one."""

from tests.cli import contents, hitl, lines, state
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


def test_a_key_held_down_leads_to_the_thread_it_stopped_at(open_inbox, source):
    waiting = [row["thread_id"] for row in lines(hitl("list", source, "--state", "open", "--json"))]
    terminal = open_inbox(source)
    ready(terminal)
    terminal.burst(*["down"] * 12, "up", "enter")
    terminal.wait_for(f"· {waiting[11]}", "Back")
    leave(terminal)
