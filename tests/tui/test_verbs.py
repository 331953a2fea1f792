"""What cannot be undone is told before: what runs again, what ran, and what was sent."""

from dataclasses import replace

import pytest

from hitl_tui.model.runs import EventType, Outcome, RunEvent, Verb
from hitl_tui.model.threads import ThreadState
from hitl_tui.tui.screens.confirm import Confirm
from tests.fakes import NOW, FakeBackend, end, thread
from tests.tui.test_answering import choose_first

OPTIONS = {"question": "Deploy?", "options": ["yes", "no"]}
LOCKED = thread(
    "w", "Wire it?", state=ThreadState.LOCKED, node="wire",
    given={"w/0": "approve"}, errors=("ConnectionError: no bank",),
)  # fmt: skip


async def asked(operator, key: str) -> str:
    """The dialog that a key opens."""
    await operator.press(key)
    await operator.until(lambda: isinstance(operator.app.screen, Confirm))
    await operator.pilot.pause()
    return operator.text


async def doubtful(operator) -> None:
    """Answer the thread shown with a run that ends nobody knows how."""
    operator.backend.script = lambda request: iter([end(request, Outcome.IN_DOUBT, "it died")])
    await choose_first(operator)
    await operator.press("ctrl+s")
    await operator.until(lambda: operator.backend.sent and not operator.queue.desk.runs)
    await operator.press("escape", "2")
    await operator.until(lambda: operator.shown == "a" and "It may have run:" in operator.text)


async def test_re_open_says_what_runs_again_and_what_ran(operate):
    async with operate(LOCKED) as operator:
        await operator.press("2")
        await operator.shows("w")
        told = " ".join(await asked(operator, "o")).replace(" ", "")
        assert "runswireagainfromitstop" in told
        assert '"approve"' in told
        assert "ConnectionError:nobank" in told


async def test_a_doubt_says_what_was_sent_by_whom_when_and_what_the_source_shows(operate):
    async with operate(thread("a", OPTIONS)) as operator:
        await doubtful(operator)
        told = await asked(operator, "x")
        assert "answer by ann at 20" in told
        assert 'It sent "yes".' in told
        assert "The source shows it open now." in told
        await operator.press("ctrl+s", "1")
        await operator.until(lambda: operator.list.thread_id == "a")
        assert operator.backend.threads["a"].state is ThreadState.OPEN
        assert len(operator.backend.sent) == 1


async def test_a_thread_that_changed_while_one_read_what_a_verb_does_is_left_alone(operate):
    async with operate(LOCKED) as operator:
        await operator.press("2")
        await operator.shows("w")
        await asked(operator, "t")
        operator.backend.threads["w"] = replace(LOCKED, checkpoint_id="w@2")
        await operator.press("ctrl+s")
        await operator.until(lambda: "changed since you looked" in operator.text)
        assert operator.backend.sent == []


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        (ThreadState.OPEN, set()),
        (ThreadState.LOCKED, {Verb.RETRY, Verb.REOPEN}),
        (ThreadState.FAILED, {Verb.RETRY}),
        (ThreadState.PAUSED, {Verb.CONTINUE}),
        (ThreadState.DRIFTED, set()),
        (ThreadState.DONE, set()),
        (ThreadState.UNREADABLE, set()),
    ],
)
async def test_only_verbs_that_are_possible_have_a_key(operate, state, possible):
    async with operate(thread("x", "X?", state=state, next=("ask",))) as operator:
        await operator.press("6")
        await operator.shows("x")
        verbs = (Verb.RETRY, Verb.REOPEN, Verb.CONTINUE, Verb.ABANDON)
        assert {v for v in verbs if operator.queue.check_action("act", (v.value,))} == possible


async def test_a_run_that_was_stopped_says_that_it_may_have_run(operate):
    backend = FakeBackend(thread("a", OPTIONS))
    backend.gate.clear()

    def stopped(request):
        yield RunEvent(EventType.OUTPUT, "a", {"text": "> half\n"}, NOW)
        yield end(request, Outcome.CANCELLED, "It may have run.")

    backend.script = stopped
    async with operate(backend=backend) as operator:
        await choose_first(operator)
        await operator.press("ctrl+s")
        await operator.until(lambda: backend.sent)
        await asked(operator, "ctrl+k")
        await operator.press("ctrl+s")
        await operator.until(lambda: "Cancelled, may have run" in operator.text)
        await operator.until(lambda: "a is in doubt now." in operator.text)
        await operator.press("2")
        await operator.until(lambda: "1 in doubt" in operator.text)
