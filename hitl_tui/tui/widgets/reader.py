"""The upper half of the detail: a heading, and either the request or the context below it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from hitl_tui.tui.safe import lines_of


class Pane(VerticalScroll):
    """Texts below one another that scroll; one of them is the one to begin at."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._shown: list[Content] = []
        self._at = 0

    def show(self, contents: Sequence[Content], at: int = 0) -> None:
        """Show texts; the same texts again keep the place one reads at."""
        parts = list(self.query_children(Static))
        for content, part in zip(contents, parts, strict=False):
            if not self._is_shown(parts.index(part), content):
                part.update(content)
        self.mount_all(Static(content, markup=False) for content in contents[len(parts) :])
        for part in parts[len(contents) :]:
            part.remove()
        self._shown = list(contents)
        if at != self._at:
            self._at = at
            self.call_after_refresh(self._go)

    def _is_shown(self, number: int, content: Content) -> bool:
        return number < len(self._shown) and _same(self._shown[number], content)

    def _go(self) -> None:
        parts = list(self.query_children(Static))
        if self._at < len(parts):
            self.scroll_to_widget(parts[self._at], animate=False, top=True)


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

    def show(
        self, heading: Content, request: Sequence[Content], context: Content, at: int = 0
    ) -> None:
        """Show a thread: what it asks, of which the text at `at` is to be seen, and its state."""
        self._heading.update(heading)
        self._asked.show(request, at)
        self._about.show([context])

    def tell(self, told: str) -> None:
        """Show some words, which may be untrusted, in the place of a thread."""
        self.show(lines_of(told), [Content("")], Content(""))

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
