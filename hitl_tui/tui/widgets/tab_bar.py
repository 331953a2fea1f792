"""The second line: the tabs of the queue with live counts, and the search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from hitl_tui.model.threads import ThreadState
from hitl_tui.tui.counting import Tally
from hitl_tui.tui.safe import styled
from hitl_tui.tui.tabs import TABS, Tab

_BETWEEN = " │ "


class TabBar(Widget):
    """Shows which tab is chosen; a click chooses another."""

    chosen = reactive(0)
    counts: reactive[Mapping[ThreadState, int]] = reactive(dict)
    asleep: reactive[Mapping[ThreadState, int]] = reactive(dict)
    partial = reactive(False)

    @dataclass
    class Picked(Message):
        """The tab of this number was clicked."""

        index: int

    def show(self, tally: Tally) -> None:
        """Show how many threads there are, and whether that is only as many so far."""
        self.counts, self.asleep = tally.everything, tally.asleep
        self.partial = tally.partial

    def render(self) -> RenderResult:
        """The tabs, by name if there is room, else by sign."""
        return self._joined(self._labels())

    def on_click(self, event: events.Click) -> None:
        """Choose the tab under the mouse."""
        x = event.x - self.styles.padding.left
        for index, label in enumerate(self._labels()):
            if 0 <= x < len(label):
                self.post_message(self.Picked(index))
                return
            x -= len(label) + len(_BETWEEN)

    @property
    def _tabs(self) -> list[Tab]:
        """The tabs in sight: those of sleeping threads only while there are any."""
        return [
            tab
            for index, tab in enumerate(TABS)
            if not tab.snoozed or index == self.chosen or tab.count(self.counts, self.asleep)
        ]

    def _labels(self) -> list[str]:
        full = [self._label(tab, tab.label) for tab in self._tabs]
        if len(_BETWEEN.join(full)) <= self.size.width:
            return full
        return [
            self._label(tab, tab.label if index == self.chosen else tab.glyph)
            for index, tab in enumerate(self._tabs)
        ]

    def _label(self, tab: Tab, name: str) -> str:
        count = tab.count(self.counts, self.asleep)
        return f"{name} {count:,}{'…' if self.partial else ''}" if count else name

    def _joined(self, labels: list[str]) -> Content:
        between = styled((_BETWEEN, "$foreground 20%"))
        return between.join(
            styled((label, "bold $text-primary" if index == self.chosen else "$foreground-muted"))
            for index, label in enumerate(labels)
        )
