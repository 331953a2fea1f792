"""Drive a graph to the end of a run, the way that suits it best."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from typing import Any
from weakref import WeakKeyDictionary

from .kinds import is_async_only
from .stop import Stop


class Driver:
    """Streams graphs; `loop` is the worker's event loop for those that need one."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._known: WeakKeyDictionary[Any, tuple[bool, bool]] = WeakKeyDictionary()

    def traits(self, graph: Any) -> tuple[bool, bool]:
        """Whether it has only an async form, and whether it can be asked to stop between steps."""
        if graph not in self._known:
            takes_control = "control" in inspect.signature(graph.stream).parameters
            self._known[graph] = is_async_only(graph), takes_control
        return self._known[graph]

    def drive(
        self, graph: Any, sent: Any, config: Any, stop: Stop, traits: tuple[bool, bool]
    ) -> BaseException | None:
        """Run until it ends; gives back the error that ended it, whatever it is.

        A graph that can runs synchronously: a lone node then has the main thread, where SIGINT
        interrupts even a loop without a pause.
        """
        only_async, takes_control = traits
        options: dict[str, Any] = {"stream_mode": "updates", "durability": "sync"}
        if takes_control:
            options["control"] = _control(stop)
        try:
            if only_async:
                stream = graph.astream(sent, config, **options)
                self._loop.run_until_complete(_consumed(stream, stop))
            else:
                for _ in graph.stream(sent, config, **options):
                    pass
        except BaseException as error:  # noqa: BLE001 - whatever a graph raises ends its run alone
            return error
        finally:
            stop.over = True
        return None


def _control(stop: Stop) -> Any:
    from langgraph.runtime import RunControl

    control = RunControl()
    stop.on_request(control.request_drain)
    return control


async def _consumed(stream: Any, stop: Stop) -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def cancel() -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(task.cancel if task else lambda: None)

    stop.on_request(cancel)
    async for _ in stream:
        pass
