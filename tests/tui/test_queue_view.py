"""How the queue is looked at: orders, groups, what is shown only; the cursor stays a thread's."""

from datetime import UTC, datetime, timedelta

from hitl_tui.journal.journal import Journal
from hitl_tui.model.threads import ThreadState
from tests.fakes import thread

CHOICE = {"question": "Yes or no?", "options": ["yes", "no"]}
THREADS = (
    thread("a", "Apples?", minutes=5, graph_id="shop", priority=1.0),
    thread("b", CHOICE, minutes=200, graph_id="bank"),
    thread("c", "Cherries?", minutes=30, graph_id="shop", priority=3.0),
    thread("d", "Dates?", minutes=3_000, graph_id=None),
)


def listed(operator) -> list[str]:
    """The lines of the list as they are drawn, without empty ones."""
    rows = operator.list
    height = rows.scrollable_content_region.height
    return [text for y in range(height) if (text := rows.render_line(y).text.strip(" ▌"))]


def order(operator) -> str:
    """The threads in their order, whatever stands between."""
    found = (
        next((t.thread_id for t in THREADS if said(t) in text), "") for text in listed(operator)
    )
    return "".join(found)


def said(one) -> str:
    value = one.interrupts[0].value
    return value if isinstance(value, str) else value["question"]


async def test_the_orders_come_one_after_the_other_and_can_be_turned_round(operate):
    async with operate(*THREADS) as operator:
        assert order(operator) == "dbca"
        orders = {}
        for _ in range(5):
            await operator.press("s")
            name = str(operator.list.border_subtitle)
            await operator.until(lambda: not operator._reading)
            orders[name] = order(operator)
        assert orders == {
            "by age": "dbca",
            "by graph": "bcad",
            "by state": "dbca",
            "by priority": order_by_priority(),
            "": "dbca",
        }
        await operator.press("S")
        await operator.until(lambda: order(operator) == "acbd")
        assert operator.list.border_subtitle == "by waiting time ↑"


def order_by_priority() -> str:
    ranked = sorted(THREADS, key=lambda t: (-(t.priority or 0), t.waiting_since))
    return "".join(t.thread_id for t in ranked)


async def test_an_order_has_a_command_of_its_own(operate):
    async with operate(*THREADS) as operator:
        commands = {each.title: each for each in operator.app.get_system_commands(operator.queue)}
        commands["Sort by priority"].callback()
        await operator.until(lambda: order(operator) == order_by_priority())
        commands["Group by graph"].callback()
        await operator.until(lambda: "shop 2" in operator.text)


async def test_the_cursor_stays_with_its_thread_whatever_the_order(operate):
    async with operate(*THREADS) as operator:
        await operator.press("down", "space")
        await operator.shows("b")
        for key in ("s", "s", "S", "G", "G", "G"):
            await operator.press(key)
            await operator.until(lambda: not operator._reading)
            assert operator.list.thread_id == "b"
            assert any(text.startswith("●") and "◆" in text for text in listed(operator))
        assert operator.list.marks == ("b",)


async def test_groups_stand_under_their_names_with_how_many_there_are(operate):
    async with operate(*THREADS) as operator:
        await operator.press("G")
        await operator.until(lambda: "shop 2" in operator.text)
        heads = [text.split(" ─")[0] for text in listed(operator) if "─" in text]
        assert heads == ["bank 1", "shop 2", "none 1"]
        assert order(operator) == "bcad"
        await operator.press("home")
        seen = [operator.list.thread_id]
        for _ in range(3):
            await operator.press("down")
            seen.append(operator.list.thread_id)
        assert seen == ["b", "c", "a", "d"]
        await operator.press("G")
        await operator.until(lambda: "options 1" in operator.text)
        assert [text.split(" ─")[0] for text in listed(operator) if "─" in text] == [
            "options 1",
            "plain 3",
        ]


async def test_groups_follow_what_other_programs_write(operate):
    async with operate(*THREADS) as operator:
        await operator.press("G")
        await operator.until(lambda: "shop 2" in operator.text)
        await operator.press("end")
        await operator.shows("d")
        operator.backend.put(thread("z", "Zebras?", minutes=1, graph_id="zoo"))
        operator.backend.put(thread("y", "Yams?", minutes=1, graph_id="shop"))
        await operator.until(lambda: "zoo 1" in operator.text and "shop 3" in operator.text)
        assert operator.list.thread_id == "d"


async def test_a_long_list_in_groups_is_scrolled_to_its_ends_and_drawn_where_it_is(operate):
    many = [
        thread(f"t{n:03}", f"Q{n:03}?", minutes=900 - n, graph_id=f"g{n // 100}")
        for n in range(300)
    ]
    async with operate(*many) as operator:
        await operator.press("G")
        await operator.until(lambda: "g0 100" in operator.text)
        assert operator.list.virtual_size.height == 303
        await operator.press("end")
        await operator.shows("t299")
        assert "Q299?" in listed(operator)[-1]
        await operator.press("home")
        await operator.shows("t000")
        assert listed(operator)[0].startswith("g0 100")
        assert "Q000?" in listed(operator)[1]


async def test_only_some_threads_are_shown_and_the_title_says_which(operate):
    async with operate(*THREADS) as operator:
        await choose(operator, "shop  2")
        await operator.until(lambda: order(operator) == "ca")
        await operator.until(lambda: "only graph shop · 2 open" in operator.text)
        await choose(operator, "plain  2")
        await operator.until(lambda: "only graph shop, kind plain" in operator.text)
        await choose(operator, "✓ shop")
        await operator.until(lambda: order(operator) == "dca")
        await operator.press("A")
        await operator.until(lambda: order(operator) == "dbca")
        assert "only" not in operator.text


async def test_threads_of_no_graph_can_be_shown_only(operate):
    async with operate(*THREADS) as operator:
        await choose(operator, "no graph  1")
        await operator.until(lambda: order(operator) == "d")


async def test_claims_decide_what_is_shown(operate, tmp_path):
    journal = Journal(tmp_path / "journal.db")
    until = datetime.now(UTC) + timedelta(hours=1)
    journal.notes.claim("a", until, "ann")
    journal.notes.claim("b", until, "bob")
    async with operate(*THREADS, size=(160, 36)) as operator:
        await choose(operator, "claimed by you")
        await operator.until(lambda: order(operator) == "a")
        await operator.press("A")
        await choose(operator, "claimed by others")
        await operator.until(lambda: order(operator) == "b")
        await operator.press("A")
        await choose(operator, "not claimed")
        await operator.until(lambda: order(operator) == "dc")


async def test_ages_decide_what_is_shown(operate):
    async with operate(*THREADS) as operator:
        await choose(operator, "under an hour old")
        await operator.until(lambda: order(operator) == "ca")
        await operator.press("A")
        await choose(operator, "over a day old")
        await operator.until(lambda: order(operator) == "d")


async def test_a_state_is_shown_only_as_long_as_its_tab_is(operate):
    failed = thread("f", state=ThreadState.FAILED, reason="boom", next=("pay",))
    stuck = thread("l", "Locked?", state=ThreadState.LOCKED)
    async with operate(*THREADS, failed, stuck) as operator:
        await operator.press("2")
        await operator.until(lambda: "boom" in operator.text)
        await choose(operator, "locked")
        await operator.until(lambda: "boom" not in operator.text and "Locked?" in operator.text)
        assert "only locked" in operator.text
        await operator.press("1")
        await operator.until(lambda: order(operator) == "dbca")
        assert "only" not in operator.text


async def test_what_is_searched_is_marked_and_what_is_asked_shows_where_it_stands(operate):
    deep = {"question": "Pay?", "details": {"to": ["Acme", "HANSEN shipping of Bergen"]}}
    async with operate(thread("x-hansen", "Who?", minutes=9), thread("y", deep)) as operator:
        await operator.press("slash", *"hansen")
        await operator.until(lambda: "Pay? › HANSEN shipping" in operator.text)
        marked = [
            segment.text
            for y in range(2)
            for segment in operator.list.render_line(y)
            if segment.style and segment.style.underline
        ]
        assert marked == ["HANSEN"]


async def choose(operator, words: str) -> None:
    """Choose a line of the dialog, as one does: by going to it."""
    from hitl_tui.tui.screens.narrow import Narrow

    await operator.press("F")
    await operator.until(lambda: isinstance(operator.app.screen, Narrow))
    lines = [each.words.plain for each in operator.app.screen._choices]
    at = next(n for n, line in enumerate(lines) if words in line)
    skipped = sum(1 for each in operator.app.screen._choices[:at] if each.view is None)
    await operator.press("home", *["down"] * (at - skipped), "enter")
    await operator.until(lambda: not isinstance(operator.app.screen, Narrow))
    await operator.until(lambda: not operator._reading)
