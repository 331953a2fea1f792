"""What identifies a graph without loading it: where it is declared, and the files it came from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from hitl_tui.runner.declared import Declared


def fingerprint(world: Declared, graph_id: str, files: Mapping[str, int]) -> dict[str, Any]:
    """Plain JSON that is equal for the same graph; `files` are times in ns by path, as loaded."""
    return {"graph": graph_id, "place": _place(world, graph_id), "files": dict(files)}


def is_same(world: Declared, found: Mapping[str, Any]) -> bool:
    """Whether the graph of a fingerprint would be loaded from the same files now."""
    if found["place"] != _place(world, found["graph"]):
        return False
    return all(_modified(path) == time for path, time in found["files"].items())


def _place(world: Declared, graph_id: str) -> str:
    return f"{world.config or world.folder} {world.graphs.get(graph_id, '')}"


def _modified(path: str) -> int:
    """As the worker tells it: -1 for a file that is not there."""
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return -1
