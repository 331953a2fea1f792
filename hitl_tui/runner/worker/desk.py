"""The worker's desk: one request at a time, in the main thread."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Mapping
from typing import Any

from .failures import Refused
from .graphs import Graphs
from .models import Models
from .running import Runner
from .stop import Interruptions, Stop
from .wire import Wire


class Desk:
    """Does what is asked: `run` or `describe` a graph, tell a model's `schema`. Always answers."""

    def __init__(
        self, wire: Wire, places: Mapping[str, str], loop: asyncio.AbstractEventLoop
    ) -> None:
        self._wire = wire
        self._graphs = Graphs(places, loop)
        self._models = Models(self._graphs)
        self._runner = Runner(wire, self._graphs, self._models, loop)
        self._interruptions = Interruptions(wire)
        self._stops: dict[str, Stop] = {}

    def expect(self, request: Mapping[str, Any]) -> None:
        """A request has arrived and will be handled: from now on it can be cancelled."""
        if request["do"] == "run":
            self._stops[request["run_id"]] = Stop()

    def cancel(self, run_id: str) -> None:
        """Ask a run to stop; one that is over is left alone."""
        if stop := self._stops.get(run_id):
            stop.request()

    def handle(self, request: Mapping[str, Any]) -> None:
        """Do it; `refused` says that it was not done, `stale` that it needs a new worker."""
        if self._graphs.is_stale():
            self._wire.tell("stale")
            return
        try:
            if request["do"] == "run":
                self._run(request)
            elif request["do"] == "schema":
                self._wire.tell("schema", schema=self._models.schema(request["place"]))
            else:
                self._describe(request["graph_id"], make=request["make"])
        except Refused as refused:
            told = {"message": refused.message, "hint": refused.hint, "problems": refused.problems}
            files = self._graphs.files() if refused.kind == "drifted" else {}
            self._wire.tell("refused", why=refused.kind, files=files, **told)
        self._wire.tell("idle", reusable=not _leftovers())

    def _run(self, request: Mapping[str, Any]) -> None:
        stop = self._stops[request["run_id"]]
        self._interruptions.current = stop
        try:
            self._runner.run(request, stop)
        finally:
            self._interruptions.current = None
            del self._stops[request["run_id"]]

    def _describe(self, graph_id: str, *, make: bool) -> None:
        if not make:
            self._graphs.probe(graph_id)
            self._wire.tell("described", nodes=[])
            return
        with self._graphs.opened(graph_id, {"configurable": {}}) as graph:
            nodes = [name for name in graph.nodes if not name.startswith("__")]
        self._wire.tell("described", nodes=nodes)


def _leftovers() -> bool:
    """Whether the user's threads or child processes are still there, who may print later.

    Daemon threads are not counted: libraries keep them for tracing and progress bars. Nor are
    the event loop's own, which wait for the next run.
    """
    main = threading.main_thread()
    others = [thread for thread in threading.enumerate() if thread is not main]
    return any(not t.daemon and not t.name.startswith("asyncio_") for t in others) or _children()


def _children() -> bool:
    """Whether a child process still runs; ended ones are left for the user's code to collect."""
    if not hasattr(os, "waitid"):
        return False
    try:
        return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False
