"""`python -m tests.benchmarks.writer FILE FIRST ROWS SECONDS`: another program that writes.

Adds open threads with numbers from FIRST on, so many at a time that ROWS rows a second come.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.benchmarks import source

_STEPS = 5  # commits a second


def main(file: Path, first: int, rows: int, seconds: float) -> None:
    """Write until the time is over, or somebody ends this process."""
    a_thread = source.rows_of(file, source.thread_id(source.NEWEST))
    threads = max(1, rows // _STEPS // a_thread)
    end = time.monotonic() + seconds
    print("writing", flush=True)
    while time.monotonic() < end:
        source.add_copies(file, range(first, first + threads), source.SHAPES, real=False)
        first += threads
        time.sleep(1 / _STEPS)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
