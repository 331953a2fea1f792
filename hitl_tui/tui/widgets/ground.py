"""Containers that are nothing but ground: what is seen of them lies between their widgets."""

from __future__ import annotations

from rich.style import Style
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Ground(Widget):
    """A widget without content and border of its own: all its lines are one and the same.

    Else Textual makes and keeps a strip for every line of every container, and of each strip its
    pieces between what lies on it: two megabytes of blanks. It comes after a class's container,
    because Textual takes rules of style from the first base alone.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a part of it."""
        colour = self.background_colors[1]
        strip = Strip.blank(crop.width, Style.from_color(bgcolor=colour.rich_color))
        for each in self.get_line_filters():
            strip = strip.apply_filter(each, colour)
        return [strip] * crop.height


class Row(Horizontal, Ground):
    """Widgets beside each other."""


class Column(Vertical, Ground):
    """Widgets below each other."""


class ScrolledColumn(VerticalScroll, Ground):
    """Widgets below each other, to scroll where they are many."""
