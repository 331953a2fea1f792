"""The upper half of the detail: a heading, and either the request or the context below it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static


class Pane(VerticalScroll):
    """A text that scrolls."""

    def __init__(self, *, id: str) -> None:
        super().__init__(Static(markup=False), id=id)
        self._shown: Content | None = None

    def show(self, content: Content) -> None:
        """Show a text; the same text again keeps the place one reads at."""
        if self._shown is None or not _same(self._shown, content):
            self._shown = content
            self.query_one(Static).update(content)


class Reader(Vertical):
    """Shows the request, or the context in its place."""

    def compose(self) -> ComposeResult:
        """A heading, and the two panes of which one is shown."""
        yield Static(id="heading", markup=False)
        yield Pane(id="request")
        yield Pane(id="context")

    def on_mount(self) -> None:
        """Begin with the request."""
        self._label()

    @property
    def pane(self) -> Pane:
        """The pane shown."""
        return self.query_one("#context" if self.has_class("-context") else "#request", Pane)

    def show(self, heading: Content, request: Content, context: Content) -> None:
        """Show a thread."""
        self.query_one("#heading", Static).update(heading)
        self.query_one("#request", Pane).show(request)
        self.query_one("#context", Pane).show(context)

    def toggle(self) -> None:
        """Show the other pane."""
        focused = self.pane.has_focus
        self.toggle_class("-context")
        self._label()
        if focused:
            self.call_after_refresh(self.pane.focus)

    def _label(self) -> None:
        names = ["Request", "Context"]
        names = names[::-1] if self.has_class("-context") else names
        self.border_title = f"[b]{names[0]}[/b]"
        self.border_subtitle = f"v  {names[1].lower()}"


def _same(one: Content, other: Content) -> bool:
    return one.plain == other.plain and one.spans == other.spans
