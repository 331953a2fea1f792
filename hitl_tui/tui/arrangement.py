"""Where the panes are: all of them when there is room, else one at a time.

How it looks is the style sheet's business; this says which classes hold, and moves the focus.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

PLACES: Final = ("queue", "request", "answer", "log")

_SMALL = Size(32, 8)  # below this nothing useful fits
_TINY_HEIGHT = 16  # below this request and answer take turns
_WIDE = 100  # from here on all panes fit side by side


def mode_for(size: Size) -> str:
    """Which of the four arrangements suits a terminal of that size."""
    if size.width < _SMALL.width or size.height < _SMALL.height:
        return "small"
    if size.height < _TINY_HEIGHT:
        return "tiny"
    return "wide" if size.width >= _WIDE else "narrow"


def _nothing() -> None:
    """What a pane does whose focus always comes at once."""


@dataclass(frozen=True, slots=True)
class Place:
    """A pane that can have the focus: the widget that holds it, and how to give it the focus.

    `stay` has it take none that is still to come.
    """

    holder: Widget
    enter: Callable[[], object]
    stay: Callable[[], object] = _nothing


class Arrangement:
    """Keeps the mode (by size) and the place (by focus) of one screen; `places` by name."""

    def __init__(self, screen: Screen[None], places: Mapping[str, Place]) -> None:
        self._screen = screen
        self._places = places
        self.mode = "wide"
        self.place = "queue"
        self._before: tuple[Widget | None, str] = (None, self.place)
        self.away = False  # too small, or the focus did not come back since

    def fit(self, size: Size) -> None:
        """Arrange for a terminal of this size; one too small for anything keeps the focus's place.

        What is hidden loses the focus. Were it elsewhere afterwards, what is typed on would decide.
        """
        was, self.mode = self.mode, mode_for(size)
        if self.mode == "small" and not self.away:
            self._before, self.away = (self._screen.focused, self.place), True
        self._mark()
        if was == "small" != self.mode:
            self._screen.call_after_refresh(self._return, *self._before)

    def _return(self, focused: Widget | None, place: str) -> None:
        """Go back to where the focus was, unless there is too little room again."""
        if self.mode == "small":
            return
        if focused is None or not focused.is_attached:
            self.go(place)
        else:
            self.show(place)
            self._screen.set_focus(focused)
            if self._screen.focused is None:  # it takes none any more
                self.go("queue")
        self._screen.call_after_refresh(self._back)

    def _back(self) -> None:
        self.away = self.mode == "small"
        self._screen.refresh_bindings()

    def go(self, place: str) -> None:
        """Show a place and give it the focus."""
        self.show(place)
        for other in self._places.keys() - {place}:
            self._places[other].stay()
        self._screen.call_after_refresh(self._places[place].enter)

    def show(self, place: str) -> None:
        """Show a place and leave the focus alone."""
        self.place = place
        self._mark()

    def at(self, place: str) -> bool:
        """Whether the focus is there."""
        focused = self._screen.focused
        return focused is not None and self._places[place].holder in focused.ancestors_with_self

    def follow(self, widget: Widget) -> None:
        """The focus went somewhere by itself, as by a click."""
        if self.mode == "small":
            return
        for place, pane in self._places.items():
            if pane.holder in widget.ancestors_with_self and place != self.place:
                self.place = place
                self._mark()

    def step(self, direction: int, skip: frozenset[str]) -> None:
        """Move the focus within its place, and from its end to the next place."""
        chain = [
            w for w in self._screen.focus_chain if self._places[self.place].holder in _around(w)
        ]
        focused = self._screen.focused
        at = chain.index(focused) if focused in chain else -1
        if at >= 0 and 0 <= at + direction < len(chain):
            self._screen.set_focus(chain[at + direction])  # at once: the next key may be here
            return
        places = [p for p in PLACES if p == self.place or p not in skip]
        self.go(places[(places.index(self.place) + direction) % len(places)])

    def _mark(self) -> None:
        for mode in ("wide", "narrow", "tiny", "small"):
            self._screen.set_class(mode == self.mode, f"-{mode}")
        for place in PLACES:
            self._screen.set_class(place == self.place, f"-at-{place}")


def _around(widget: Widget) -> list[object]:
    return list(widget.ancestors_with_self)
