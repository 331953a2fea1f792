"""How long `hitl-tui list` takes, against a listing through LangGraph's own SqliteSaver."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import Figure, least_median_p95
from tests.benchmarks.processes import seconds_of

RUNS = 5
LIMIT = 50


def measure(file: Path, count: int, at_least: float = 15) -> Iterator[Figure | str]:
    """Whole processes, in turn, each on its own copy: the saver may write where it looks.

    `at_least` is the goal of the short list.
    """
    stock_file = Path(shutil.copy(file, file.with_name("stock.sqlite")))
    whole, limited, stock = [], [], []
    for _ in range(RUNS + 1):
        stock.append(seconds_of("-m", "tests.benchmarks.stock_list", stock_file))
        whole.append(seconds_of("-m", "hitl_tui", "list", file))
        limited.append(seconds_of("-m", "hitl_tui", "list", file, "--limit", LIMIT))
    whole, limited, stock = whole[1:], limited[1:], stock[1:]
    what = f"list {count:,} threads"
    yield Figure(f"{what}, all that wait : SqliteSaver.list", min(whole), min(stock), at_least=15)
    yield Figure(
        f"{what}, --limit {LIMIT} : SqliteSaver.list", min(limited), min(stock), at_least=at_least
    )
    yield least_median_p95("list", whole, stock)
    yield least_median_p95(f"list --limit {LIMIT}", limited, stock)
