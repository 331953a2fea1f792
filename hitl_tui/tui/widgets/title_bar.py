"""The top line: whose inbox this is, and how much waits in it."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from hitl_tui.model.threads import ThreadState
from hitl_tui.tui.look import colour
from hitl_tui.tui.safe import styled

_TOLD = (ThreadState.OPEN, ThreadState.LOCKED, ThreadState.IN_DOUBT, ThreadState.RUNNING)


class TitleBar(Widget):
    """Shows the source's name on the left and counts on the right.

    `narrowed` is what is shown only, in words, untrusted. Counts are of no more than that, a state
    that is shown only aside. `lost` says since when the source cannot be read, if it cannot.
    """

    counts: reactive[Mapping[ThreadState, int]] = reactive(dict)
    read = reactive(False)
    marked = reactive(0)
    narrowed: reactive[tuple[str, ...]] = reactive(())
    lost = reactive("")

    def __init__(self, source: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._source = source

    def show(self, counts: Mapping[ThreadState, int], *, partial: bool = False) -> None:
        """Show how many threads are in each state; `partial` if it is only as many so far."""
        self.read = not partial
        self.counts = counts

    def render(self) -> RenderResult:
        """Name and counts; the counts stay when there is too little room for both."""
        counts = self._counts()
        room = max(0, self.size.width - counts.cell_length - 2)
        name = styled(("hitl-tui", "bold"), (" · ", "$foreground-muted"), self._source)
        return Content.assemble(name.truncate(room, ellipsis=True, pad=True), "  ", counts)

    def _counts(self) -> Content:
        told = [(n, state) for state in _TOLD if (n := self.counts.get(state, 0))]
        parts = [styled((f"{n:,} {state.label}", colour(state))) for n, state in told]
        if not self.read or not told:
            word = "nothing waits" if self.read else "reading…"
            parts.insert(0, styled((word, "$foreground-muted")))
        if self.marked:
            parts.insert(0, styled((f"{self.marked:,} marked", "$text-accent")))
        if self.narrowed:
            parts.insert(0, styled((f"only {', '.join(self.narrowed)}", "$text-accent")))
        if self.lost:
            parts.insert(0, styled((f"not read since {self.lost}", "bold $text-error")))
        return styled((" · ", "$foreground-muted")).join(parts)
