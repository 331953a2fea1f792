"""Raw text on its way to the screen: as `Content` without markup, and the last filter of all."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

from hitl_tui.text import clean, is_safe, line

__all__ = ["LastMile", "lines_of", "one_line", "styled"]


def one_line(text: str, style: str = "") -> Content:
    """Untrusted text of one line as content; nothing in it is markup."""
    return Content.styled(line(text), style)


def lines_of(text: str, style: str = "") -> Content:
    """Untrusted text of many lines as content; nothing in it is markup."""
    return Content.styled(clean(text), style)


def styled(*parts: tuple[str, str] | str | Content) -> Content:
    """Parts put together in one line of content, each text made safe."""
    safe = (
        part
        if isinstance(part, Content)
        else one_line(part)
        if isinstance(part, str)
        else one_line(*part)
        for part in parts
    )
    return Content.assemble(*safe)


class LastMile(LineFilter):
    """Takes out of every line drawn what could control the terminal.

    Text is made safe where it enters a widget; this holds if one was forgotten. It has the filters
    `before` it do their work itself: Textual keeps of each line what each of its filters made.
    """

    def __init__(self, before: Sequence[LineFilter] = ()) -> None:
        super().__init__()
        self.before = tuple(before)

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, with unsafe characters made visible."""
        for each in self.before:
            segments = each.apply(segments, background)
        return [
            segment
            if segment.control or is_safe(segment.text)
            else Segment(line(segment.text), segment.style)
            for segment in segments
        ]
