"""The list: its cursor belongs to a thread, and what other programs write is seen."""

from dataclasses import replace

from textual.widgets import Static

from hitl_tui.errors import SourceError
from hitl_tui.model.threads import ThreadState
from hitl_tui.tui.screens.source_error import SourceErrorScreen
from hitl_tui.tui.widgets.answer_pane import AnswerPane
from hitl_tui.tui.widgets.reader import Reader
from tests.fakes import FakeBackend, thread


async def test_the_cursor_follows_its_thread_when_rows_come_above_it(operate):
    async with operate(thread("a", "A?", minutes=5), thread("b", "B?")) as operator:
        await operator.press("down")
        await operator.shows("b")
        operator.backend.put(thread("older", "O?", minutes=60))
        await operator.until(lambda: "O?" in operator.text)
        assert operator.list.thread_id == "b"
        await operator.press("up")
        await operator.shows("a")


async def test_a_thread_that_leaves_the_list_can_no_longer_be_answered(operate):
    async with operate(thread("a", "A?", minutes=5), thread("b", "B?")) as operator:
        operator.backend.remove("a")
        await operator.until(lambda: "This thread is gone" in operator.text)
        await operator.until(lambda: operator.list.thread_id is None)
        assert operator.detail.ticket is None
        assert operator.app.focused is operator.list


async def test_a_thread_that_others_answered_says_what_became_of_it(operate):
    async with operate(thread("a", "A?", minutes=5), thread("b", "B?")) as operator:
        done = replace(operator.backend.threads["a"], state=ThreadState.DONE, interrupts=())
        operator.backend.put(done)
        await operator.until(lambda: "This thread left the list" in operator.text)
        assert "Nothing is left to run." in operator.text


async def test_after_its_thread_vanished_the_cursor_comes_back_where_it_was(operate):
    async with operate(thread("a", "A?", minutes=5), thread("b", "B?")) as operator:
        operator.backend.remove("a")
        await operator.until(lambda: operator.list.thread_id is None)
        await operator.press("down")
        await operator.shows("b")


async def test_what_other_programs_write_is_seen_and_typed_text_stays(operate):
    text = {"type": "string"}
    async with operate(thread("a", "A?", minutes=5, schema=text)) as operator:
        await operator.press("enter")
        await operator.until(lambda: operator.queue.arrangement.at("answer"))
        await operator.type("half an answ")
        operator.backend.put(thread("new", "New?"))
        await operator.until(lambda: "2 open" in operator.text)
        await operator.type("er")
        assert "half an answer" in operator.text


async def test_a_long_list_reads_only_the_pages_it_shows(operate):
    many = [thread(f"t{n:04}", f"Q{n}?", minutes=5000 - n) for n in range(2000)]
    async with operate(*many) as operator:
        await operator.press("end")
        await operator.shows("t1999")
        assert operator.backend.reads["page"] < 8


async def test_pages_not_read_yet_are_read_when_scrolled_to(operate):
    many = [thread(f"t{n:04}", f"Q{n}?", minutes=5000 - n) for n in range(600)]
    async with operate(*many) as operator:
        for _ in range(9):
            await operator.pilot.press("pagedown")
        await operator.until(lambda: operator.list.thread_id is not None)
        assert int(operator.list.thread_id[1:]) > 128
        await operator.shows(operator.list.thread_id)


async def test_the_tabs_list_their_states(operate):
    failed = thread("f", state=ThreadState.FAILED, reason="boom", next=("pay",))
    async with operate(thread("a", "A?"), failed) as operator:
        assert "boom" not in operator.text
        await operator.press("2")
        await operator.shows("f")
        assert "boom" in operator.text


async def test_a_search_lists_only_what_holds_the_text(operate):
    async with operate(thread("a", "Apples?"), thread("b", "Pears?")) as operator:
        await operator.press("slash", *"pear")
        await operator.shows("b")
        assert "Apples?" not in operator.text
        await operator.press("escape")
        await operator.until(lambda: "Apples?" in operator.text)


async def test_an_empty_inbox_says_so(operate):
    async with operate() as operator:
        await operator.until(lambda: "nothing waits" in operator.text)


async def test_while_a_source_is_read_for_the_first_time_no_count_looks_final(operate):
    backend = FakeBackend()
    backend.partial = True
    async with operate(backend=backend) as operator:
        await operator.until(lambda: "Reading…" in operator.text)
        await operator.until(lambda: "Nothing here." not in operator.text)
        assert "nothing waits" not in operator.text
        backend.put(thread("a", "A?"))
        await operator.until(lambda: "reading… · 1 open" in operator.text)
        await operator.until(lambda: "Open 1… " in operator.text)
        await operator.until(lambda: "Reading…" not in operator.text)
        backend.partial = False
        backend.put(thread("b", "B?"))
        await operator.until(lambda: "Open 2 " in operator.text)
        await operator.until(lambda: "2 open" in operator.text)
        assert "reading…" not in operator.text


async def test_a_source_that_cannot_be_read_says_why_and_can_be_tried_again(operate):
    backend = FakeBackend(thread("a", "A?"))
    backend.error = SourceError("x.sqlite is locked.", hint="Close the other program.")
    async with operate(backend=backend, ready=False) as operator:
        await operator.until(lambda: isinstance(operator.app.screen, SourceErrorScreen))
        await operator.until(lambda: "x.sqlite is locked." in operator.text)
        assert "Close the other program." in operator.text
        backend.error = None
        await operator.press("r")
        await operator.shows("a")


async def test_an_error_while_it_runs_keeps_the_rows(operate):
    async with operate(thread("a", "A?")) as operator:
        operator.backend.error = SourceError("x.sqlite is gone.")
        await operator.until(lambda: "x.sqlite is gone." in operator.text)
        assert "A?" in operator.text


async def test_rows_that_cannot_be_read_any_more_are_called_old_until_they_can(operate):
    """The toast goes after some seconds; what is on screen must not pass for what is."""
    async with operate(thread("a", "A?")) as operator:
        assert "not read since" not in operator.text
        operator.backend.error = SourceError("x.sqlite is gone.")
        await operator.until(lambda: "not read since" in operator.text)
        operator.backend.error = None
        await operator.until(lambda: "not read since" not in operator.text)
        assert "A?" in operator.text


async def test_a_search_that_found_nothing_yet_has_its_cursor_on_what_comes(operate):
    """Its row is in a heavy thread, which is read last."""
    async with operate(thread("a", "A?")) as operator:
        await operator.press("slash", *"zebra")
        await operator.until(lambda: "Nothing here." in operator.text)
        assert operator.list.thread_id is None
        operator.backend.put(thread("z", "zebra?"))
        await operator.shows("z")
        assert operator.list.thread_id == "z"


async def test_they_are_called_old_too_where_the_version_can_still_be_told(operate):
    """As of a file that is gone: that it changed is seen, and nothing can be read."""
    async with operate(thread("a", "A?")) as operator:
        backend = operator.backend
        backend.version = lambda: "gone" if backend.error else "there"
        backend.error = SourceError("x.sqlite is gone.")
        await operator.until(lambda: "not read since" in operator.text)
        backend.error = None
        await operator.until(lambda: "not read since" not in operator.text)


async def test_the_request_of_another_thread_is_not_shown_beside_one_that_cannot_be_read(operate):
    async with operate(thread("a", "A?", minutes=9), thread("b", "B?")) as operator:
        backend, pane = operator.backend, operator.queue.query_one(Reader)
        whole, words = backend.thread, lambda: " ".join(str(s.content) for s in pane.query(Static))
        assert "A?" in words()

        def thread_of(name):
            if name == "b":
                raise SourceError("x.sqlite is gone.")
            return whole(name)

        backend.thread = thread_of
        await operator.press("down")
        await operator.until(lambda: "x.sqlite is gone." in words())
        assert "A?" not in words()
        await operator.press("up")
        await operator.until(lambda: "A?" in words())


async def test_moving_on_while_a_thread_is_read_never_shows_the_wrong_one(operate):
    threads = [thread(f"t{n}", f"Q{n}?", minutes=100 - n) for n in range(30)]
    async with operate(*threads) as operator:
        for _ in range(12):
            operator.list.action_move(1)
        await operator.shows("t12")
        assert operator.detail.ticket.thread_id == "t12"


async def test_a_thread_with_several_questions_says_at_which_one_is(operate):
    async with operate(thread("a", "First?", "Second?")) as operator:
        assert "question 1 of 2" in operator.text
        await operator.press("right_square_bracket")
        await operator.until(lambda: "question 2 of 2" in operator.text)
        await operator.until(lambda: operator.detail.ticket is not None)
        assert operator.detail.question.interrupt.id == "a/1"


async def test_a_narrow_terminal_shows_one_pane_at_a_time(operate):
    async with operate(thread("a", "A?"), size=(80, 24)) as operator:
        assert not operator.queue.query_one(AnswerPane).is_on_screen
        await operator.press("enter")
        await operator.until(lambda: operator.queue.query_one(AnswerPane).is_on_screen)
        await operator.press("escape")
        await operator.until(lambda: operator.app.focused is operator.list)


async def test_a_terminal_too_small_says_so_and_can_be_left(operate):
    async with operate(thread("a", "A?"), size=(20, 5)) as operator:
        assert "Too small" in operator.text
        await operator.press("enter", "1", "ctrl+s", "ctrl+q")
        await operator.until(lambda: not operator.app.is_running)
        assert operator.backend.sent == []
