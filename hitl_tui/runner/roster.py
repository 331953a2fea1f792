"""Which graphs there are and what nodes they have, told by workers."""

from __future__ import annotations

from collections.abc import Iterator

from hitl_tui.errors import GraphError
from hitl_tui.model.runs import GraphInfo
from hitl_tui.runner.crew import Crew
from hitl_tui.runner.process import Process, WorkerDied

_LOADING = 120.0  # seconds for one graph's imports


def describe(crew: Crew, graph_ids: tuple[str, ...], *, make: bool = True) -> Iterator[GraphInfo]:
    """Each graph, loaded by a worker; one that takes its worker down is told like a broken one.

    Without `make` factories are not called, and no nodes are told.
    """
    left = list(graph_ids)
    for _ in range(2 * len(left) + 1):  # each worker tells one at least, or its files changed
        if not left:
            return
        process = crew.borrow()
        if process is None:
            return
        reusable = False
        try:
            while left:
                info, reusable = _describe(process, left[0], make=make)
                if info is not None:
                    left.pop(0)
                    yield info
                if not reusable:
                    break
        finally:
            crew.give_back(process, reusable=reusable)


def _describe(process: Process, graph_id: str, *, make: bool) -> tuple[GraphInfo | None, bool]:
    """What a worker knows of a graph, None if it is out of date; and whether to keep it."""
    info: GraphInfo | None = None
    process.say({"do": "describe", "graph_id": graph_id, "make": make})
    try:
        while (frame := process.hear(_LOADING)).kind != "idle":
            if frame.kind == "stale":
                return None, False
            if frame.kind == "described":
                info = GraphInfo(graph_id, tuple(frame.data["nodes"]))
            elif frame.kind == "refused":
                error = GraphError(frame.data["message"], hint=frame.data["hint"])
                info = GraphInfo(graph_id, error=str(error))
    except WorkerDied as died:
        return GraphInfo(graph_id, error=f"Loading it ended the worker: it {died}."), False
    except TimeoutError:
        return GraphInfo(graph_id, error=f"It did not load within {_LOADING:.0f} seconds."), False
    return info, True
