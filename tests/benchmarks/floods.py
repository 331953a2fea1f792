"""How soon a key shows while a graph floods the log, against the same key when nothing runs.

One app in a terminal goes from idle to flooded and back, several times: first by 20,000 lines a
second, then by 10,000 tokens a second that all grow one line. What the process holds afterwards is
told too, and every line that was printed must be accounted for: kept, or counted as gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from tests.benchmarks import source
from tests.benchmarks.figures import Figure, least_median_p95, p95
from tests.benchmarks.keys import Operator, walk

LINES, TOKENS = 20_000, 10_000  # a second
ROUNDS = ("a", "b", "c")
_KEYS = 40  # in each phase: 95th percentiles of fewer are chance
_SECONDS = 16.0  # of a flood: longer than the keys of a phase take
_COUNT = 1_000
_GONE = re.compile(r"([\d,]+) older gone")


def measure(folder: Path) -> Iterator[Figure | str]:
    """Idle and flooded in turn."""
    own = folder / "floods.sqlite"
    source.build(own, _COUNT)
    for name in ROUNDS:
        source.add_flood(own, f"flood-{name}", _SECONDS, LINES)
        source.add_flood(own, f"talk-{name}", _SECONDS, TOKENS, "talk")
    idle: list[float] = []
    busy: dict[str, list[float]] = {"flood": [], "talk": []}
    with closing(Operator(own)) as operator:
        operator.wait_for("Done ")
        operator.see_all(_COUNT)
        walk(operator, _COUNT)
        before = _megabytes(operator)
        for name in ROUNDS:
            for graph in busy:
                operator.see_all(_COUNT)
                idle += walk(operator, _COUNT, _KEYS)
                operator.choose(f"{graph}-{name}")
                operator.see_all(_COUNT)
                operator.wait_for("1 running")
                operator.looking = False
                busy[graph] += walk(operator, _COUNT, _KEYS)
                operator.look_again()
                if "1 running" not in operator.text:
                    raise RuntimeError("the flood was over before the keys were")
                operator.wait_while("running", timeout=90)
        gone = _gone(operator)
        after = _megabytes(operator)
    for graph, what in (("flood", f"{LINES:,} lines/s"), ("talk", f"{TOKENS:,} tokens/s")):
        yield Figure(f"key, {what}, median : idle", median(busy[graph]), median(idle), at_most=3)
        yield Figure(f"key, {what}, 95th : idle", p95(busy[graph]), p95(idle), at_most=2)
        yield least_median_p95(f"key, {what}", busy[graph], idle)
    yield Figure("memory after the floods : before", after, before, unit="MB")
    yield f"{gone:,} lines gone and said so"


def _gone(operator: Operator) -> int:
    found = _GONE.findall(operator.text)
    return int(found[-1].replace(",", "")) if found else 0


def _megabytes(operator: Operator) -> float:
    """What the screen's process holds at most so far."""
    status = Path(f"/proc/{operator.child.pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024
