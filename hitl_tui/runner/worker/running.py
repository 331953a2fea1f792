"""One run of a graph on a thread, from the check to the end it came to."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import Mapping
from typing import Any

from langgraph import errors
from langgraph.types import Command

from .check import check
from .failures import described
from .graphs import Graphs
from .kinds import is_async_only
from .plain import plain
from .saver import Saver, Savers
from .stop import Stop
from .tap import Tap
from .wire import Wire

_QUESTION = 1_000_000  # characters: the next question is what people came for
_is_invalid_resume = getattr(errors, "is_invalid_resume", lambda error: False)
_UNKNOWN_INTERRUPT = getattr(errors, "UnknownInterruptError", ())
_DRAINED = (errors.GraphDrained,) if hasattr(errors, "GraphDrained") else ()


class Runner:
    """Executes run requests, one after the other."""

    def __init__(self, wire: Wire, graphs: Graphs, loop: asyncio.AbstractEventLoop) -> None:
        self._wire = wire
        self._graphs = graphs
        self._loop = loop
        self._savers = Savers()

    def run(self, request: Mapping[str, Any], stop: Stop) -> None:
        """Tell `sent` and what happens until `end`; Refused before `sent` if nothing was."""
        starts = request["verb"] == "start"
        config = _config(request)
        with self._graphs.opened(request["graph_id"], config) as found:
            saver = self._savers.of(request["source"], create=starts)
            graph = found.copy(update={"checkpointer": saver})
            if starts:
                saver.prepare()
            check(graph, request, config)
            saver.prepare()
            saver.failure = None
            self._wire.tell("sent")
            error = self._execute(graph, request, config, stop)
            self._settle(graph, config, error, stop, saver)

    def _execute(
        self, graph: Any, request: Mapping[str, Any], config: Any, stop: Stop
    ) -> BaseException | None:
        """Run to the end; gives back the error that ended it."""
        tap = Tap(self._wire)
        config = _aimed(config, request) | {"callbacks": tap.callbacks()}
        config["configurable"] = config["configurable"] | tap.configurable()
        options: dict[str, Any] = {"stream_mode": "updates", "durability": "sync"}
        if control := _control(graph, stop):
            options["control"] = control
        try:
            if is_async_only(graph):
                stream = graph.astream(_input(request), config, **options)
                self._loop.run_until_complete(_consumed(stream, stop))
            else:
                for _ in graph.stream(_input(request), config, **options):
                    pass
        except BaseException as error:  # noqa: BLE001 - whatever a graph raises ends its run alone
            return error
        return None

    def _settle(
        self, graph: Any, config: Any, error: BaseException | None, stop: Stop, saver: Saver
    ) -> None:
        """Tell the error, the next questions and the outcome."""
        cancelled = stop.requested and error is not None
        if error is not None and not (cancelled and _is_a_stop(error)):
            self._wire.tell("error", **described(error))
        state = graph.get_state(config)
        self._ask(state)
        outcome, reason = _outcome(error, cancelled, state, saver)
        self._wire.tell("end", outcome=outcome, reason=reason)

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


def _config(request: Mapping[str, Any]) -> dict[str, Any]:
    own = {"thread_id": request["thread_id"], "__pregel_strict_resume": True}
    return {"configurable": {**request["configurable"], **own}, "metadata": request["metadata"]}


def _aimed(config: dict[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """Re-opening forks: it runs from the named checkpoint, not from what came after."""
    if request["verb"] != "reopen":
        return config
    fork = {"checkpoint_id": request["checkpoint_id"], "checkpoint_ns": ""}
    return config | {"configurable": config["configurable"] | fork}


def _input(request: Mapping[str, Any]) -> Any:
    if request["verb"] == "start":
        return request["input"]
    return Command(resume=request["resume"]) if request["verb"] == "answer" else None


def _control(graph: Any, stop: Stop) -> Any:
    """What stops the run between two steps; older versions of LangGraph have none."""
    if "control" not in inspect.signature(graph.stream).parameters:
        return None
    from langgraph.runtime import RunControl

    control = RunControl()
    stop.on_request(control.request_drain)
    return control


async def _consumed(stream: Any, stop: Stop) -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def cancel() -> None:
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(task.cancel if task else lambda: None)

    stop.on_request(cancel)
    async for _ in stream:
        pass


def _is_a_stop(error: BaseException) -> bool:
    stops = (KeyboardInterrupt, asyncio.CancelledError, *_DRAINED)
    return isinstance(error, stops)


def _outcome(
    error: BaseException | None, cancelled: bool, state: Any, saver: Saver
) -> tuple[str, str]:
    """How it ended, and why in words."""
    if cancelled:
        return "cancelled", "Cancelled; what was running may have taken effect."
    if saver.failure is not None and error is not None:
        reason = f"The checkpoints could not be written: {saver.failure}. It may have run."
        return "in_doubt", reason
    if error is not None:
        return _failure(error)
    if state.interrupts:
        return "paused", "Another question waits."
    if state.next:
        return "paused", f"Stopped before {', '.join(state.next)}."
    return "finished", ""


def _failure(error: BaseException) -> tuple[str, str]:
    if isinstance(error, _UNKNOWN_INTERRUPT):
        return "conflict", "The question was answered meanwhile; nothing was sent."
    if _is_invalid_resume(error):
        return "refused", "The graph refused the answer; the question stays open."
    return "failed", f"The graph raised {type(error).__qualname__}."
