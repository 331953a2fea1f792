"""The upper half of the detail: a heading, and either the request or the context below it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static


class Pane(VerticalScroll):
    """A text that scrolls."""

    def __init__(self, *, id: str) -> None:
        self._text = Static(markup=False)
        super().__init__(self._text, id=id)
        self._shown: Content | None = None

    def show(self, content: Content) -> None:
        """Show a text; the same text again keeps the place one reads at."""
        if self._shown is None or not _same(self._shown, content):
            self._shown = content
            self._text.update(content)


class Reader(Vertical):
    """Shows the request, or the context in its place."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._heading = Static(id="heading", markup=False)
        self._asked = Pane(id="request")
        self._about = Pane(id="context")

    def compose(self) -> ComposeResult:
        """A heading, and the two panes of which one is shown."""
        yield self._heading
        yield self._asked
        yield self._about

    def on_mount(self) -> None:
        """Begin with the request."""
        self._label()

    @property
    def pane(self) -> Pane:
        """The pane shown."""
        return self._about if self.has_class("-context") else self._asked

    def focus_pane(self) -> None:
        """Give the focus to the pane shown."""
        self.pane.focus()

    def show(self, heading: Content, request: Content, context: Content) -> None:
        """Show a thread."""
        self._heading.update(heading)
        self._asked.show(request)
        self._about.show(context)

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
