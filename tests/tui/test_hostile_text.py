"""Text that would control a terminal, or is markup, is harmless wherever it is shown."""

import pytest
from rich.segment import Segment
from textual.color import Color

from hitl_tui.errors import SourceError
from hitl_tui.model.runs import EventType, RunEvent
from hitl_tui.model.threads import ThreadState
from hitl_tui.text import is_safe
from hitl_tui.tui.safe import LastMile
from tests.fakes import NOW, FakeBackend, thread

EVIL = "x\x1b[>q\x1b]52;c;QQ==\x07\x9b6n\x00\u202e\u200b\ud800[/foo][@click=app.quit]click[/][b]"


def harmless(operator) -> bool:
    """No widget draws a control character, even before the last filter."""
    return all(is_safe(line) for line in operator.raw.split("\n"))


@pytest.mark.parametrize(
    "hostile",
    [
        thread("t", {"question": EVIL, "options": [EVIL, "no"]}),
        thread(EVIL, "What?"),
        thread("t", "What?", node=EVIL),
        thread("t", "What?", graph_id=EVIL),
        thread("t", {EVIL: EVIL, "deep": [{EVIL: [EVIL]}]}),
        thread("t", {"action_requests": [{"name": EVIL, "args": {EVIL: EVIL}, "description": EVIL}],
                     "review_configs": [{"action_name": EVIL, "allowed_decisions": ["approve"]}]}),
    ],
    ids=["question", "thread id", "node", "graph", "payload", "tool call"],
)  # fmt: skip
async def test_what_is_asked_can_hold_anything(operate, hostile):
    async with operate(hostile) as operator:
        assert "␛[>q" in operator.text
        assert "[@click=app.quit]" in operator.text or "…" in operator.text
        assert harmless(operator)
        await operator.press("enter")
        assert harmless(operator)


async def test_the_state_can_hold_anything(operate):
    message = {"__type__": f"m.{EVIL}Message", "content": EVIL, "name": EVIL, "type": "human",
               "tool_calls": [{"name": EVIL, "args": {EVIL: EVIL}}]}  # fmt: skip
    values = {EVIL: EVIL, "messages": [message]}
    async with operate(thread("t", "?", values=values, metadata={EVIL: EVIL})) as operator:
        await operator.press("v")
        await operator.until(lambda: "␛[>q" in operator.text)
        assert harmless(operator)


async def test_reasons_and_errors_of_a_thread_can_hold_anything(operate):
    failed = thread("t", state=ThreadState.FAILED, reason=EVIL, errors=(EVIL,), next=(EVIL,))
    async with operate(failed) as operator:
        await operator.press("6")
        await operator.until(lambda: "␛[>q" in operator.text)
        assert harmless(operator)


async def test_errors_and_toasts_can_hold_anything(operate):
    async with operate(thread("t", "?")) as operator:
        operator.backend.error = SourceError(EVIL)
        await operator.until(lambda: len(operator.app._notifications) > 0)
        await operator.until(lambda: "␛[>q" in operator.text)
        assert harmless(operator)


async def test_the_source_can_have_any_name(operate):
    async with operate(backend=FakeBackend(thread("t", "?"), name=EVIL)) as operator:
        assert "hitl-tui · x␛[>q" in operator.text
        assert harmless(operator)


async def test_a_source_that_cannot_be_read_can_say_anything(operate):
    backend = FakeBackend()
    backend.error = SourceError(EVIL, hint=EVIL)
    async with operate(backend=backend, ready=False) as operator:
        await operator.until(lambda: "␛[>q" in operator.text)
        assert harmless(operator)


async def test_the_log_can_hold_anything(operate):
    async with operate(thread("t", "?")) as operator:
        operator.queue.log_pane.feed(RunEvent(EventType.OUTPUT, EVIL, {"text": EVIL}, NOW))
        await operator.until(lambda: "␛[>q" in operator.queue.log_pane.text())
        await operator.pilot.pause(0.1)
        assert harmless(operator)
        assert is_safe(operator.queue.log_pane.text())


async def test_a_dialog_can_show_anything(operate):
    async with operate(thread(EVIL, state=ThreadState.PAUSED, next=("n",))) as operator:
        await operator.press("4")
        await operator.until(lambda: operator.detail.drawn is not None)
        await operator.press("c")
        await operator.until(lambda: "Run what is left" in operator.text)
        assert harmless(operator)


def test_the_last_mile_makes_forgotten_text_harmless():
    segments = LastMile().apply([Segment("a\x1b[6n"), Segment("fine")], Color.parse("black"))
    assert [segment.text for segment in segments] == ["a␛[6n", "fine"]


async def test_the_last_mile_is_on_every_line_of_the_app(operate):
    async with operate(thread("t", "?")) as operator:
        assert isinstance(operator.app.get_line_filters()[-1], LastMile)


async def test_a_fault_leaves_a_traceback_without_values(operate):
    async with operate(thread("t", "?")) as operator:
        secret = "hunt" + "er2"
        try:
            raise RuntimeError(f"{EVIL}{len(secret)}")
        except RuntimeError:
            operator.app._fatal_error()
        left = operator.app._exit_renderables.pop().plain
    assert "RuntimeError" in left
    assert secret not in left
    assert is_safe(left)
