"""What is checked slowly is sent all the same, to the thread whose form it was sent from."""

import threading

from hitl_tui.tui.widgets import answer_sheet
from tests.fakes import PATIENCE, thread

TEXT = {"type": "string"}
QUEUE = (
    thread("a", "A?", minutes=9, schema=TEXT),
    thread("b", "B?", minutes=6, schema=TEXT),
    thread("c", "C?", schema=TEXT),
)


async def answer(operator, text):
    await operator.press("enter")
    await operator.until(lambda: operator.queue.arrangement.at("answer"))
    await operator.type(text)
    await operator.press("ctrl+s")


async def test_two_that_are_checked_at_once_go_each_to_its_thread(operate, monkeypatch):
    async with operate(*QUEUE) as operator:
        gate, assess = threading.Event(), answer_sheet.assess
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        await operator.type("for a")
        await operator.calm()
        behind = lambda *of: (gate.wait(PATIENCE), assess(*of))[1]  # noqa: E731
        monkeypatch.setattr(answer_sheet, "assess", behind)
        await operator.press("ctrl+s", "escape", "down")
        await operator.shows("b")
        await answer(operator, "for b")
        assert operator.backend.sent == []
        gate.set()
        await operator.until(lambda: len(operator.backend.sent) == 2)
        sent = {each.thread_id: dict(each.resume) for each in operator.backend.sent}
        assert sent == {"a": {"a/0": "for a"}, "b": {"b/0": "for b"}}
