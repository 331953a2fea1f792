"""`python -m tests.benchmarks [NAME…]`: measures, and prints one table of ratios.

Both sides of a ratio are measured in turn, in one run, on one machine. Status 1 if a benchmark
could not be run; a goal that is missed is shown, never a failure.
"""

from __future__ import annotations

import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.benchmarks import answers, first_rows, keys, listing, source
from tests.benchmarks.figures import Figure, table
from tests.benchmarks.processes import compile_all

COUNT = 10_000
NOTE = """
Both sides of a ratio were measured in turn, in this run, with the same interpreter. First rows and
lists are whole processes, the least of several; keys are those of one app; terminals are 120 x 36.
All code was compiled beforehand (compileall) and PYTHONDONTWRITEBYTECODE is unset for what is
started; the first run of each kind is not counted. A busy machine makes ratios worse or better.
"""

Benchmark = Callable[[Path], Iterator[Figure | str]]
BENCHMARKS: dict[str, Benchmark] = {
    "rows": lambda folder: first_rows.measure(folder / "checkpoints.sqlite", COUNT),
    "list": lambda folder: listing.measure(folder / "checkpoints.sqlite", COUNT),
    "keys": lambda folder: keys.measure(folder / "checkpoints.sqlite"),
    "answers": answers.measure,
}


def main(names: Sequence[str]) -> int:
    """Run the benchmarks named, all of them if none is."""
    figures: list[Figure] = []
    failed = False
    compile_all()
    with tempfile.TemporaryDirectory(prefix="hitl-tui-bench-") as name:
        source.build(Path(name) / "checkpoints.sqlite", COUNT)
        for title, benchmark in BENCHMARKS.items():
            if not names or title in names:
                failed |= not _run(title, benchmark, Path(name), figures)
    print(f"\n{table(figures)}\n{NOTE}")
    return int(failed)


def _run(title: str, benchmark: Benchmark, folder: Path, figures: list[Figure]) -> bool:
    begun = time.monotonic()
    try:
        for found in benchmark(folder):
            if isinstance(found, Figure):
                figures.append(found)
            else:
                print(f"  {found}", flush=True)
    except Exception:  # noqa: BLE001 - the other benchmarks are still worth their figures
        traceback.print_exc()
        return False
    print(f"{title}: {time.monotonic() - begun:.0f} s", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
