"""The last line: the keys that do something now, as many as there is room for.

Textual's own footer makes a widget of each key and makes them anew whenever anything changes; with
every move of the cursor that costs more than all else on the screen. This one is a line of text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual import events
from textual.app import RenderResult
from textual.binding import ActiveBinding
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from hitl_tui.tui.safe import one_line, styled

_KEY = "bold $footer-key-foreground"
_WORD = "$footer-description-foreground"
_LAST_TO_GO = ("send", "help")
"""Actions shown however little room there is: what sends, and what tells of all the others."""


@dataclass(frozen=True, slots=True)
class _Item:
    """One key: what is drawn of it, and what a click on it presses."""

    content: Content
    action: str
    key: str
    tooltip: str


class KeyBar(Widget):
    """Shows the screen's active bindings; a click on one presses its key."""

    ALLOW_SELECT = False
    compact = reactive(False)
    """Less space between the keys, and no key of the palette."""

    def on_mount(self) -> None:
        """Follow what can be done."""
        self.screen.bindings_updated_signal.subscribe(self, self._look)

    def render(self) -> RenderResult:
        """What there is room for, the palette's key at the right end."""
        shown, palette = self._items()
        line = Content("").join([item.content for item in shown])
        if palette is None:
            return line
        gap = max(0, self.size.width - line.cell_length - palette.content.cell_length)
        return Content("").join([line, Content(" " * gap), palette.content])

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        if (item := self._under(event.x)) is not None:
            self.app.simulate_key(item.key)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Have the key under the mouse explained."""
        item = self._under(event.x)
        self.tooltip = one_line(item.tooltip) if item is not None else None

    def _look(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.refresh()

    def _items(self) -> tuple[list[_Item], _Item | None]:
        """The keys from left to right, and the palette's key where there is room for it."""
        bindings = self.screen.active_bindings
        palette = None if self.compact else bindings.get(self.app.COMMAND_PALETTE_BINDING)
        last = self._palette(palette) if palette is not None else None
        room = self.size.width - (last.content.cell_length if last else 0)
        return list(self._fitting(self._every(bindings), room + 1)), last  # the last space may go

    def _every(self, bindings: dict[str, ActiveBinding]) -> list[_Item]:
        """The first key of each action that is to be shown."""
        first: dict[str, ActiveBinding] = {}
        for active in bindings.values():
            if active.binding.show:
                first.setdefault(active.binding.action, active)
        return [self._item(active) for active in first.values()]

    def _fitting(self, items: list[_Item], room: int) -> Iterator[_Item]:
        """Those that fit, in order; the last to go have their room before the others."""
        kept = sum(i.content.cell_length for i in items if i.action in _LAST_TO_GO)
        room -= kept
        for item in items:
            if item.action in _LAST_TO_GO:
                yield item
            elif item.content.cell_length <= room:
                room -= item.content.cell_length
                yield item
            else:
                room = 0

    def _item(self, active: ActiveBinding) -> _Item:
        binding = active.binding
        key, word = self.app.get_key_display(binding), binding.description
        before, between = ("", " ") if self.compact else (" ", "")
        parts = ((f"{before}{key}{before}", _KEY), (f"{between}{word} ", _WORD))
        tooltip = active.tooltip or binding.tooltip or word
        return _Item(styled(*parts), binding.action, binding.key, tooltip)

    def _palette(self, active: ActiveBinding) -> _Item:
        item = self._item(active)
        key, word = self.app.get_key_display(active.binding), active.binding.description
        content = styled(("▏", "$foreground 20%"), (key, _KEY), (f" {word} ", _WORD))
        return _Item(content, item.action, item.key, item.tooltip)

    def _under(self, x: int) -> _Item | None:
        shown, palette = self._items()
        if palette is not None and x >= self.size.width - palette.content.cell_length:
            return palette
        for item in shown:
            if x < item.content.cell_length:
                return item
            x -= item.content.cell_length
        return None
