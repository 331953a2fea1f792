"""Graphs that run on this machine: what backends have in common that only keep checkpoints."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from hitl_tui.errors import Conflict, GraphError, UsageError

if TYPE_CHECKING:
    from hitl_tui.model.runs import GraphInfo, RunEvent, RunRequest
    from hitl_tui.runner.pool import Pool

AnyPool: TypeAlias = "Pool | Callable[[], Pool] | None"


class LocalRuns:
    """The part of a `Backend` that runs graphs in a pool of workers; without one, nothing runs.

    A pool may be made when it is first needed: to look takes none.
    `place` is where the workers find the checkpoints: an absolute path, or a database's address.
    """

    def __init__(self, pool: AnyPool, place: str) -> None:
        self._make_pool = pool if callable(pool) else None
        self._made_pool = None if callable(pool) else pool
        self._making = threading.Lock()
        self._place = place

    @property
    def outlives(self) -> bool:
        """Runs end with the workers of this process."""
        return False

    @property
    def compares(self) -> bool:
        """The workers do, by the checkpoint and the rows that LangGraph resumes from."""
        return True

    def graphs(self) -> tuple[GraphInfo, ...]:
        """The declared graphs, none without a pool."""
        return self._pool.graphs() if self._pool else ()

    def is_same_graph(self, drift: Mapping[str, Any]) -> bool:
        """Whether a graph's place and files are those of a `Drifted.graph`."""
        return self._pool is None or self._pool.is_same_graph(drift)

    def prepare(self, graph_id: str) -> None:
        """Have the graph loaded, unless all workers are busy."""
        if self._pool is not None:
            self._pool.prepare(graph_id)

    def run(self, request: RunRequest) -> Iterator[RunEvent]:
        """Execute in a worker and tell what happens."""
        if self._pool is None:
            raise UsageError("Nothing can be run: this source was opened for reading only.")
        return self._pool.run(request, self._place)

    def schema(self, place: str) -> Mapping[str, Any]:
        """The JSON Schema of a model in the graphs' interpreter; raises GraphError."""
        if self._pool is None:
            raise GraphError("Models are loaded with the graphs, and none is: this is a mere look.")
        return self._pool.schema(place)

    def cancel(self, run_id: str) -> None:
        """Ask a run to stop."""
        if self._made_pool:
            self._made_pool.cancel(run_id)

    def warm(self) -> None:
        """Start a worker ahead of the first run."""
        if self._pool:
            self._pool.warm()

    def join(self, request: RunRequest) -> Iterator[RunEvent]:
        """Runs here belong to the process that began them: raises Conflict."""
        raise Conflict("Runs here belong to the programs that began them: none can be joined.")

    def stop(self, thread_id: str) -> bool:
        """False: only the process that began a run here can stop it."""
        return False

    def end_workers(self) -> None:
        """Stop what runs and leave no process behind."""
        if self._made_pool:
            self._made_pool.close()

    def checks(self) -> Iterator[tuple[bool, str]]:
        """What the pool says of itself and its graphs, a line each."""
        if self._pool:
            yield from self._pool.doctor()

    @property
    def _pool(self) -> Pool | None:
        """What runs graphs, made now if it has not been; None if nothing can be run."""
        if self._make_pool is None:
            return self._made_pool
        with self._making:
            if self._made_pool is None:
                self._made_pool = self._make_pool()
            return self._made_pool
