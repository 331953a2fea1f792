"""One run of a graph on a thread: check, send, drive, tell how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from langgraph.types import Command

from . import outcome
from .check import check
from .drive import Driver
from .failures import Refused, described
from .fence import Fence
from .graphs import Graphs
from .models import Models
from .plain import plain
from .saver import Savers
from .stop import Stop
from .tap import Tap
from .wire import Wire

_QUESTION = 1_000_000  # characters: the next question is what people came for


class Runner:
    """Executes run requests, one after the other."""

    def __init__(
        self, wire: Wire, graphs: Graphs, models: Models, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._wire = wire
        self._graphs = graphs
        self._models = models
        self._driver = Driver(loop)
        self._savers = Savers()
        self._last: tuple[Any, Any, Any] = (None, None, None)

    def run(self, request: Mapping[str, Any], stop: Stop) -> None:
        """Tell `sent` and what happens until `end`; Refused before `sent` if nothing was."""
        config = _config(request)
        self._models.demand(request["contracts"], request["resume"])
        with self._graphs.opened(request["graph_id"], config) as found:
            traits = self._driver.traits(found)
            saver = self._savers.of(request["source"], create=request["verb"] == "start")
            graph = self._with(found, saver)
            fence = Fence.of(request)
            _prepare(graph, request, config, saver, fence)
            if stop.requested:
                raise Refused("conflict", "Cancelled before anything was sent.")
            fence.check_time()
            place = saver.identity()
            self._wire.tell("sent")
            tapped = _tapped(_aimed(config, request), Tap(self._wire))
            saver.fence = fence
            error = self._driver.drive(graph, _input(request), tapped, stop, traits)
            saver.fence = None
            if saver.identity() != place:
                saver.failure = saver.REPLACED
            closes = self._graphs.is_made(request["graph_id"])  # and that may take its time
            tell = self._wire.tell if closes else self._wire.tell_with_next
            tell("end", **self._settled(graph, config, error, stop, saver))

    def _with(self, found: Any, saver: Any) -> Any:
        """The graph on a saver; runs in a row take the same one."""
        if self._last[0] is not found or self._last[1] is not saver:
            self._last = found, saver, found.copy(update={"checkpointer": saver})
        return self._last[2]

    def _settled(
        self, graph: Any, config: Any, error: BaseException | None, stop: Stop, saver: Any
    ) -> dict[str, Any]:
        """Tell the error and the next questions; the outcome and its reason."""
        if isinstance(error, Refused):
            return {"outcome": error.kind, "reason": error.message, "sent": False}
        cancelled = stop.requested and error is not None
        if error is not None and not (cancelled and outcome.is_a_stop(error)):
            self._wire.tell("error", **described(error))
        try:
            state = graph.get_state(config)
        except saver.errors as unread:
            error = error or unread
            saver.failure = saver.failure or unread
        else:
            self._ask(state)
        if error is None and saver.failure is None:
            ended, reason = outcome.of_state(state)
        else:
            ended, reason = outcome.of_error(error, cancelled=cancelled, write=saver.failure)
        return {"outcome": ended, "reason": reason}

    def _ask(self, state: Any) -> None:
        nodes = {i.id: task.name for task in state.tasks for i in task.interrupts}
        for interrupt in state.interrupts:
            self._wire.tell(
                "interrupt",
                id=interrupt.id,
                node=nodes.get(interrupt.id, ""),
                value=plain(interrupt.value, _QUESTION),
                response_schema=plain(getattr(interrupt, "response_schema", None), _QUESTION),
            )


def _prepare(graph: Any, request: Mapping[str, Any], config: Any, saver: Any, fence: Fence) -> None:
    """Check what can be checked without a trace, then make the file ready to be written."""
    try:
        if request["verb"] == "start" or not saver.MIGRATES:
            saver.prepare()
        check(graph, request, config)
        saver.compare(fence)
        saver.prepare()
        saver.try_to_write()
    except saver.errors as error:
        message = f"The checkpoints cannot be used: {error}. Nothing was sent."
        raise Refused("source", message) from error
    saver.failure = None


def _config(request: Mapping[str, Any]) -> dict[str, Any]:
    own = {"thread_id": request["thread_id"], "__pregel_strict_resume": True}
    return {"configurable": {**request["configurable"], **own}, "metadata": request["metadata"]}


def _aimed(config: dict[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """Re-opening forks: it runs from the named checkpoint, not from what came after."""
    if request["verb"] != "reopen":
        return config
    fork = {"checkpoint_id": request["checkpoint_id"], "checkpoint_ns": ""}
    return config | {"configurable": config["configurable"] | fork}


def _tapped(config: dict[str, Any], tap: Tap) -> dict[str, Any]:
    configurable = config["configurable"] | tap.configurable()
    return config | {"configurable": configurable, "callbacks": tap.callbacks()}


def _input(request: Mapping[str, Any]) -> Any:
    if request["verb"] == "start":
        return request["input"]
    return Command(resume=request["resume"]) if request["verb"] == "answer" else None
