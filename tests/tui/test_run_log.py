"""The log says what runs tell, follows the end, stays put when read, and is bounded."""

from __future__ import annotations

import asyncio
import threading
from itertools import pairwise
from statistics import median
from time import thread_time
from typing import Any

import pytest

from hitl_tui.inbox import Inbox
from hitl_tui.journal.journal import Journal
from hitl_tui.model.runs import EventType, RunEvent
from hitl_tui.tui.app import HitlApp
from hitl_tui.tui.widgets.run_log import RunLog
from hitl_tui.tui.widgets.run_log_buffer import LONG
from hitl_tui.tui.widgets.run_log_intake import Intake
from hitl_tui.tui.widgets.run_log_lines import LONGEST
from tests.fakes import NOW, FakeBackend
from tests.tui.answering import plays
from tests.tui.logging_host import event, prints, watching


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (prints("Entered the node: 2\n"), "> Entered the node: 2"),
        (event(EventType.UPDATE, node="ask", update={"age": 5}), '= ask: {"age": 5}'),
        (event(EventType.UPDATE, node="ask", update=None), "= ask"),
        (event(EventType.CUSTOM, data={"step": "5"}), '~ {"step": "5"}'),
        (event(EventType.TOKEN, node="say", text="Hel"), "» Hel"),
        (event(EventType.LOG, level="INFO", logger="x", message="hi"), "i INFO x: hi"),
        (event(EventType.LOG, level="WARNING", logger="x", message="hm"), "! WARNING x: hm"),
        (event(EventType.LOG, level="ERROR", logger="x", message="no"), "x ERROR x: no"),
        (event(EventType.INTERRUPT, id="1", node="ask", value="Age?"), "? ask asks: Age?"),
        (event(EventType.END, outcome="finished", reason=""), "■ finished"),
        (event(EventType.END, outcome="failed", reason="it broke"), "■ failed: it broke"),
    ],
)
@plays
async def test_each_event_has_its_sign_and_words(told: RunEvent, words: str) -> None:
    async with watching() as watcher:
        await watcher.feed(told)
        assert watcher.words == [words]
        assert watcher.rows[0].startswith("12:00:01 refund-7     ")


@pytest.mark.parametrize("trace", ["File a\nFile b", ["File a\n", "File b\n"]])
@plays
async def test_an_error_shows_its_traceback_line_by_line(trace: Any) -> None:
    async with watching() as watcher:
        await watcher.feed(event(EventType.ERROR, title="Oops", message="no", traceback=trace))
        assert watcher.words == ["x Oops: no", "| File a", "| File b"]


@plays
async def test_a_partial_line_waits_for_its_end_per_thread() -> None:
    async with watching() as watcher:
        await watcher.feed(prints("a"), prints("x\n", "other"), prints("b\nc"), prints("d\n"))
        assert watcher.words == ["> ab", "> x", "> cd"]


@plays
async def test_another_event_of_the_thread_ends_a_partial_line() -> None:
    async with watching() as watcher:
        await watcher.feed(prints("a"), event(EventType.UPDATE, node="n", update=None), prints("b"))
        assert watcher.words == ["> a", "= n", "> b"]


@plays
async def test_tokens_grow_one_line_per_node() -> None:
    async with watching() as watcher:
        for text in ("Hel", "lo", "\nyou"):
            await watcher.feed(
                event(EventType.TOKEN, node="a", text=text),
                event(EventType.TOKEN, node="b", text="."),
            )
        assert watcher.words == ["» Hello", "» ...", "» you"]


@plays
async def test_a_token_redraws_its_line_alone() -> None:
    async with watching() as watcher:
        await watcher.feed(prints("above\n"), event(EventType.TOKEN, node="a", text="x"))
        drawn: list[int] = []
        watcher.log.refresh_line = drawn.append  # type: ignore[method-assign]
        watcher.log.refresh = lambda *_, **__: pytest.fail("all of it")  # type: ignore[method-assign]
        watcher.log.feed(event(EventType.TOKEN, node="a", text="y"))
        watcher.log._tick()
        del watcher.log.refresh
        assert drawn == [1]


@plays
async def test_the_end_is_followed_until_one_scrolls_up() -> None:
    async with watching() as watcher:
        await watcher.feed(*(prints(f"{n}\n") for n in range(50)))
        assert watcher.words[-1] == "> 49"
        await watcher.press("up")
        seen = watcher.words
        await watcher.feed(*(prints(f"{n}\n") for n in range(50, 90)))
        assert watcher.words == seen
        assert watcher.log.border_subtitle == "paused · g to follow"


@pytest.mark.parametrize("key", ["g", "end"])
@plays
async def test_a_key_returns_to_the_end(key: str) -> None:
    async with watching() as watcher:
        await watcher.feed(*(prints(f"{n}\n") for n in range(50)))
        await watcher.press("home", key)
        await watcher.feed(prints("last\n"))
        assert watcher.words[-1] == "> last"
        assert watcher.log.border_subtitle == ""


@plays
async def test_scrolling_down_to_the_end_follows_again() -> None:
    async with watching() as watcher:
        await watcher.feed(*(prints(f"{n}\n") for n in range(50)))
        await watcher.press("up", "up", "down", "down")
        assert watcher.log.following


@plays
async def test_what_is_read_stays_put_while_older_lines_go() -> None:
    async with watching(max_lines=60) as watcher:
        await watcher.feed(*(prints(f"{n}\n") for n in range(60)))
        await watcher.press("up", "up", "up")
        seen = watcher.words
        await watcher.feed(*(prints(f"{n}\n") for n in range(60, 90)))
        assert watcher.words == seen
        assert "30 older gone" in str(watcher.log.border_subtitle)


@plays
async def test_only_one_thread_is_shown_if_asked() -> None:
    async with watching() as watcher:
        await watcher.feed(prints("a\n", "one"), prints("b\n", "two"), prints("c\n", "one"))
        watcher.log.show_only("one")
        await watcher.feed(prints("d\n", "two"), prints("e\n", "one"))
        assert watcher.rows == ["12:00:01 > a", "12:00:01 > c", "12:00:01 > e"]
        watcher.log.show_only(None)
        assert len(watcher.rows) == 5


@plays
async def test_a_filtered_view_stays_put_while_older_lines_go() -> None:
    async with watching(max_lines=100) as watcher:
        watcher.log.show_only("one")
        await watcher.feed(*(prints(f"{n}\n", ("one", "two")[n % 2]) for n in range(100)))
        await watcher.press("up", "up")
        seen = watcher.rows
        await watcher.feed(*(prints(f"{n}\n", ("one", "two")[n % 2]) for n in range(100, 120)))
        assert watcher.rows == seen


@plays
async def test_everything_kept_is_saved_in_full() -> None:
    async with watching(max_lines=2) as watcher:
        long_id = "a-very-long-thread-id-0001"
        await watcher.feed(prints("1\n"), prints("2\n"), prints("3\x1b\n", long_id))
        watcher.log.show_only("refund-7")
        assert watcher.log.text() == (
            f"… 1 older lines are not kept\n12:00:01 refund-7 > 2\n12:00:01 {long_id} > 3␛\n"
        )


@plays
async def test_a_long_line_is_cut_and_says_by_how_much() -> None:
    async with watching() as watcher:
        await watcher.feed(prints("x" * 5_000_000 + "\n"))
        text = watcher.log.text()
        assert f"{5_000_000 - LONGEST:,} more characters" in text
        assert len(text) < LONGEST + 100


@pytest.mark.parametrize(
    "text", ["[/foo]", "[@click=app.quit]x", "\x1b[>q", "\x9b6n", "\ud800", "\u202e", "\x00"]
)
@plays
async def test_hostile_text_is_drawn_harmless(text: str) -> None:
    async with watching(size=(120, 20)) as watcher:
        await watcher.feed(
            prints(text + "\n", text),
            event(EventType.UPDATE, node=text, update={text: text}),
            event(EventType.LOG, level=text, logger=text, message=text),
            event(EventType.ERROR, title=text, message=text, traceback=text),
            event(EventType.INTERRUPT, id=text, node=text, value=text),
            event(EventType.END, outcome=text, reason=text),
        )
        shown = "".join(watcher.rows) + watcher.log.text()
        assert not set(shown) & set("\x1b\x9b\ud800\u202e\x00")


@plays
async def test_a_narrow_log_scrolls_sideways() -> None:
    async with watching(size=(40, 8)) as watcher:
        await watcher.feed(prints("x" * 30 + "THE END\n"))
        assert "THE END" not in watcher.rows[0]
        await watcher.press(*["right"] * 4)
        assert "THE END" in watcher.rows[0]


def test_a_full_intake_drops_the_oldest_and_counts_lines() -> None:
    intake = Intake(max_lines=10)
    for number in range(5):
        intake.put(prints(f"{number}\n" * 4, thread_id=f"t{number}"))
    assert intake.lost() == (12, {"t0", "t1", "t2"})
    assert intake.lost() == (0, set())
    first = intake.take()
    assert first is not None
    assert first.text == "3\n" * 4


def test_how_a_run_ended_is_never_dropped_and_comes_before_what_was_told_later() -> None:
    intake = Intake(max_lines=10)
    ends = [event(EventType.END, f"t{n}", outcome="finished") for n in range(50)]
    for end in ends:
        intake.put(prints("x\n" * 9))
        intake.put(end)
    intake.put(prints("x\n" * 10))
    taken = list(iter(intake.take, None))
    assert [piece.thread_id for piece in taken] == [*(f"t{n}" for n in range(50)), "refund-7"]
    assert intake.lost().lines == 50 * 9


def test_tokens_that_wait_are_one_piece() -> None:
    intake = Intake(max_lines=10)
    for number in range(2_000):
        intake.put(event(EventType.TOKEN, node="a", text=f"{number} "))
    intake.put(event(EventType.TOKEN, node="b", text="other"))
    taken = list(iter(intake.take, None))
    assert [piece.node for piece in taken] == ["a", "b"]
    assert taken[0].text.split() == [str(number) for number in range(2_000)]
    assert intake.lost() == (0, set())


@plays
async def test_what_comes_after_a_gap_continues_no_line() -> None:
    async with watching(max_lines=20) as watcher:
        await watcher.feed(prints("begun"), prints("other ", "two"))
        await watcher.flood(
            prints("lost\n" * 9), prints("4\n" * 8 + "end"), prints("goes on\n", "two")
        )
        lines = [line.partition("> ")[2] for line in watcher.log.text().splitlines()]
        assert "begun" in lines
        assert "begun4" not in lines
        assert "other goes on" in lines
        assert "… 9 lines dropped" in watcher.log.text()


@plays
async def test_what_was_dropped_is_counted_however_long_ago() -> None:
    async with watching(max_lines=20) as watcher:
        await watcher.flood(*(prints(f"{n}\n") for n in range(50_000)))
        await watcher.feed(*(prints(f"{n}\n") for n in range(30)))
        told = str(watcher.log.border_subtitle)
        older, dropped = (int(part.split()[0].replace(",", "")) for part in told.split(" · "))
        notices = 1
        assert older + dropped + 20 - notices == 50_000 + 30
        assert f"{dropped:,} lines came too fast" in watcher.log.text()


@plays
async def test_long_lines_leave_room_for_fewer() -> None:
    async with watching(max_lines=100) as watcher:
        await watcher.feed(*(prints("x" * LONGEST + "\n") for _ in range(60)))
        assert len(watcher.log.text()) < 100 * LONG + 100 * 40
        assert watcher.log.border_subtitle == "50 older gone"
        await watcher.feed(*(event(EventType.TOKEN, node="a", text="y" * 1_000) for _ in range(8)))
        assert watcher.log.border_subtitle == "51 older gone"


@plays
async def test_dropped_lines_are_told_in_the_log() -> None:
    async with watching(max_lines=100) as watcher:
        await watcher.flood(*(prints(f"{n}\n") for n in range(1_284)))
        assert "… 1,234 lines dropped" in watcher.log.text()
        assert watcher.words[-1] == "> 1283"


def test_one_tick_is_bounded_however_much_waits() -> None:
    log = RunLog(max_lines=2_000_000)
    log.feed(prints("x\n" * 300_000))
    began = thread_time()
    assert log._drain.run()
    assert thread_time() - began < 0.1
    assert log._drain.run()


@plays
async def test_what_one_slice_leaves_is_taken_in_small_ones_between_two_draws() -> None:
    async with watching(max_lines=200_000) as watcher:
        log, done = watcher.log, list[str]()
        take, draw = log._drain.run, log._draw
        log._drain.run = lambda **given: (done.append("take"), take(**given))[1]  # type: ignore[method-assign]
        log._draw = lambda: (done.append("draw"), draw())[1]  # type: ignore[method-assign]
        log.feed(prints("x\n" * 100_000))
        await watcher.until(lambda: len(log._buffer) >= 100_000)
        assert ["take", "take"] in [list(pair) for pair in pairwise(done)]
        assert "draw" in done


def test_many_threads_feed_at_once_and_nothing_is_lost() -> None:
    log = RunLog(max_lines=20_000)

    def run(name: str) -> None:
        for number in range(1_000):
            log.feed(prints(f"{number}\n", name))

    threads = [threading.Thread(target=run, args=(f"t{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while log._drain.run(1.0):
        pass
    lines = log.text().splitlines()
    for name in ("t0", "t7"):
        mine = [int(line.rsplit(" ", 1)[1]) for line in lines if f" {name} " in line]
        assert mine == list(range(1_000))


@plays
async def test_a_flood_leaves_the_loop_free() -> None:
    """What it works between two turns is counted; for how long others work is not its doing."""
    async with watching(size=(120, 30)) as watcher:
        stop = threading.Event()
        flood = threading.Thread(target=_flood, args=(watcher.log, stop))
        flood.start()
        work = [await _worked() for _ in range(300)]
        stop.set()
        flood.join()
        assert median(work) < 0.02
        await watcher.settle()
        assert len(watcher.log.text().splitlines()) <= 10_001


def _flood(log: RunLog, stop: threading.Event) -> None:
    while not stop.wait(0.01):
        for _ in range(200):
            log.feed(prints("Entered the node: 2 # of times\n"))


async def _worked() -> float:
    began = thread_time()
    await asyncio.sleep(0.002)
    return thread_time() - began


async def test_the_log_keeps_as_many_lines_as_the_app_is_told(tmp_path):
    inbox = Inbox(FakeBackend(), Journal(tmp_path / "journal.db"), operator="ann")
    app = HitlApp(inbox, animations=False, settle=0)
    app.log_lines = 100
    async with app.run_test() as pilot:
        while not app.screen.query(RunLog):
            await pilot.pause(0.05)
        log = app.screen.query_one(RunLog)
        for number in range(500):
            log.feed(RunEvent(EventType.OUTPUT, "t", {"text": f"line {number}\n"}, NOW))
        while "line 499" not in log.text():
            await pilot.pause(0.05)
        assert log.text().count("\n") <= 102
