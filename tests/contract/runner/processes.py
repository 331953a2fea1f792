"""Processes, seen from outside."""

import os
import time
from collections.abc import Callable
from pathlib import Path


def running_in(groups: set[int]) -> set[int]:
    """The processes of some process groups that have not ended; zombies count as ended."""
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state, _, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(group) in groups and state != "Z":
                found.add(int(folder.name))
    return found


def children() -> set[int]:
    """Our own child processes, zombies too."""
    found = set()
    for thread in Path("/proc/self/task").iterdir():
        found |= set(map(int, (thread / "children").read_text().split()))
    return found


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def soon(condition: Callable[[], object], seconds: float = 30) -> bool:
    """Whether the condition becomes true before the deadline, which a busy machine may need."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
