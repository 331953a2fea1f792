"""How soon a file's first rows stand on the screen, against an app that has nothing to show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.bare_app import TEXT
from tests.benchmarks.figures import Figure, least_median_p95
from tests.benchmarks.processes import CONFIG, seconds_to_text
from tests.benchmarks.source import TOKEN

RUNS = 10


def measure(file: Path, count: int) -> Iterator[Figure | str]:
    """Whole processes in a terminal, in turn, after one of each that is not counted."""
    ours, bare = [], []
    for _ in range(RUNS + 1):
        bare.append(seconds_to_text(TEXT.encode(), "-m", "tests.benchmarks.bare_app"))
        ours.append(seconds_to_text(TOKEN, "-m", "hitl_tui", "open", file, "--config", CONFIG))
    ours, bare = ours[1:], bare[1:]
    yield Figure(f"first rows of {count:,} threads : empty app", min(ours), min(bare), at_most=1.6)
    yield least_median_p95("first rows", ours, bare)
