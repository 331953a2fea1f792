"""Every key says what it does, and does it."""

import pytest
from textual.binding import Binding

from hitl_tui.model.runs import Verb
from hitl_tui.model.threads import ThreadState
from hitl_tui.tui.app import HitlApp
from hitl_tui.tui.screens import (
    batch,
    confirm,
    help,
    pick_graph,
    raw,
    save_log,
    snooze,
    source_error,
)
from hitl_tui.tui.screens.confirm import Confirm
from hitl_tui.tui.screens.help import Help, keys_of, kinds_on, own_bindings
from hitl_tui.tui.screens.queue_actions import QueueActions
from hitl_tui.tui.screens.save_log import SaveLog
from hitl_tui.tui.widgets.answer_sheet import AnswerSheet
from hitl_tui.tui.widgets.raw_view import RawView
from hitl_tui.tui.widgets.row_cursor import RowCursor
from hitl_tui.tui.widgets.row_marks import RowMarks
from hitl_tui.tui.widgets.run_log import RunLog
from hitl_tui.tui.widgets.search import Search
from hitl_tui.tui.widgets.tab_bar import TabBar
from tests.fakes import FakeBackend, thread
from tests.tui.test_answering import choose_first

OPTIONS = {"question": "Deploy?", "options": ["yes", "no"]}
KINDS = [
    HitlApp, QueueActions, RowCursor, Search, RunLog,
    confirm.Confirm, help.Help, pick_graph.PickGraph, save_log.SaveLog,
    snooze.Snooze, source_error.SourceErrorScreen, raw.Raw, RawView, AnswerSheet,
    batch.BatchScreen, RowMarks,
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_binding_has_a_name_and_says_what_it_does(kind):
    assert own_bindings(kind)
    for binding in kind.BINDINGS:
        assert isinstance(binding, Binding)
        assert binding.id
        assert len(binding.tooltip) > 5


def test_no_two_bindings_share_a_name():
    names = [binding.id for kind in KINDS for binding in own_bindings(kind)]
    assert len(names) == len(set(names))


async def test_help_lists_every_key_of_the_screen(operate):
    async with operate(thread("a", OPTIONS)) as operator:
        kinds = kinds_on(operator.queue)
        assert {HitlApp, QueueActions, RowCursor, Search, RunLog} <= set(kinds)
        await operator.press("question_mark")
        await operator.until(lambda: isinstance(operator.app.screen, Help))
        shown = "\n".join(line.plain for line in operator.app.screen._lines())
        for binding in (b for kind in kinds for b in own_bindings(kind)):
            assert keys_of(operator.app, binding) in shown
            assert binding.tooltip in shown


async def test_down_and_up_move_the_cursor(operate):
    async with operate(thread("a", "A?", minutes=9), thread("b", "B?")) as operator:
        await operator.press("down")
        await operator.shows("b")
        await operator.press("up")
        await operator.shows("a")


@pytest.mark.parametrize(("key", "expected"), [("end", "t29"), ("pagedown", "t"), ("j", "t1")])
async def test_the_lists_other_keys_move_it_too(operate, key, expected):
    threads = [thread(f"t{n}", "?", minutes=100 - n) for n in range(30)]
    async with operate(*threads) as operator:
        await operator.press(key)
        assert operator.list.thread_id.startswith(expected)
        assert operator.list.thread_id != "t0"
        await operator.press({"j": "k", "pagedown": "pageup"}.get(key, "home"))
        assert operator.list.thread_id == "t0"


async def test_enter_goes_to_the_answer_and_escape_back(operate):
    async with operate(thread("a", OPTIONS)) as operator:
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        await operator.press("escape")
        await operator.until(lambda: operator.app.focused is operator.list)


async def test_tab_goes_through_all_panes_and_backtab_back(operate):
    async with operate(thread("a", OPTIONS)) as operator:
        seen = []
        for _ in range(4):
            await operator.press("tab")
            await operator.until(lambda: operator.queue.focused is not None)
            seen.append(operator.queue.arrangement.place)
        assert seen[0] == "request"
        assert "log" in seen
        await operator.press("shift+tab")


async def test_tabs_that_come_in_one_burst_all_count(operate):
    names = {"type": "object", "properties": {n: {"type": "string"} for n in ("a", "b", "c")}}
    async with operate(thread("t", "Names?", schema=names)) as operator:
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        inputs = [w for w in operator.queue.focus_chain if operator.queue.answer in w.ancestors]
        operator.queue.action_step(1)
        operator.queue.action_step(1)
        assert operator.queue.focused is inputs[2]


async def test_v_shows_the_context_and_the_request_again(operate):
    async with operate(thread("a", OPTIONS, values={"amount": 42})) as operator:
        await operator.press("v")
        await operator.until(lambda: "amount" in operator.text and "42" in operator.text)
        await operator.press("v")
        await operator.until(lambda: "amount" not in operator.text)


@pytest.mark.parametrize("number", range(1, 8))
async def test_numbers_choose_tabs(operate, number):
    async with operate(thread("a", OPTIONS)) as operator:
        await operator.press(str(number))
        assert operator.queue.query_one(TabBar).chosen == number - 1


async def test_slash_searches_and_escape_ends_it(operate):
    async with operate(thread("a", OPTIONS)) as operator:
        await operator.press("slash")
        assert isinstance(operator.app.focused, Search)
        await operator.press("x", "escape")
        await operator.until(lambda: operator.app.focused is operator.list)
        assert operator.queue.query_one(Search).value == ""


@pytest.mark.parametrize(
    ("key", "state", "verb"),
    [
        ("c", ThreadState.PAUSED, Verb.CONTINUE),
        ("t", ThreadState.FAILED, Verb.RETRY),
        ("t", ThreadState.LOCKED, Verb.RETRY),
        ("o", ThreadState.LOCKED, Verb.REOPEN),
    ],
)
async def test_verbs_ask_first_and_then_run(operate, key, state, verb):
    async with operate(thread("p", state=state, next=("pay",))) as operator:
        await operator.press("6")
        await operator.shows("p")
        await operator.press(key)
        await operator.until(lambda: isinstance(operator.app.screen, Confirm))
        await operator.press("y", "space", "enter")  # the button that has the focus is No
        await operator.until(lambda: operator.app.screen is operator.queue)
        assert operator.backend.sent == []
        await operator.press(key)
        await operator.until(lambda: isinstance(operator.app.screen, Confirm))
        await operator.press("ctrl+s")
        await operator.until(lambda: operator.backend.sent)
        assert operator.backend.sent[0].verb is verb


async def test_keys_for_what_cannot_be_done_do_nothing(operate):
    async with operate(thread("a", OPTIONS)) as operator:
        await operator.press("c", "t", "o", "x", "u", "l", "ctrl+k", "right_square_bracket")
        assert operator.app.screen is operator.queue


async def test_a_run_of_ours_can_be_stopped(operate):
    backend = FakeBackend(thread("a", OPTIONS))
    backend.gate.clear()
    async with operate(backend=backend) as operator:
        await choose_first(operator)
        await operator.press("ctrl+s")
        await operator.until(lambda: backend.sent)
        await operator.until(lambda: operator.detail.thread_id == "a")
        await operator.press("ctrl+k")
        await operator.until(lambda: isinstance(operator.app.screen, Confirm))
        await operator.press("ctrl+s")
        await operator.until(lambda: backend.cancelled == [backend.sent[0].run_id])


async def test_quitting_asks_only_while_something_runs(operate):
    backend = FakeBackend(thread("a", OPTIONS))
    backend.gate.clear()
    async with operate(backend=backend) as operator:
        await choose_first(operator)
        await operator.press("ctrl+s")
        await operator.until(lambda: backend.sent)
        await operator.press("ctrl+q")
        await operator.until(lambda: isinstance(operator.app.screen, Confirm))
        await operator.press("escape")
        backend.gate.set()
        await operator.until(lambda: not operator.queue.desk.runs)
        await operator.press("q")
        await operator.until(lambda: not operator.app.is_running)


async def test_w_saves_the_log_to_a_new_file_and_never_over_one(operate, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old").write_text("precious")
    async with operate(thread("a", OPTIONS)) as operator:
        await operator.press("w")
        await operator.until(lambda: isinstance(operator.app.screen, SaveLog))
        await operator.press("ctrl+u", *"old", "enter")
        await operator.until(lambda: "old exists: choose another name." in operator.text)
        await operator.press("2", "enter")
        await operator.until((tmp_path / "old2").exists)
    assert (tmp_path / "old").read_text() == "precious"


async def test_f_filters_the_log_to_the_thread_and_back(operate):
    async with operate(thread("a", OPTIONS)) as operator:
        await operator.press("f")
        assert operator.queue.only == "a"
        await operator.press("f")
        assert operator.queue.only is None


async def test_the_palette_offers_the_keys_and_both_themes(operate):
    async with operate(thread("a", OPTIONS)) as operator:
        titles = [c.title for c in operator.app.get_system_commands(operator.queue)]
        assert {"Dark", "Light", "Search", "Help"} <= set(titles)
        operator.app._use("light")
        await operator.pilot.pause()
        assert operator.app.theme == "textual-light"
