"""Help: every key there is, told by the bindings themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Static

from hitl_tui.tui.look import GLYPHS, NOTES, colour
from hitl_tui.tui.safe import styled
from hitl_tui.tui.screens.dialog import Dialog
from hitl_tui.tui.settling import Settling

_KEYS = 16  # columns of the keys


def own_bindings(kind: type[DOMNode]) -> list[Binding]:
    """The bindings that a class of ours brings, those with several keys once."""
    if not kind.__module__.startswith("hitl_tui."):
        return []
    return [binding for binding in vars(kind).get("BINDINGS", ()) if isinstance(binding, Binding)]


def kinds_on(screen: Screen[Any]) -> list[type[DOMNode]]:
    """The classes with bindings of the app, the screen and everything on it, each once."""
    nodes: Iterable[DOMNode] = (screen, *screen.walk_children(), screen.app)
    return list(
        dict.fromkeys(
            kind
            for node in nodes
            for kind in type(node).mro()
            if issubclass(kind, DOMNode) and own_bindings(kind)
        )
    )


class Help(Dialog[None]):
    """Lists keys by the part of the screen they belong to, and what the signs mean."""

    help_title = "Help"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q", "close", "Close", id="help.close", tooltip="Close help")
    ]

    def __init__(self, kinds: Sequence[type[DOMNode]], settling: Settling) -> None:
        super().__init__(settling)
        self._kinds = kinds

    def compose(self) -> ComposeResult:
        """One scrolling text."""
        with Vertical(classes="dialog"):
            with VerticalScroll():
                yield Static(Content("\n").join(list(self._lines())), markup=False)
            yield Static("esc  close", classes="keys", markup=False)

    def action_close(self) -> None:
        """Back to where the operator was."""
        self.dismiss(None)

    def _lines(self) -> Iterator[Content]:
        for kind in self._kinds:
            yield styled((_title(kind), "bold $text-primary"))
            for binding in own_bindings(kind):
                keys = f"  {keys_of(self.app, binding):<{_KEYS}}"
                yield styled((keys, "bold"), binding.tooltip or binding.description)
            yield Content("")
        yield styled(("Signs", "bold $text-primary"))
        for state, glyph in GLYPHS.items():
            yield styled((f"  {glyph:<{_KEYS}}", colour(state)), state.label)
        for sign, meaning in NOTES.items():
            yield styled(f"  {sign:<{_KEYS}}", meaning)


def keys_of(app: App[object], binding: Binding) -> str:
    """A binding's keys as people write them."""
    parts = Binding.make_bindings([binding])
    return " ".join(dict.fromkeys(app.get_key_display(part) for part in parts))


def _title(kind: type[DOMNode]) -> str:
    """What the part is called: its own word, else its class's name in words."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.__name__).capitalize()
    return str(getattr(kind, "help_title", words))
