"""The thread as it came: folded, searched and copied; nothing in it can decide."""

import string
import threading
from random import Random

from hitl_tui.text import is_safe
from hitl_tui.tui.content.raw import nodes_of, shown
from hitl_tui.tui.screens.raw import Raw
from hitl_tui.tui.widgets import raw_view
from hitl_tui.tui.widgets.raw_view import RawView
from tests.fakes import PATIENCE, thread

PAYLOAD = {
    "question": "Pay?",
    "rows": [{"n": n, "to": f"account {n}"} for n in range(30)],
    "letter": "Dear all,\n" + "x" * 300 + "\nBye\x1b[>q\u200b",
}


def texts(value, width=60):
    return [node.text for node in nodes_of([("it", value)], width)]


def test_types_and_hidden_characters_are_told_exactly():
    assert texts({"a": 5, "b": "5", "c": None, "d": [], "e": "\u200b"}) == [
        "it  {5}", "a: 5", 'b: "5"', "c: null", "d: []", 'e: "\\u200b"',
    ]  # fmt: skip


def test_a_long_text_is_whole_in_pieces_no_wider_than_the_room():
    lines = texts({"t": "one\n" + "é" * 500}, width=40)
    assert max(map(len, lines)) <= 40
    assert "".join(lines[2:]) == '"one\\n' + "é" * 500 + '"'


def test_all_of_a_deep_or_broad_value_is_there():
    deep = []
    for _ in range(3_000):
        deep = [deep]
    assert len(texts(deep)) == 3_001
    assert len(texts(list(range(20_000)))) == 20_001


def test_what_is_folded_hides_what_is_within():
    nodes = nodes_of([("a", {"x": {"y": 1}}), ("b", {"z": 2})], 60)
    assert [nodes[at].text for at in shown(nodes)] == ["a  {1}", "x:  {1}", "y: 1", "b  {1}"]


async def raw(operator) -> RawView:
    await operator.press("ctrl+r")
    await operator.until(lambda: isinstance(operator.app.screen, Raw))
    view = operator.app.screen.query_one(RawView)
    await operator.until(lambda: view._all)
    return view


async def test_it_opens_from_anywhere_and_closes_where_one_was(operate):
    async with operate(thread("a", PAYLOAD, values={"amount": 3})) as operator:
        await raw(operator)
        assert "account 0" in operator.text
        await operator.press("escape")
        await operator.until(lambda: operator.app.focused is operator.list)
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        held = operator.app.focused
        await raw(operator)
        await operator.press("escape")
        await operator.until(lambda: operator.app.focused is held)


async def test_a_search_goes_to_what_is_folded_and_on(operate):
    async with operate(thread("a", PAYLOAD, values={"deep": {"er": "needle"}})) as operator:
        await raw(operator)
        assert "needle" not in operator.text
        await operator.press("slash", *"needle")
        await operator.until(lambda: 'er: "needle"' in operator.text)
        await operator.press("x")
        await operator.until(lambda: "not here" in operator.text)
        await operator.press("escape", "slash", "ctrl+u", *"account", "enter", "n", "n")
        view = operator.app.screen.query_one(RawView)
        await operator.until(lambda: '"account 2"' in view._all[view._rows[view._cursor]].text)
        await operator.press("N")
        await operator.until(lambda: '"account 1"' in view._all[view._rows[view._cursor]].text)


async def test_keys_fold_move_and_copy_the_exact_value(operate):
    async with operate(thread("a", PAYLOAD)) as operator:
        view = await raw(operator)
        await operator.press("enter")
        assert len(view._rows) == 1 + ("metadata" in operator.text)
        await operator.press("right", "down", "y")
        assert operator.app.clipboard == '"Pay?"'
        await operator.press("down", "left")
        assert "account 0" not in operator.text
        await operator.press("e", "end", "pageup", "pagedown", "y")
        await operator.until(lambda: "Dear" in operator.app.clipboard)
        assert operator.app.clipboard.startswith('"Dear all,')
        assert "\\u001b[>q\\u200b" in operator.app.clipboard
        assert all(is_safe(text) for text in operator.raw.split("\n"))
        await operator.press("home", "left", "up")
        assert view._cursor == 0


async def test_what_is_shown_is_what_no_fold_hides_after_any_keys(operate):
    """Folds are put back as they were, however they were left, searched and resized."""
    keys = ["down", "down", "enter", "left", "right", "up", "pagedown", "end", "home", "e", "n"]
    chance = Random(7)
    deep = {"rows": [{"n": {"to": [n, {"account": n}]}} for n in range(400)], "few": [[1], [2]]}
    async with operate(thread("a", {"question": "Pay?", **deep}, values=deep)) as operator:
        view = await raw(operator)
        await operator.press("slash", *"account", "enter")
        for number in range(80):
            operator.app.simulate_key(chance.choice(keys))
            if number % 10 == 9:
                await operator.pilot.pause()
                await operator.until(lambda: not (view._at_work or view._turns._waiting))
                assert list(view._rows) == list(shown(view._all))
                assert 0 <= view._cursor < len(view._rows)


async def test_keys_wait_for_a_search_and_then_have_their_turn(operate, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(raw_view, "position_of", lambda *_: (gate.wait(PATIENCE), 2)[1])
    async with operate(thread("a", PAYLOAD)) as operator:
        view = await raw(operator)
        await operator.press("slash", "x", "enter", "down")
        assert view._cursor == 0
        gate.set()
        await operator.until(lambda: view._cursor == 3)


async def test_no_key_there_sends_or_decides_anything(operate):
    async with operate(thread("a", {"question": "Go?", "options": ["yes", "no"]})) as operator:
        await raw(operator)
        for key in [*string.ascii_letters, *string.digits, "enter", "space", "ctrl+s", "ctrl+t"]:
            operator.app.simulate_key(key)
        await operator.pilot.pause()
        assert isinstance(operator.app.screen, Raw)
        assert operator.backend.sent == []
        assert not operator.queue.answer.can_send
