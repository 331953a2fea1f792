"""How the log looks; each docstring says what a reviewer must see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from hitl_tui.model.runs import EventType, RunEvent
from tests.tui.logging_host import LogHost, Watcher, event, prints

Look = Callable[..., bool]

RUN = (
    prints("> Entered the node: 2 # of times\nDepl"),
    prints("oying…\n"),
    event(EventType.LOG, level="INFO", logger="deploy", message="3 of 5 hosts"),
    event(EventType.LOG, level="WARNING", logger="deploy", message="host 4 is slow"),
    event(EventType.CUSTOM, data={"progress": 0.6}),
    event(EventType.TOKEN, "mail-0c55e2c1-71f2-4aa1", node="say", text="Dear Ann, "),
    event(EventType.UPDATE, node="deploy", update={"hosts": 5, "ok": True}),
    event(EventType.TOKEN, "mail-0c55e2c1-71f2-4aa1", node="say", text="thank you."),
    event(EventType.INTERRUPT, id="1", node="ask", value={"question": "Go live?"}),
    event(EventType.ERROR, title="ValueError", message="[/foo] \x1b[31m", traceback='File "a.py"'),
    event(EventType.END, outcome="failed", reason="ValueError"),
    event(EventType.END, "age-1", outcome="finished"),
)


@pytest.fixture
def look(snap_compare: Callable[..., bool]) -> Look:
    """`look(events, keys…)`: the log after them, as accepted before."""

    def _look(events: tuple[RunEvent, ...], *keys: str, size: tuple[int, int] = (80, 16)) -> bool:
        async def act(pilot: Pilot[None]) -> None:
            app = pilot.app
            assert isinstance(app, LogHost)
            app.log_pane.focus()
            watcher = Watcher(app, pilot)
            await watcher.feed(*events)
            await watcher.press(*keys)

        return snap_compare(LogHost(max_lines=100), run_before=act, terminal_size=size)

    return _look


def test_a_run_of_everything(look: Look) -> None:
    """Each kind of event has a sign and a colour of its own; nothing is markup."""
    assert look(RUN)


def test_paused(look: Look) -> None:
    """The border says that the log is paused, how to follow, and that older lines are gone."""
    assert look(tuple(prints(f"line {n}\n") for n in range(50)) * 3, "up", "up")


def test_narrow(look: Look) -> None:
    """On 40 columns time, thread and sign stay; the text goes on to the right."""
    assert look(RUN, size=(40, 10))
