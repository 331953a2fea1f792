"""One key at a time: the next one is handed on when the one before has had its effect.

Textual hands each key to whatever has the focus at that moment, and bindings run only after the
key has bubbled up from there. So of keys that come together, over a slow line or on a busy
machine, the later ones would go where the focus no longer is meant to be: a decision for the
second question would fall on the first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from time import monotonic
from typing import Any

from textual import events
from textual.app import App
from textual.containers import ScrollableContainer
from textual.dom import DOMNode
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.timer import Timer

from hitl_tui.giving_way import key_came

Event = events.Key | events.Paste
_LOOK = 0.1  # seconds; a widget that is gone never tells that it had the key
_PATIENCE = 3.0  # seconds for one that is there, on a machine that is very busy


_ALONG = frozenset({"up", "down", "pageup", "pagedown", "home", "end"})


def _stays(target: object, event: Event) -> bool:
    """Whether a key surely moves no focus, so that the next one may come at once.

    Texts may come in floods, and a key held down along a list or a text sooner than it is drawn.
    """
    from textual.widgets import Input, TextArea  # loaded with the screen, after its first rows

    if isinstance(target, Input | TextArea):
        return isinstance(event, events.Paste) or event.is_printable
    along = isinstance(event, events.Key) and event.key in _ALONG
    return along and isinstance(target, ScrollView | ScrollableContainer)


class Turns:
    """Holds keys back until the screen stands, and while one is under way.

    What is typed may come at once, but the key behind it, which may send it, waits until all that
    heard of it knows. Everything happens on the app's own event loop.
    """

    class Landed(Message):
        """Sent after a key, along the same way: when it arrives, so did the key.

        Sent again, `left` times, each time it comes after what some widget on the way made of what
        it heard: a choice, say, or an answer of a text. `first` is the first one that was sent.
        """

        def __init__(
            self, target: DOMNode, left: int, *, drawn: bool, first: Turns.Landed | None = None
        ) -> None:
            super().__init__()
            self.target = target
            self.left = left
            self.drawn = drawn
            self.first: Turns.Landed = first or self

        def again(self) -> Turns.Landed:
            """The next one to send."""
            return Turns.Landed(self.target, self.left - 1, drawn=self.drawn, first=self.first)

    def __init__(self, app: App[Any], deliver: Callable[[Event], Awaitable[None]]) -> None:
        self._app = app
        self._deliver = deliver
        self._waiting: deque[Event] = deque()
        self._under_way: Turns.Landed | None = None
        self._typed_into: DOMNode | None = None
        self._timer: Timer | None = None
        self._begun = False

    async def begin(self) -> None:
        """The screen stands: hand on what waited for it."""
        self._begun = True
        await self._hand_on_all()

    async def take(self, event: Event) -> None:
        """Hand a key on now, or when its turn comes."""
        key_came()
        if self._begun and self._under_way is None:
            await self._hand_on(event)
        else:
            self._waiting.append(event)

    def landed(self, message: Turns.Landed) -> None:
        """A key arrived; wait for what it set going, such as another focus, to be drawn."""
        first = message.first
        if first is not self._under_way:
            return
        if message.left:
            message.target.post_message(message.again())
        elif message.drawn:
            after = partial(self._app.call_later, self._next, first)
            self._app.screen.call_after_refresh(after)
        else:
            self._app.call_later(self._next, first)

    async def _hand_on(self, event: Event) -> None:
        target = self._app.focused or self._app.screen
        if _stays(target, event):
            self._typed_into = target
            await self._deliver(event)
            return
        typed, self._typed_into = self._typed_into, None
        if typed is not None and typed.is_attached:
            self._waiting.appendleft(event)
            self._follow(typed, drawn=False)
            return
        await self._deliver(event)
        self._follow(target, drawn=True)

    def _follow(self, target: DOMNode, *, drawn: bool) -> None:
        """Hand on nothing until what the target was given has had its effect.

        Each of those around it may make a message of its own of what it hears.
        """
        self._under_way = landed = Turns.Landed(target, len(target.ancestors), drawn=drawn)
        target.post_message(landed)
        until = monotonic() + _PATIENCE
        self._timer = self._app.set_interval(_LOOK, partial(self._look, landed, target, until))

    async def _look(self, landed: Turns.Landed, target: DOMNode, until: float) -> None:
        """Wait no longer for what cannot come any more."""
        if not target.is_attached or not target.is_running or monotonic() > until:
            await self._next(landed)

    async def _next(self, landed: Turns.Landed) -> None:
        """Hand on what waits, until a key is under way again."""
        if landed is not self._under_way:
            return
        self._under_way = None
        if self._timer is not None:
            self._timer.stop()
        await self._hand_on_all()

    async def _hand_on_all(self) -> None:
        while self._waiting and self._under_way is None:
            await self._hand_on(self._waiting.popleft())
