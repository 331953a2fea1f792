"""How soon a file's first rows stand on the screen, against an app that has nothing to show."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.bare_app import TEXT
from tests.benchmarks.figures import Figure, least_median_p95
from tests.benchmarks.processes import CONFIG, seconds_to_text
from tests.benchmarks.source import TOKEN

RUNS = 10


def measure(
    file: Path, count: int, goal: float = 1.6, cold: Path | None = None
) -> Iterator[Figure | str]:
    """Whole processes in a terminal, in turn, after one of each that is not counted.

    `cold` is the folder of an index, which is removed each time.
    """
    ours, bare = [], []
    for _ in range(RUNS + 1):
        if cold is not None:
            shutil.rmtree(cold, ignore_errors=True)
        bare.append(seconds_to_text(TEXT.encode(), "-m", "tests.benchmarks.bare_app"))
        ours.append(seconds_to_text(TOKEN, "-m", "hitl_tui", "open", file, "--config", CONFIG))
    ours, bare = ours[1:], bare[1:]
    what = f"first rows of {count:,} threads" + (", no index yet" if cold else "")
    yield Figure(f"{what} : empty app", min(ours), min(bare), at_most=goal)
    yield least_median_p95(what, ours, bare)
