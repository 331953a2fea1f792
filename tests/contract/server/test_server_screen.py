"""The screen on a real server: its rows, an answer by key, and runs that it finds going on."""

import asyncio
import signal
import uuid

from hitl_tui.backends.caching import Caching
from hitl_tui.backends.connect import backend_for
from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.runner.spec import RunnerSpec
from hitl_tui.tui.app import HitlApp
from hitl_tui.tui.widgets import guard
from tests.contract.runner.processes import PATIENCE
from tests.contract.server.office import begun_by_a_process
from tests.tui.operator import Operator
from tests.tui.test_batches import at_table


def on_screen(desk, script, monkeypatch):
    """Run `script` with an operator at the app, as `hitl-tui URL` opens it."""
    monkeypatch.setattr(guard, "SECONDS", 0.0)

    async def run():
        backend = backend_for(desk.server.url, RunnerSpec(), caching=Caching(command=("never",)))
        inbox = Inbox(backend, Journal(desk.folder / "journal.db"), operator="ann")
        app = HitlApp(inbox, animations=False, settle=0.0, grace=0.0)
        async with app.run_test(size=(120, 36)) as pilot:
            operator = Operator(app, pilot)
            await operator.ready()
            await script(operator, inbox)
        inbox.close()

    asyncio.run(asyncio.wait_for(run(), PATIENCE))


def test_a_thread_is_shown_and_answered(desk, monkeypatch):
    mail = {"customer": "Ann", "order": "7", "amount": 5.0, "reason": "late"}
    thread = desk.server.thread("refund", mail)

    async def script(operator, inbox):
        operator.list.seek(thread)
        await operator.shows(thread)
        assert operator.detail.opened.questions[0].title == "Refund 5.00 to Ann?"
        asked = operator.detail.opened.thread.interrupts[0].id
        ticket = operator.detail.ticket
        answer = {asked: {"approved": True, "amount": 5.5, "method": "card"}}
        assert await operator.queue.desk.send(ticket, answer)
        await operator.until(lambda: len(operator.queue.desk.runs) == 0)
        assert inbox.open(thread).thread.state.value == "done"

    on_screen(desk, script, monkeypatch)


def test_a_run_whose_operator_left_is_joined_and_settled(desk, monkeypatch):
    thread, process = begun_by_a_process(desk)
    process.send_signal(signal.SIGKILL)
    process.communicate()

    async def script(operator, inbox):
        await operator.until(lambda: thread in operator.queue.desk.runs)
        assert inbox.left() == [thread]
        desk.switch("hang", on=False)
        await operator.until(lambda: len(operator.queue.desk.runs) == 0)
        assert inbox.left() == []
        assert inbox.open(thread).thread.state.value == "done"

    on_screen(desk, script, monkeypatch)
    assert desk.effects() == ["yes"]


def test_marked_threads_are_decided_together_and_each_is_told(desk, monkeypatch):
    token = f"w{uuid.uuid4().hex[:8]}"
    call = {"name": token, "args": {"path": "/tmp"}}
    decisions = [{"action_name": token, "allowed_decisions": ["approve", "reject"]}]
    asked = {"action_requests": [call], "review_configs": decisions}
    threads = desk.server.threads("ask", [{"questions": {"q": {"payload": asked}}}] * 2)

    async def script(operator, inbox):
        await operator.press("slash", *token)
        await operator.until(lambda: operator.list._rows.total == 2)
        await operator.press("enter")
        await at_table(operator, "asterisk")
        assert {member.thread_id for member in operator.app.screen._plan.members} == set(threads)
        await operator.press("ctrl+s")
        await operator.until(lambda: operator.app.screen._phase == "over")
        await operator.until(lambda: operator.text.count("… finished") == 2)

    on_screen(desk, script, monkeypatch)
    approved = {"decisions": [{"type": "approve"}]}
    state_of = desk.server.client.threads.get_state
    assert [state_of(each)["values"]["received"]["q"] for each in threads] == [approved] * 2
