"""The line of keys: what can be done now, as much as fits, and a click presses it."""

import pytest

from hitl_tui.tui.screens.help import Help
from hitl_tui.tui.widgets.key_bar import KeyBar
from tests.fakes import thread

ASKED = {"question": "Deploy?", "options": ["yes", "no"]}


def last_line(operator) -> str:
    return operator.text.splitlines()[-1]


async def test_it_follows_what_can_be_done(operate):
    async with operate(thread("a", ASKED)) as operator:
        await operator.until(lambda: "Move" in last_line(operator))
        await operator.press("enter")
        await operator.until(lambda: "Choose" in last_line(operator))
        assert "Move" not in last_line(operator)


async def test_a_click_on_a_key_presses_it(operate):
    async with operate(thread("a", ASKED)) as operator:
        await operator.until(lambda: "Help" in last_line(operator))
        await operator.pilot.click(KeyBar, offset=(last_line(operator).index("Help"), 0))
        await operator.until(lambda: isinstance(operator.app.screen, Help))


@pytest.mark.parametrize("width", [120, 80, 60, 50, 40, 33])
async def test_whole_keys_are_shown_as_many_as_fit_and_help_always(operate, width):
    async with operate(thread("a", ASKED), size=(width, 24)) as operator:
        await operator.until(lambda: "Help" in last_line(operator))
        words = {"As", "Claim", "Context", "Help", "Mark", "Move", "Open", "Quit", "Search", "Send"}
        shown = {word for word in last_line(operator).split() if word[:1].isupper()}
        assert shown <= words | {"Commands", "Snooze"}, "a word is cut"
        assert ("Commands" in shown) == (width >= 60)
