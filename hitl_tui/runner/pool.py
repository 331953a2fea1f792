"""The pool: executes runs of graphs in worker processes, a few at a time."""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from hitl_tui.errors import Drifted, GraphError, HitlError
from hitl_tui.model.runs import EventType, GraphInfo, Outcome, RunEvent, RunRequest
from hitl_tui.runner import doctor, models, roster
from hitl_tui.runner.cancellation import Cancellation
from hitl_tui.runner.crew import Crew
from hitl_tui.runner.execution import Execution, Stale
from hitl_tui.runner.fingerprint import fingerprint, is_same
from hitl_tui.runner.spec import RunnerSpec

_ATTEMPTS = 3  # new workers for one run, each because the files changed under the last
_MOMENT = 1.0  # seconds for which a graph that was loaded counts as one that can be


class Pool:
    """Runs graphs; owns the worker processes and leaves none behind. Safe from any thread."""

    def __init__(self, spec: RunnerSpec) -> None:
        self._spec = spec
        self._crew = Crew(spec)
        self._cancellations: dict[str, Cancellation] = {}
        self._known: tuple[object, tuple[GraphInfo, ...]] | None = None
        self._well: dict[str, tuple[object, float]] = {}
        self._schemas: dict[str, tuple[object, Mapping[str, Any]]] = {}
        atexit.register(self.close)

    def run(self, request: RunRequest, source: str) -> Iterator[RunEvent]:
        """Execute on the checkpoints at `source`, an absolute path or a database's address.

        Blocks between events, END is the last. Raises HitlError before the first event if
        nothing was sent. Waits for its turn when all workers are busy. Leaving the iterator early
        does not stop the run.
        """
        request = replace(request, graph_id=self._graph(request.graph_id))
        cancellation = self._cancellations.setdefault(request.run_id, Cancellation())
        events = self._events(request, source, cancellation)
        ended = False
        try:
            for event in events:
                ended = event.type is EventType.END
                yield event
        except GeneratorExit:
            if not ended:
                threading.Thread(target=_exhaust, args=(events,), daemon=True).start()
            raise

    def cancel(self, run_id: str) -> None:
        """Stop a run: politely, then by SIGINT, then by force. Unknown ids are ignored."""
        if cancellation := self._cancellations.get(run_id):
            cancellation.request()
            self._crew.look_again()

    def graphs(self) -> tuple[GraphInfo, ...]:
        """The declared graphs with their nodes, or what is wrong with each.

        Raises GraphError when nothing is declared or no worker can be started. What is known
        stays known while the config is the same, all graphs load, and no run met a changed file.
        """
        world = self._crew.world()
        if self._known and self._known[0] == world:
            return self._known[1]
        infos = tuple(roster.describe(self._crew, tuple(world.graphs)))
        well = not any(info.error for info in infos)
        self._known = (world, infos) if well else None
        return infos

    def prepare(self, graph_id: str) -> None:
        """Load a graph; raises GraphError if it, its config or its interpreter cannot be used.

        A factory is found and not called: it may need the thread's configuration. Returns at once
        while all workers are busy, when the run itself tells, and where one was loaded just now.
        """
        graph = self._graph(graph_id)
        if self._crew.has_room() and not self._was_well(graph):
            for info in roster.describe(self._crew, (graph,), make=False):
                if info.error:
                    raise GraphError(info.error)
            self._note_well(graph)

    def _was_well(self, graph: str) -> bool:
        """Whether a worker had the graph a moment ago, and it is declared as it was."""
        world, until = self._well.get(graph, (None, 0.0))
        return world == self._crew.world() and time.monotonic() < until

    def _note_well(self, graph: str) -> None:
        self._well[graph] = (self._crew.known, time.monotonic() + _MOMENT)

    def is_same_graph(self, drift: Mapping[str, Any]) -> bool:
        """Whether a graph is declared and written as when a run was refused as `Drifted`."""
        try:
            return is_same(self._crew.world(), drift)
        except GraphError:
            return True  # nothing is declared now, so nothing better either

    def schema(self, place: str) -> Mapping[str, Any]:
        """The JSON Schema of the model at "module:Class", as the graphs' interpreter has it.

        Raises GraphError if it cannot be had. Kept until the config, or a file a run met, changes.
        """
        world = self._crew.world()
        if place not in self._schemas or self._schemas[place][0] != world:
            self._schemas[place] = (world, models.schema(self._crew, place))
        return self._schemas[place][1]

    def warm(self) -> None:
        """Start a worker and load the graphs, in the background; failures show at the first use."""
        threading.Thread(target=self._warm, daemon=True, name="warm-up").start()

    def close(self) -> None:
        """Stop all runs and end all workers; may be called again."""
        atexit.unregister(self.close)
        for cancellation in list(self._cancellations.values()):
            cancellation.requested = True
        self._crew.close()

    def doctor(self) -> Iterator[tuple[bool, str]]:
        """Whether interpreter, config and each graph are well, a line each."""
        return doctor.check(self._spec, self._crew)

    def _graph(self, graph_id: str) -> str:
        """A thread's graph; where one is named for all threads (`--graph`), that one."""
        return graph_id if self._spec.graph is None else next(iter(self._crew.world().graphs))

    def _warm(self) -> None:
        try:
            self.graphs()
        except HitlError:
            return  # whoever needs a worker next is told, with what to do

    def _events(
        self, request: RunRequest, source: str, cancellation: Cancellation
    ) -> Iterator[RunEvent]:
        try:
            for _ in range(_ATTEMPTS):
                try:
                    yield from self._attempt(request, source, cancellation)
                    return
                except Stale:
                    self._known = None
                    self._schemas.clear()
                    self._well.clear()
                except Drifted as drifted:
                    files = drifted.graph["files"]
                    drifted.graph = fingerprint(self._crew.world(), request.graph_id, files)
                    raise
            raise GraphError("No worker lives long enough to take it; nothing was sent.")
        finally:
            self._cancellations.pop(request.run_id, None)

    def _attempt(
        self, request: RunRequest, source: str, cancellation: Cancellation
    ) -> Iterator[RunEvent]:
        """One worker's try; END is held until the worker is given back."""
        process = self._crew.borrow(lambda: cancellation.requested)
        if process is None:
            reason = "Cancelled before it began."
            data = {"outcome": Outcome.CANCELLED.value, "reason": reason, "sent": False}
            yield RunEvent(EventType.END, request.thread_id, data, run_id=request.run_id)
            return
        execution = Execution(process, request, source, cancellation)
        end: RunEvent | None = None
        try:
            for event in execution.events():
                if event.type is EventType.END:
                    end = event
                else:
                    yield event
        finally:
            self._crew.give_back(process, reusable=execution.reusable)
        if end is not None:
            if end.data.get("sent", True):
                self._note_well(request.graph_id)
            yield end


def _exhaust(events: Iterator[RunEvent]) -> None:
    """Read a run to its end for a reader who left: a full pipe would hold it up."""
    for _ in events:
        pass
