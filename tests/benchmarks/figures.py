"""Figures and the table of them: times side by side, their ratio, and whether it meets its goal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True)
class Figure:
    """One line of the table; times in seconds, or megabytes where `unit` says so.

    The ratio is ours to the reference, to be at most `at_most`; or, where `at_least` is set, how
    many times faster ours is. Without either it is shown for information.
    """

    what: str
    ours: float
    reference: float
    at_most: float | None = None
    at_least: float | None = None
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """Ours to the reference, the other way round for a goal of speed-up."""
        if self.at_least is not None:
            return self.reference / self.ours
        return self.ours / self.reference

    @property
    def line(self) -> str:
        """The figure in one line."""
        sides = f"{_amount(self.ours, self.unit)} : {_amount(self.reference, self.unit)}"
        return f"{self.what}: {sides} = {self.ratio:.2f}, goal {self.goal}"

    @property
    def goal(self) -> str:
        """The goal in words."""
        if self.at_least is not None:
            return f">= {self.at_least:g} x faster"
        return f"<= {self.at_most:g} x" if self.at_most is not None else "-"

    @property
    def met(self) -> str:
        """Whether the goal is met."""
        if self.at_least is not None:
            return "yes" if self.ratio >= self.at_least else "NO"
        if self.at_most is not None:
            return "yes" if self.ratio <= self.at_most else "NO"
        return "-"


def least_median_p95(what: str, ours: Sequence[float], reference: Sequence[float]) -> str:
    """A line of detail: least, median and 95th percentile of both sides, in milliseconds."""
    sides = (("ours", ours), ("reference", reference))
    told = (f"{side} {_spread(times)}" for side, times in sides)
    return f"{what}: {', '.join(told)} (least / median / 95th, ms; n = {len(ours)})"


def p95(times: Sequence[float]) -> float:
    """The 95th percentile."""
    return quantiles(times, n=20, method="inclusive")[-1]


def _spread(times: Sequence[float]) -> str:
    return " / ".join(f"{t * 1000:.1f}" for t in (min(times), median(times), p95(times)))


HEADS = ("what", "ours", "reference", "ratio", "goal", "met")


def table(figures: Iterable[Figure]) -> str:
    """The figures in Markdown, aligned so that it reads well as it is."""
    rows = [HEADS, *map(_cells, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _amount(value: float, unit: str) -> str:
    return f"{value * 1000:.1f} ms" if unit == "ms" else f"{value:.0f} {unit}"


def _cells(figure: Figure) -> tuple[str, ...]:
    return (
        figure.what,
        _amount(figure.ours, figure.unit),
        _amount(figure.reference, figure.unit),
        f"{figure.ratio:.2f}",
        figure.goal,
        figure.met,
    )
