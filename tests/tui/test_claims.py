"""Claims and snoozes: who is at a thread, until when it sleeps, and what others can do."""

from datetime import UTC, datetime, timedelta

from hitl_tui.journal.journal import Journal
from hitl_tui.tui.screens.snooze import Snooze
from tests.fakes import thread
from tests.tui.test_answering import OPTIONS

SOON = timedelta(hours=2)


def notes(tmp_path):
    return Journal(tmp_path / "journal.db").notes


async def test_a_claim_is_shown_and_released(operate, tmp_path):
    async with operate(thread("a", OPTIONS)) as operator:
        await operator.press("m")
        await operator.until(lambda: "claimed by ann until" in operator.text)
        await operator.until(lambda: "@ann" in operator.text)
        await operator.until(lambda: operator.queue.check_action("release", ()))
        assert not operator.queue.check_action("claim", ())
        await operator.press("l")
        await operator.until(lambda: "claimed by ann" not in operator.text)
        assert notes(tmp_path).marks("ann") == {}


async def test_what_another_claims_cannot_be_answered_until_the_claim_ends(operate, tmp_path):
    notes(tmp_path).claim("a", datetime.now(UTC) + SOON, "bob")
    async with operate(thread("a", OPTIONS)) as operator:
        await operator.until(lambda: "bob claims this thread until" in operator.text)
        assert operator.detail.ticket is None
        for action, parameters in (("send", ()), ("claim", ()), ("release", ()), ("snooze", ())):
            assert not operator.queue.check_action(action, parameters)
        notes(tmp_path).claim("a", datetime.now(UTC) + timedelta(seconds=0.5), "bob")
        await operator.until(lambda: operator.detail.ticket is not None)
        await operator.press("m")
        await operator.until(lambda: "claimed by ann until" in operator.text)


async def test_a_claim_of_another_turns_an_open_form_stale(operate, tmp_path):
    async with operate(thread("a", "Name?", schema={"type": "string"})) as operator:
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        await operator.type("Ada")
        notes(tmp_path).claim("a", datetime.now(UTC) + SOON, "bob")
        await operator.until(lambda: operator.detail.stale.startswith("bob claims"))
        assert "Ada" in operator.text


async def test_a_thread_put_off_leaves_open_and_waits_under_snoozed(operate, tmp_path):
    async with operate(thread("a", OPTIONS, minutes=9), thread("b", "Name?")) as operator:
        await operator.press("z")
        await operator.until(lambda: isinstance(operator.app.screen, Snooze))
        await operator.press("tab", *"2x", "enter")
        await operator.until(lambda: "is no time" in operator.text)
        await operator.press("backspace", "backspace", *"2099-01-01", "enter")
        await operator.until(lambda: "Open 1" in operator.text and "Snoozed 1" in operator.text)
        await operator.shows("b")
        assert "Deploy?" not in operator.text
        await operator.press("7")
        await operator.shows("a")
        await operator.until(lambda: "snoozed by ann until" in operator.text)
        await operator.press("z")
        await operator.until(lambda: isinstance(operator.app.screen, Snooze))
        await operator.press("down", "down", "enter")
        await operator.until(lambda: "Open 2" in operator.text)
        assert notes(tmp_path).marks("ann") == {}


async def test_a_time_that_is_typed_at_the_list_of_times_is_the_one_that_counts(operate, tmp_path):
    async with operate(thread("a", OPTIONS, minutes=9), thread("b", "Name?")) as operator:
        await operator.press("z")
        await operator.until(lambda: isinstance(operator.app.screen, Snooze))
        await operator.press(*"2099-01-01", "enter")
        await operator.until(lambda: notes(tmp_path).marks("ann"))
        assert notes(tmp_path).marks("ann")["a"].snoozed_until.year == 2099


async def test_a_thread_wakes_by_itself(operate, tmp_path):
    notes(tmp_path).snooze("a", datetime.now(UTC) + timedelta(seconds=1.5), "bob")
    async with operate(thread("a", OPTIONS), thread("b", "Name?")) as operator:
        await operator.until(lambda: "Deploy?" in operator.text)
