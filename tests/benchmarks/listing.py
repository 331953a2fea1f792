"""How long `hitl-tui list` takes, against a listing through LangGraph's own SqliteSaver."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from hitl_tui.backends.index.place import user_folder
from tests.benchmarks import index
from tests.benchmarks.figures import Figure, least_median_p95
from tests.benchmarks.processes import seconds_of
from tests.benchmarks.source import OPEN_REFUND, add_copies

RUNS = 10
LIMIT = 50


def measure(file: Path, count: int, scratch: Path, at_least: float = 15) -> Iterator[Figure | str]:
    """Whole processes, in turn, each on its own copy: the saver may write where it looks.

    The file is indexed, as it is once the screen or `index` had it; for some it is not. `at_least`
    is the goal of the short list.
    """
    index.make(file, user_folder())
    stock_file = Path(shutil.copy(file, scratch / "stock.sqlite"))
    written = Path(shutil.copy(file, scratch / "written.sqlite"))
    index.make(written, user_folder())
    whole, limited, unindexed, after, stock = [], [], [], [], []
    for at in range(RUNS + 1):
        stock.append(seconds_of("-m", "tests.benchmarks.stock_list", stock_file))
        whole.append(seconds_of("-m", "hitl_tui", "list", file))
        limited.append(seconds_of("-m", "hitl_tui", "list", file, "--limit", LIMIT))
        with patch.dict(os.environ, XDG_CACHE_HOME=str(scratch / "nowhere")):
            unindexed.append(seconds_of("-m", "hitl_tui", "list", file))
        add_copies(written, range(count + at, count + at + 1), [OPEN_REFUND], real=False)
        after.append(seconds_of("-m", "hitl_tui", "list", written))
    whole, limited, unindexed, after, stock = (
        each[1:] for each in (whole, limited, unindexed, after, stock)
    )
    what, least = f"list {count:,} threads", min(stock)
    yield Figure(f"{what}, all that wait : SqliteSaver.list", min(whole), least, at_least=15)
    yield Figure(
        f"{what}, --limit {LIMIT} : SqliteSaver.list", min(limited), least, at_least=at_least
    )
    yield Figure(
        f"{what}, all that wait, after a write : SqliteSaver.list", min(after), least, at_least=15
    )
    yield Figure(
        f"{what}, all that wait, no index yet : SqliteSaver.list",
        min(unindexed),
        least,
        at_least=15,
    )
    yield least_median_p95("list", whole, stock)
    yield least_median_p95(f"list --limit {LIMIT}", limited, stock)
    yield least_median_p95("list after a write", after, stock)
    yield least_median_p95("list, no index yet", unindexed, stock)
