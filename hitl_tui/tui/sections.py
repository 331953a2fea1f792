"""Rows in groups: which line of a list is a group's head, and which one is which row."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Head:
    """The line above a group: its name, empty if it has none, and how many rows it has."""

    name: str
    count: int


class Sections:
    """The groups of a list, one after the other, each with a line above its rows.

    Without groups a line is a row. Rows and lines count from 0.
    """

    def __init__(self, groups: Mapping[str, int] | None = None) -> None:
        self._heads = [Head(name, count) for name, count in (groups or {}).items()]
        self._firsts: list[int] = []  # each group's first row
        rows = 0
        for head in self._heads:
            self._firsts.append(rows)
            rows += head.count
        self._lines = [first + at for at, first in enumerate(self._firsts)]  # of the heads
        self.rows = rows

    def lines(self, rows: int) -> int:
        """How many lines so many rows take."""
        return rows + len(self._heads)

    def line_of(self, row: int) -> int:
        """The line of a row."""
        return row + bisect_right(self._firsts, row)

    def head_at(self, line: int) -> Head | None:
        """The head that stands in a line; None if it is a row's."""
        at = bisect_left(self._lines, line)
        return self._heads[at] if at < len(self._lines) and self._lines[at] == line else None

    def row_at(self, line: int) -> int:
        """The row in a line; for a head, the first row of its group."""
        return line - bisect_left(self._lines, line)

    def top_of(self, row: int) -> int:
        """The line to show when a row comes into sight from below: its head, if it is the first."""
        line = self.line_of(row)
        return line - 1 if row in self._firsts else line
