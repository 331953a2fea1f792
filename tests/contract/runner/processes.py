"""Processes, seen from outside."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PATIENCE = 300.0
"""Seconds within which what must come about comes about, also on a machine that is ten times slower
than usual; only a test that fails waits so long."""


def running_in(groups: set[int]) -> set[int]:
    """The processes of some process groups that have not ended; zombies count as ended."""
    return {
        process
        for process, state, _, group in _processes()
        if group in groups and state not in "ZX"
    }


def children(parent: int | None = None) -> set[int]:
    """The child processes of one, or of this one, zombies too."""
    whose = os.getpid() if parent is None else parent
    return {process for process, _, owner, _ in _processes() if owner == whose}


def _processes() -> Iterator[tuple[int, str, int, int]]:
    """Each process there is: its number, its state, its parent and its group."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, owner, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended as we looked
            yield int(folder.name), state, int(owner), int(group)


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def soon(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Whether the condition becomes true before the deadline, which a busy machine may need."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
