"""What the pool needs to know to run graphs."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class RunnerSpec(NamedTuple):
    """Which graphs to run, with which interpreter, and how many at a time.

    `python` None is our own interpreter. `config` is a langgraph.json; `graph` is
    "module:name" or "file.py:name" instead of one, and its graph id is then the name.
    Without both, `langgraph.json` of the current directory is used. `nice` is added to the
    workers' niceness, so that a busy graph never slows the keyboard. `saver` is the checkpointer
    that they use, "sqlite" or "postgres".
    """

    python: Path | None = None
    config: Path | None = None
    graph: str | None = None
    max_workers: int = 2
    nice: int = 15
    saver: str = "sqlite"
