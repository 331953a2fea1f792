"""What is to come a moment later comes, though the machine has no turn for us just then."""

import json
import sys

import pytest
from textual import _time

from hitl_tui.journal.journal import Journal
from tests.fakes import thread
from tests.tui.answering import answering, asks, plays
from tests.tui.logging_host import prints, watching
from tests.tui.test_answering import OPTIONS, at_the_form, choose_first, settled, values
from tests.tui.test_batches import at_table, picked, reviews, tabled_with

AN_HOUR = 3600.0


@pytest.fixture(autouse=True)
def stalled(monkeypatch):
    """The process stands still for an hour while Textual starts a timer of its own for one call."""
    clock = _time.get_time

    def told() -> float:
        timer = sys._getframe(1).f_locals
        first_look = "next_timer" in timer and "now" not in timer
        return clock() + (AN_HOUR if timer.get("_repeat") == 0 and first_look else 0.0)

    monkeypatch.setattr(_time, "get_time", told)


@plays
async def test_what_will_be_sent_is_told():
    async with answering(asks("How old are you?")) as person:
        await person.press("n", "5")
        assert person.says == "sends  5"


async def test_what_is_typed_is_written_down(operate, tmp_path):
    async with operate(thread("a", "Name?", schema={"type": "string"})) as operator:
        await at_the_form(operator)
        await operator.type("Ada")
        notes = Journal(tmp_path / "journal.db").notes
        await operator.until(lambda: "Ada" in json.dumps(notes.drafts("a", "ann")))


async def test_an_answer_goes_when_its_time_to_be_taken_back_is_over(operate):
    async with operate(thread("a", OPTIONS), grace=0.1) as operator:
        await choose_first(operator)
        await operator.press("ctrl+s")
        await settled(operator)
        assert values(operator) == [{"a/0": "yes"}]


@plays
async def test_a_flood_in_the_log_is_taken_to_its_end():
    async with watching(max_lines=200_000) as watcher:
        watcher.log.feed(prints("x\n" * 50_000))
        watcher.log.feed(prints("the end\n"))
        await watcher.until(lambda: "the end" in watcher.log.text())


async def test_what_is_typed_for_many_is_in_their_table(operate):
    async with operate(*reviews("a", "b")) as operator:
        await at_table(operator, "space", "shift+down")
        await picked(operator, "respond")
        await operator.press("enter")
        await operator.type("later")
        await tabled_with(operator, "later")
