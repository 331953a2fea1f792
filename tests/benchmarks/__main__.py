"""`python -m tests.benchmarks [--sizes N,N…] [--keep FOLDER] [NAME…]`: prints a table of ratios.

Both sides of a ratio are measured in turn, in one run, on one machine. Status 1 if a benchmark
could not be run; a goal that is missed is shown, never a failure.

A million threads take minutes to make and to index. With `--keep`, the files of each size and their
indexes stay in FOLDER, and are taken from there the next time; `search`, `new` and `busy` add some
threads.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.benchmarks import (
    answers,
    batches,
    busy,
    first_rows,
    floods,
    heavy,
    index,
    keys,
    listing,
    postgres,
    search,
    source,
)
from tests.benchmarks.figures import Figure, table
from tests.benchmarks.processes import compile_all

SIZES = (10_000,)
STOCK = 100_000  # threads that the stock saver lists in bearable time
NOTE = """
Both sides of a ratio were measured in turn, in this run, with the same interpreter. First rows and
lists are whole processes, the least of several; keys are those of one app; terminals are 120 x 36.
All code was compiled beforehand (compileall) and PYTHONDONTWRITEBYTECODE is unset for what is
started; the first run of each kind is not counted. A busy machine makes ratios worse or better.
"""

FELT = ("cold", "rows", "list", "keys", "answers")
"""What an operator feels: how soon a screen stands, a list, a key and an answer."""

ELSEWHERE = {"postgres", "server", "batch", "keys", "floods", "heavy", "answers"}
"""What needs no file of so many threads."""

Benchmark = Callable[[], Iterator[Figure | str]]


class Bench:
    """Runs the benchmarks that were named, and keeps their figures."""

    def __init__(self, names: Sequence[str], folder: Path, keep: Path | None = None) -> None:
        self._names = names
        self.unknown = set(names)
        self._folder = folder
        self._keep = keep or folder
        self._changes: dict[int, list[float]] = {}
        self.figures: list[Figure] = []
        self._felt: list[Figure] = []
        self._to_feel = [title for title in FELT if not names or title in names]
        self.failed = False

    def of_size(self, count: int) -> None:
        """What depends on the number of threads, on one file, and on others in a scratch folder."""
        if self._names and ELSEWHERE.issuperset(self._names):
            return
        folder, scratch = self._keep / str(count), self._folder / f"scratch-{count}"
        scratch.mkdir()
        file, cache = source.kept(folder, count), folder / "cache" / "hitl-tui"
        print(f"{count:,} threads, {file.stat().st_size / 1e6:,.0f} MB", flush=True)
        os.environ["XDG_CACHE_HOME"] = str(scratch)
        cold = scratch / "hitl-tui"
        self._run("cold", lambda: first_rows.measure(file, count, 1.6, cold=cold))
        os.environ["XDG_CACHE_HOME"] = str(cache.parent)
        index.make(file, cache)
        self._run("rows", lambda: first_rows.measure(file, count, 1.5))
        if count <= STOCK:
            goal = 50 if count >= STOCK else 15
            self._run("list", lambda: listing.measure(file, count, scratch, goal))
        self._run("search", lambda: search.measure(file, count, cache, scratch))
        self._run("memory", lambda: index.memory(file, count, cache))
        self._run("build", lambda: index.build(file, count, scratch / "built"))
        self._run("new", lambda: self._follow(file, count, cache))
        self._run("busy", lambda: busy.measure(file, count, scratch))
        shutil.rmtree(scratch)
        if self._keep == self._folder:
            shutil.rmtree(folder)

    def of_postgres(self, count: int) -> None:
        """What depends on the number of threads, in a database."""
        keep = None if self._keep == self._folder else self._keep
        self._run("postgres", lambda: postgres.measure(count, keep))

    def of_runs(self) -> None:
        """What depends on graphs that run."""
        os.environ["XDG_CACHE_HOME"] = str(self._folder / "cache")
        file = self._folder / "checkpoints.sqlite"
        source.build(file, SIZES[0])
        self._run("keys", lambda: keys.measure(file))
        self._run("floods", lambda: floods.measure(self._folder))
        self._run("heavy", lambda: heavy.measure(self._folder))
        self._run("answers", lambda: answers.measure(self._folder))

    def of_batches(self) -> None:
        """What depends on many answers together."""
        self._run("batch", lambda: batches.measure(self._folder))

    def of_server(self) -> None:
        """What depends on an Agent Server."""
        from tests.benchmarks import server

        self._run("server", lambda: server.measure(self._folder, SIZES[0]))

    def _follow(self, file: Path, count: int, cache: Path) -> Iterator[Figure | str]:
        """New threads among these, against the same among those of the smallest size."""
        self._changes[count] = index.changes(file, cache)
        least = min(self._changes)
        if count == least:
            yield index.alone(self._changes[count], count)
        else:
            small, large = self._changes[least], self._changes[count]
            yield from index.compared(small, large, (least, count))

    def _run(self, title: str, benchmark: Benchmark) -> None:
        if self._names and title not in self._names:
            return
        self.unknown.discard(title)
        begun = time.monotonic()
        try:
            for found in benchmark():
                if isinstance(found, Figure):
                    self.figures.append(found)
                    if title in FELT and found.goal != "-":
                        self._felt.append(found)
                print(f"  {found}" if isinstance(found, str) else f"  {found.line}", flush=True)
        except Exception:  # noqa: BLE001 - the other benchmarks are still worth their figures
            traceback.print_exc()
            self.failed = True
        print(f"{title}: {time.monotonic() - begun:.0f} s", flush=True)
        if title in self._to_feel:
            self._to_feel.remove(title)
            if not self._to_feel:
                self.tell_felt()

    def tell_felt(self) -> None:
        """Print what an operator feels, as soon as all of it is measured."""
        print(f"\nWhat an operator feels\n\n{table(self._felt)}\n", flush=True)


def main() -> int:
    """Run the benchmarks named, all of them if none is."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument(
        "--sizes", type=_sizes, default=SIZES, help="numbers of threads: 1000,10000"
    )
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where files and indexes stay")
    given = parser.parse_args()
    compile_all()
    with tempfile.TemporaryDirectory(prefix="hitl-tui-bench-") as name:
        bench = Bench(given.names, Path(name), given.keep and given.keep.absolute())
        bench.of_runs()
        for count in given.sizes:
            bench.of_size(count)
            bench.of_postgres(count)
        bench.of_batches()
        bench.of_server()
    if bench.unknown:
        parser.error(f"no benchmark is called {', '.join(sorted(bench.unknown))}")
    print(f"\n{table(bench.figures)}\n{NOTE}")
    return int(bench.failed)


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
