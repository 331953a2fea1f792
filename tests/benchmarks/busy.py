"""How soon a key shows among very many threads in the thick of it, against the calm of a few.

Two apps in two terminals take turns: one with 100 threads and nothing else going on; the other with
as many as are measured, while another program writes 200 rows a second into its file and a graph
prints 5,000 lines a second into its log.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

from hitl_tui.backends.index.place import user_folder
from tests.benchmarks import index, source
from tests.benchmarks.figures import Figure, least_median_p95, p95
from tests.benchmarks.keys import Operator, walk
from tests.benchmarks.processes import ROOT, environment, python

ROUNDS = 3
FEW = 100
_ROWS, _LINES = 200, 5_000  # a second
_LONG = 600  # seconds
_CATCH_UP = 3.0  # seconds in which what was written while nobody read is read


def measure(file: Path, count: int, scratch: Path) -> Iterator[Figure | str]:
    """The same key in both, in turn; the file keeps what was written, not the journal beside it."""
    few, first = scratch / "few.sqlite", source.next_number(file)
    flood = f"flood-{first}"
    source.build(few, FEW)
    source.add_flood(file, flood, _LONG, _LINES)
    index.make(file, user_folder())
    calm, busy = [], []
    with closing(Operator(few)) as alone, closing(Operator(file)) as operator:
        alone.wait_for("Done ")
        operator.wait_for("Done ")
        operator.choose(flood)
        operator.see_all(count)
        operator.wait_for("1 running")
        operator.looking = False
        with _writing(file, first):
            for _ in range(ROUNDS):
                alone.see_all(FEW)
                calm += walk(alone, FEW)
                operator.press("home")
                operator.read(_CATCH_UP)
                busy += walk(operator, count)
                operator.read(_CATCH_UP)
                if b"that a graph prints" not in operator.raw:
                    raise RuntimeError("the log does not stream any more")
    for left in file.parent.glob(f"{file.name}*.hitl.db*"):
        left.unlink()
    what = f"key among {count:,} threads, {_ROWS} rows/s, {_LINES:,} lines/s"
    yield Figure(f"{what}, median : {FEW}, idle", median(busy), median(calm), at_most=3)
    yield Figure(f"{what}, 95th : {FEW}, idle", p95(busy), p95(calm), at_most=2)
    yield least_median_p95(what, busy, calm)


@contextmanager
def _writing(file: Path, first: int) -> Iterator[None]:
    command = python("-m", "tests.benchmarks.writer", file, first, _ROWS, _LONG)
    writer = subprocess.Popen(command, env=environment(), cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        yield
        if writer.poll() is not None:
            raise RuntimeError("the other program did not write to the end")
    finally:
        writer.kill()
        writer.wait()
