"""What a resumed run is given back of the thread's own context."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LANGGRAPHS_OWN = frozenset(
    {
        "source",
        "step",
        "parents",
        "writes",
        "score",
        "run_id",
        "run_attempt",
        "thread_id",
        "thread_ts",
        "counters_since_delta_snapshot",
        "ls_integration",
        "lc_versions",
    }
)
_OWN_PREFIXES = ("__", "langgraph_", "checkpoint_")


def given_back(metadata: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """`(configurable, metadata)` to resume a thread with, from its head's metadata.

    LangGraph merges a run's scalar configurable keys into the metadata of the checkpoints it
    writes and gives nothing back by itself: a resume without them leaves the thread's next
    checkpoints without its `graph_id`, and nodes without their configuration. What came from
    where cannot be told, so scalars go back as both. Keys that LangGraph writes are left out.
    """
    kept = {key: value for key, value in metadata.items() if _is_the_users(key)}
    scalars = {key: value for key, value in kept.items() if isinstance(value, str | int | float)}
    return scalars, kept


def _is_the_users(key: str) -> bool:
    return key not in _LANGGRAPHS_OWN and not key.startswith(_OWN_PREFIXES)
