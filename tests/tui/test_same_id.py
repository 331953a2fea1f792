"""A node that asks twice does so under one id, on one checkpoint: these are two questions."""

import json
from dataclasses import replace

import pytest

from hitl_tui.journal.journal import Journal
from hitl_tui.model.threads import Interrupt
from hitl_tui.tui.widgets import guard
from tests.fakes import FakeBackend, thread
from tests.tui.test_answering import at_the_form

TEXT = {"type": "string"}
NAME = thread("a", "Name?", minutes=9, schema=TEXT)
SEAT = replace(NAME, interrupts=(Interrupt("a/0", "Seat?", "ask", response_schema=TEXT),))
AGAIN = replace(NAME, interrupts=(replace(NAME.interrupts[0], before=("Bob's",)),))
BOTH = thread("a", "Name?", "Way?", minutes=9, schema=TEXT)
BOTH_ON = replace(BOTH, interrupts=(SEAT.interrupts[0], BOTH.interrupts[1]))


async def typing(operator, text="Ad"):
    await at_the_form(operator)
    await operator.type(text)


def asked(operator):
    return [sheet.question.title for sheet in operator.queue.answer._sheets]


def kept(tmp_path):
    return dict(Journal(tmp_path / "journal.db").notes.drafts("a", "ann"))


@pytest.mark.parametrize("now", [SEAT, AGAIN], ids=["other words", "the same words again"])
async def test_what_was_typed_for_the_one_does_not_go_to_the_other(operate, now):
    async with operate(NAME, thread("b", "B?")) as operator:
        await typing(operator)
        operator.backend.put(now)
        await operator.until(lambda: operator.detail.stale)
        assert "answered meanwhile, or is asked otherwise" in operator.detail.stale
        await operator.press("a", "ctrl+s")
        assert operator.backend.sent == []
        await operator.press("escape")
        await at_the_form(operator)
        await operator.press("ctrl+s")
        assert operator.backend.sent == []
        await operator.press("x", "ctrl+s")
        await operator.until(lambda: operator.backend.sent)
        assert dict(operator.backend.sent[0].resume) == {"a/0": "x"}


async def test_a_draft_for_the_one_is_kept_beside_one_for_the_other(operate, tmp_path):
    backend = FakeBackend(NAME)
    async with operate(backend=backend) as operator:
        await typing(operator, "Ada")
        await operator.until(lambda: kept(tmp_path))
    backend.put(SEAT)
    async with operate(backend=backend) as operator:
        await operator.until(lambda: "your draft" in operator.text)
        assert "Ada" in operator.text
        await operator.until(lambda: "✎!" in operator.text)
        await typing(operator, "window")
        await operator.until(lambda: "window" in json.dumps(kept(tmp_path).get("a/0")))
        assert any("Ada" in json.dumps(draft) for draft in kept(tmp_path).values())


async def test_what_is_typed_on_does_not_fall_into_the_form_beside_it(operate):
    async with operate(BOTH, size=(120, 44)) as operator:
        await typing(operator)
        operator.backend.put(BOTH_ON)
        await operator.until(lambda: operator.detail.stale)
        await operator.press("a", "x", "ctrl+s", "ctrl+t")
        assert operator.backend.sent == []
        typed = [next(iter(p[0].typed.values())).text for _, p in operator.queue.answer.drafts]
        assert typed == ["Ad"]


async def test_who_is_at_another_question_of_the_thread_goes_on_without_a_pause(
    operate, monkeypatch
):
    async with operate(BOTH, size=(120, 44)) as operator:
        await at_the_form(operator)
        await operator.press("tab")
        await operator.until(lambda: operator.queue.answer.at == "a/1")
        await operator.type("by s")
        since = operator.queue.settling._since
        monkeypatch.setattr(guard, "SECONDS", 1e9)
        operator.backend.put(BOTH_ON)
        await operator.until(lambda: "Seat?" in asked(operator))
        await operator.type("ea")
        assert operator.queue.settling._since == since
        assert not operator.detail.stale
        await operator.press("ctrl+s")
        await operator.until(lambda: operator.backend.sent)
        assert dict(operator.backend.sent[0].resume) == {"a/1": "by sea"}


async def test_what_was_typed_for_a_thread_does_not_go_to_its_copy(operate):
    copy = replace(NAME, thread_id="copy", checkpoint_id="copy@1")
    async with operate(NAME, copy) as operator:
        await typing(operator)
        await operator.press("escape", "down", "enter")
        await operator.shows("copy")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        await operator.press("ctrl+s")
        assert operator.backend.sent == []
        await operator.press("x", "ctrl+s")
        await operator.until(lambda: operator.backend.sent)
        request = operator.backend.sent[0]
        assert (request.thread_id, dict(request.resume)) == ("copy", {"a/0": "x"})
