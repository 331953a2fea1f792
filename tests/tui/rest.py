"""When an app is at rest: what a key or a change set going in it has been heard, done and drawn.

Textual's pilots wait until the process used little of the processor for 20 ms. On a busy machine
that says nothing: a process that gets no turn uses none.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump
from textual.pilot import Pilot

from hitl_tui.tui.app import HitlApp
from tests.fakes import PATIENCE

_press, _dispatch = Pilot.press, MessagePump._dispatch_message
_at_work: Counter[MessagePump] = Counter()
"""Who is at a message, and how deep in it."""


async def rest(pilot: Pilot[Any]) -> None:
    """Until no message, key or drawing is on its way; what threads and timers do may go on."""
    app, deadline, quiet = pilot.app, monotonic() + PATIENCE, 0
    while quiet < 2 and app.is_running and not app._exit:  # twice: none came behind the first look
        await pilot._wait_for_screen()
        app.screen._on_timer_update()  # draws what is to be drawn
        busy = sorted(set(_busy(app)))
        quiet = 0 if busy else quiet + 1
        assert monotonic() < deadline, f"never at rest: {', '.join(busy)}"
        await asyncio.sleep(0.002 if busy else 0)


async def pause(pilot: Pilot[Any], delay: float | None = None) -> None:
    """In place of the pilot's: until the app is at rest, or for so long."""
    if delay is None:
        await rest(pilot)
        return
    await pilot._wait_for_screen()
    await asyncio.sleep(delay)
    pilot.app.screen._on_timer_update()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """In place of the pilot's: each key once the one before has had its effect."""
    for key in keys:
        await _press(pilot, key)
        await rest(pilot)


def wait_for_rest(patch: pytest.MonkeyPatch) -> None:
    """Have all pilots wait so."""
    patch.setattr(Pilot, "pause", pause)
    patch.setattr(Pilot, "press", press)
    patch.setattr(MessagePump, "_dispatch_message", _noted)


async def _noted(pump: MessagePump, message: Message) -> None:
    """Handle a message, seen to be at it: a queue forgets what was taken from it."""
    _at_work[pump] += 1
    try:
        await _dispatch(pump, message)
    finally:
        _at_work[pump] -= 1
        if not _at_work[pump]:
            del _at_work[pump]


def _busy(app: App[Any]) -> Iterator[str]:
    """What is on its way, in words for who waits in vain."""
    for pump in list(app._registry):
        if pump.is_running and not pump._closed and _works(pump):
            yield f"{type(pump).__name__} works"
    screen = app.screen
    if screen._callbacks or screen._dirty_widgets or screen._layout_required:
        yield f"{type(screen).__name__} is to be drawn"
    if isinstance(app, HitlApp) and (app._turns._under_way is not None or _keys_wait(app)):
        yield "keys are under way"


def _keys_wait(app: HitlApp) -> bool:
    """Whether keys have yet to be handed on; before the screen stands they stay."""
    return app._turns._begun and bool(app._turns._waiting)


def _works(pump: MessagePump) -> bool:
    """Whether it has a message, or is at one, or has yet to be mounted or taken away."""
    waits = pump in _at_work or pump._next_callbacks or not pump._message_queue.empty()
    leaves = getattr(pump, "_pruning", False)
    return bool(waits) or leaves or not pump._mounted_event.is_set()
