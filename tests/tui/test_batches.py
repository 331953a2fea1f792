"""Marks, and the batch they lead to: seen in a table, sent on purpose, told thread by thread."""

from hitl_tui.batching import begin, by_value, plan
from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.model.threads import ThreadState
from hitl_tui.tui.screens.batch import BatchScreen
from hitl_tui.tui.screens.confirm import Confirm
from tests.fakes import FakeBackend, thread
from tests.tui.test_answering import OPTIONS
from tests.tui.test_snapshots import look

__all__ = ["look"]


def asking(*names):
    return [thread(name, OPTIONS, minutes=90 - at) for at, name in enumerate(names)]


async def at_table(operator, *keys):
    """The batch screen with its table, after the marks that `keys` make."""
    await operator.press(*keys, "b")
    await operator.until(lambda: isinstance(operator.app.screen, BatchScreen))
    await operator.until(lambda: operator.app.screen._plan is not None)
    await operator.until(operator._seen)


async def test_marks_belong_to_threads_and_are_drawn_and_counted(operate):
    async with operate(*asking("a", "b", "c")) as operator:
        assert not operator.queue.check_action("batch", ())
        await operator.press("space")
        await operator.until(lambda: "1 marked" in operator.text)
        assert operator.text.count("◆") == 1
        await operator.press("down", "shift+down")
        assert operator.list.marks == ("a", "b", "c")
        operator.backend.put(thread("0", OPTIONS, minutes=999))
        await operator.until(lambda: "Open 4" in operator.text)
        assert operator.list.marks == ("a", "b", "c")
        assert operator.queue.check_action("batch", ())
        await operator.press("space")
        assert operator.list.marks == ("a", "b")
        await operator.press("minus")
        await operator.until(lambda: "marked" not in operator.text)
        assert not operator.queue.check_action("batch", ())


async def test_all_that_ask_alike_are_marked_and_no_others(operate):
    others = [
        thread("graph", OPTIONS, graph_id="other"), thread("node", OPTIONS, node="else"),
        thread("asks", "Name?"), thread("two", OPTIONS, OPTIONS),
        thread("choices", {"question": "Deploy?", "options": ["a", "b"]}),
        thread("locked", OPTIONS, state=ThreadState.LOCKED),
    ]  # fmt: skip
    async with operate(*asking("a", "b", "c"), *others) as operator:
        await operator.press("asterisk")
        await operator.until(lambda: "3 marked" in operator.text)
        assert operator.list.marks == ("a", "b", "c")


async def test_what_the_table_shows_is_sent_once_and_each_thread_told(operate):
    async with operate(*asking("a", "b", "c"), thread("d", "Name?")) as operator:
        await at_table(operator, "space", "shift+down", "shift+down", "shift+down")
        assert operator.app.screen._plan.excluded[0].thread_id == "d"
        assert operator.backend.sent == []
        await operator.until(lambda: "left out" in operator.text)
        await operator.press("ctrl+s")
        await operator.until(lambda: operator.app.screen._phase == "over")
        await operator.until(lambda: operator.text.count("finished") == 3)
        assert {request.thread_id for request in operator.backend.sent} == {"a", "b", "c"}
        await operator.press("ctrl+s")
        assert len(operator.backend.sent) == 3
        await operator.press("escape")
        await operator.until(lambda: operator.list.marks == ("d",))


async def test_only_a_table_that_was_seen_is_sent_and_escape_sends_nothing(operate):
    async with operate(*asking("a", "b"), settle=0.5) as operator:
        await at_table(operator, "space", "shift+down")
        await operator.pilot.press("down", "ctrl+s")
        await operator.pilot.pause(0.05)
        assert operator.backend.sent == []
        assert operator.app.screen._phase == "plan"
        await operator.press("escape")
        await operator.until(lambda: not isinstance(operator.app.screen, BatchScreen))
        assert operator.backend.sent == []
        assert operator.list.marks == ("a", "b")


async def test_one_under_way_is_asked_about_before_leaving_and_begins_no_more(operate):
    async with operate(*asking(*"abcdef")) as operator:
        operator.backend.gate.clear()
        await at_table(operator, "asterisk", *["shift+down"] * 5)
        await operator.press("ctrl+s")
        await operator.until(lambda: len(operator.backend.sent) == 2)
        await operator.press("ctrl+q")
        await operator.until(lambda: isinstance(operator.app.screen, Confirm))
        await operator.press("escape")
        await operator.until(lambda: isinstance(operator.app.screen, BatchScreen))
        await operator.press("escape")
        operator.backend.gate.set()
        await operator.until(lambda: operator.app.screen._phase == "over")
        assert len(operator.backend.sent) == 2
        await operator.press("escape")
        await operator.until(lambda: operator.queue.unfinished)


async def test_one_that_was_cut_off_is_told_at_the_start_and_resumed(operate, tmp_path):
    backend = FakeBackend(*asking("a", "b"))
    before = Inbox(backend, Journal(tmp_path / "journal.db"), operator="ann")
    begin(before, plan(before, ["a", "b"], by_value("yes")), "yes")
    async with operate(backend=backend) as operator:
        await operator.until(lambda: "cut off" in operator.text)
        await operator.press("B")
        await operator.until(lambda: isinstance(operator.app.screen, BatchScreen))
        await operator.until(lambda: operator.text.count("sends") >= 2)
        assert backend.sent == []
        await operator.press("ctrl+s")
        await operator.until(lambda: operator.app.screen._phase == "over")
        assert [request.thread_id for request in backend.sent] in (["a", "b"], ["b", "a"])
        await operator.press("escape")
        await operator.until(lambda: not operator.queue.unfinished)


async def test_a_mere_look_has_no_batch(operate):
    async with operate(*asking("a"), read_only=True) as operator:
        await operator.press("space")
        assert not operator.queue.check_action("batch", ())


def test_the_table_of_a_batch(look):
    """A dialog over the queue, which has three marks: two decisions with the cursor on "yes"; below
    them what two threads are sent and why the third is left out; how many ctrl+s sends to."""
    threads = [*asking("deploy-1", "deploy-2"), thread("age-1", "Name?", minutes=1)]
    marks = ("space", "shift+down", "shift+down", "b")
    assert look(*threads, keys=marks)
