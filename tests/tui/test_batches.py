"""Marks, and the batch they lead to: seen in a table, sent on purpose, told thread by thread."""

import threading
from time import monotonic

from textual import events
from textual.widgets import OptionList, Static

from hitl_tui.batching import begin, by_value, plan
from hitl_tui.carrying import carry
from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.model.runs import Outcome
from hitl_tui.model.threads import ThreadState
from hitl_tui.tui.screens import batch
from hitl_tui.tui.screens.batch import BatchScreen
from hitl_tui.tui.screens.confirm import Confirm
from hitl_tui.tui.widgets.batch_words import TYPED
from tests.fakes import PATIENCE, FakeBackend, thread
from tests.tui.test_answer_pane import calls
from tests.tui.test_answering import OPTIONS, choose_first
from tests.tui.test_grace import LONG, hasten
from tests.tui.test_snapshots import look

__all__ = ["look"]


def asking(*names):
    return [thread(name, OPTIONS, minutes=90 - at) for at, name in enumerate(names)]


async def at_table(operator, *keys):
    """The batch screen with what can be decided, and the table if that needs no words."""
    await operator.press(*keys, "b")
    await operator.until(lambda: isinstance(operator.app.screen, BatchScreen))
    options = operator.app.screen.query_one(OptionList)
    await operator.until(lambda: options.highlighted is not None)
    if options.option_count > 1:
        await tabled(operator)
    await operator.until(operator._seen)


async def tabled(operator):
    """The table of what is decided was seen."""
    screen = operator.app.screen
    await operator.until(
        lambda: screen._plan is not None and not screen._seen.too_early(monotonic())
    )


async def tabled_with(operator, message):
    """The table that was seen holds a message."""
    screen = operator.app.screen
    await operator.until(
        lambda: screen._plan and f"'{message}'" in str(screen._plan.members[0].value)
    )
    await tabled(operator)


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
        await operator.until(lambda: operator.text.count("            finished") == 3)
        assert {request.thread_id for request in operator.backend.sent} == {"a", "b", "c"}
        await operator.press("ctrl+s")
        assert len(operator.backend.sent) == 3
        await operator.press("escape")
        await operator.until(lambda: operator.list.marks == ("d",))


async def test_a_table_of_what_is_decided_no_more_does_not_stay(operate):
    async with operate(*asking("a", "b")) as operator:
        await at_table(operator, "space", "shift+down")
        screen = operator.app.screen
        rows = screen.query_one("#rows", Static)
        await operator.until(lambda: str(rows.content).count("sends") == 2)
        await operator.press("end")
        await operator.until(lambda: str(rows.content) == "Nothing is decided yet.")
        await operator.press("home")
        await operator.until(lambda: str(rows.content).count("sends") == 2)


async def test_only_a_table_that_was_seen_is_sent_and_escape_sends_nothing(operate):
    async with operate(*asking("a", "b"), settle=0.5) as operator:
        await at_table(operator, "space", "shift+down")
        for key in ("down", "ctrl+s"):
            operator.app.simulate_key(key)
        await tabled(operator)
        assert operator.backend.sent == []
        assert operator.app.screen._phase == "plan"
        await operator.press("escape")
        await operator.until(lambda: not isinstance(operator.app.screen, BatchScreen))
        assert operator.backend.sent == []
        assert operator.list.marks == ("a", "b")


async def test_a_key_struck_at_one_table_does_not_send_the_next_one(operate):
    """On its way to the dialog a key is overtaken by a table that nobody has seen."""
    async with operate(*asking("a", "b"), settle=0.5) as operator:
        await at_table(operator, "space", "shift+down")
        screen, first = operator.app.screen, operator.app.screen._plan
        assert not screen.ignores(events.Key("ctrl+s", None))
        await operator.press("down")
        await operator.until(lambda: screen._plan not in (None, first))
        screen.action_send()
        assert screen._phase == "plan"
        await tabled(operator)
        await operator.press("ctrl+s")
        await operator.until(lambda: screen._phase == "over")
        sent = {each.thread_id: dict(each.resume) for each in operator.backend.sent}
        assert sent == {"a": {"a/0": "no"}, "b": {"b/0": "no"}}


async def test_one_that_is_left_while_its_table_is_made_ends_nothing_else(operate, monkeypatch):
    """A screen that closes loses what it is made of before its workers end."""
    gate, begun, made = threading.Event(), threading.Event(), batch.table
    async with operate(*asking("a", "b")) as operator:
        await at_table(operator, "space", "shift+down")
        slow = lambda *given: (begun.set(), gate.wait(PATIENCE), made(*given))[2]  # noqa: E731
        monkeypatch.setattr(batch, "table", slow)
        await operator.press("down")
        await operator.until(begun.is_set)
        screen = operator.app.screen
        await screen.query("*").remove()
        gate.set()
        reading = [each for each in operator.app.workers if each.group == "batch.read"]
        await operator.until(lambda: all(each.is_finished for each in reading))
        await operator.press("escape")
        await operator.until(lambda: operator.app.focused is operator.list)
        assert operator.backend.sent == []


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


async def picked(operator, name):
    """The decision of that name is under the cursor, its input below it."""
    options = operator.app.screen.query_one(OptionList)
    names = [str(each.prompt) for each in options.options]
    await operator.press(*["down"] * names.index(name))
    await operator.until(lambda: options.highlighted == names.index(name))


def reviews(*names):
    return [thread(name, calls("mail"), minutes=90 - at) for at, name in enumerate(names)]


async def test_a_decision_is_sent_with_the_message_that_is_typed(operate):
    async with operate(*reviews("a", "b"), thread("c", OPTIONS)) as operator:
        await at_table(operator, "space", "shift+down", "shift+down")
        await picked(operator, "respond")
        await operator.until(lambda: "type it below the list" in operator.text)
        await operator.press("ctrl+s")
        assert operator.app.screen._phase == "plan", "no message, nothing to send"
        await operator.press("enter")
        await operator.type("Not today")
        await tabled(operator)
        await operator.until(lambda: operator.text.count("Not today") == 3)
        assert "left out" in operator.text
        await operator.press("ctrl+s")
        await operator.until(lambda: operator.app.screen._phase == "over")
        said = {"decisions": [{"type": "respond", "message": "Not today"}]}
        sent = {each.thread_id: list(each.resume.values()) for each in operator.backend.sent}
        assert sent == {"a": [said], "b": [said]}


async def test_a_typed_value_is_checked_by_each_threads_own_schema(operate):
    small = {"type": "integer", "maximum": 9}
    threads = [
        thread("a", "How many?", schema={"type": "integer"}, minutes=9),
        thread("b", "How many?", schema=small, minutes=8),
        thread("c", "Who?", schema={"type": "string"}, minutes=7),
        thread("d", "Anything?", minutes=6),
    ]
    async with operate(*threads) as operator:
        await at_table(operator, "space", "shift+down", "shift+down", "shift+down")
        await picked(operator, TYPED)
        await operator.press("enter", "n")
        await operator.type("12")
        await tabled(operator)
        plan = operator.app.screen._plan
        assert {each.thread_id: each.value for each in plan.members} == {"a": 12, "d": 12}
        reasons = {each.thread_id: each.reason for each in plan.excluded}
        assert "at most 9" in reasons["b"]
        assert "must be a text" in reasons["c"]
        await operator.until(lambda: "at most 9" in operator.text)
        await operator.press("ctrl+s")
        await operator.until(lambda: operator.app.screen._phase == "over")
        assert [list(each.resume.values()) for each in operator.backend.sent] == [[12], [12]]


async def test_what_is_typed_on_cannot_send_the_table_of_before(operate):
    async with operate(*reviews("a")) as operator:
        await at_table(operator, "space")
        await picked(operator, "reject")
        await tabled(operator)
        await operator.press("enter")
        for key in ("n", "ctrl+s"):
            operator.app.simulate_key(key)
        await tabled_with(operator, "n")
        await operator.press("ctrl+s")
        await operator.until(lambda: operator.app.screen._phase == "over")
        said = {"decisions": [{"type": "reject", "message": "n"}]}
        assert [list(each.resume.values()) for each in operator.backend.sent] == [[said]]


async def test_what_the_graphs_of_a_batch_tell_is_in_the_log_by_thread(operate):
    async with operate(*asking("a", "b")) as operator:
        await at_table(operator, "space", "shift+down")
        await operator.press("ctrl+s")
        await operator.until(lambda: operator.app.screen._phase == "over")
        await operator.press("escape")
        await operator.until(lambda: operator.text.count("> done") == 2)
        operator.queue.log_pane.show_only("a")
        await operator.until(lambda: operator.text.count("> done") == 1)


async def test_an_answer_on_its_way_is_no_part_of_a_batch(operate):
    async with operate(*asking("a", "b"), grace=LONG) as operator:
        await choose_first(operator)
        await operator.press("ctrl+s")
        await operator.until(lambda: "sends in" in operator.text)
        await operator.press("up")
        await at_table(operator, "space", "shift+down")
        (left_out,) = operator.app.screen._plan.excluded
        assert left_out.thread_id == "a"
        assert "u takes it back" in left_out.reason
        await operator.press("ctrl+s")
        await operator.until(lambda: operator.app.screen._phase == "over")
        assert [request.thread_id for request in operator.backend.sent] == ["b"]
        await operator.press("escape")
        await operator.until(operator.queue.outbox.left)


async def test_a_held_answer_that_a_batch_of_another_process_forestalls_is_kept_and_told(
    operate, tmp_path
):
    backend = FakeBackend(*asking("a"))
    async with operate(backend=backend, grace=LONG) as operator:
        await choose_first(operator)
        await operator.press("ctrl+s")
        await operator.until(lambda: "sends in" in operator.text)
        mine = Inbox(backend, Journal(tmp_path / "journal.db"), operator="ann")
        batch = begin(mine, plan(mine, ["a"], by_value("no")), "no")
        (member,) = carry(mine, batch, at_once=1)
        assert member.outcome is Outcome.FINISHED
        hasten(operator)
        await operator.until(lambda: "nothing was sent" in operator.text)
        assert [dict(each.resume) for each in backend.sent] == [{"a/0": "no"}]
        mine.close()


def test_a_batch_with_a_message(look):
    """Decisions with the cursor on "respond"; below them its message, typed; below that the table:
    what two threads are sent, with the message, and why the third is left out."""
    threads = [*reviews("mail-1", "mail-2"), thread("age-1", "Name?", minutes=1)]
    marks = ("space", "shift+down", "shift+down", "b")
    assert look(*threads, keys=(*marks, "down", "down", "down", "enter", *"later"))
