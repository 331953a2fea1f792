"""The worker's life: tie the leash, import LangGraph, then do what the owner asks."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import io
import json
import os
import platform
import queue
import sys
import threading
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from . import leash, logs
from .wire import Wire

_REQUESTS_END = None


def main(numbers: list[int]) -> None:
    """Serve until the owner closes its end. `numbers`: the four descriptors, and the niceness."""
    requests, events, raw, leash_end, nice = numbers
    for descriptor in (requests, events, raw, leash_end):
        os.set_inheritable(descriptor, False)
    leash.tie(leash_end)
    with contextlib.suppress(PermissionError):  # only root may be less nice than it is
        os.nice(nice)
    wire = Wire(events, raw)
    _take_output(wire)
    threading.Thread(target=wire.pump, daemon=True, name="output").start()
    lines = open(requests, encoding="utf-8")  # noqa: SIM115 - open as long as we live
    setup = json.loads(lines.readline())
    versions = _versions(wire, setup["saver"])
    sys.path[:0] = [path for path in setup["paths"] if path not in sys.path]
    wire.tell("ready", **versions)
    _serve(wire, lines, setup)


def _take_output(wire: Wire) -> None:
    """Line by line out of Python, tracebacks of crashes included, and logging as frames."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    faulthandler.enable(file=2)
    logs.attach(wire)


def _versions(wire: Wire, saver: str) -> dict[str, str]:
    """Import LangGraph and the saver, which takes a second, before anything is asked for."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        from . import desk  # noqa: F401 - all it needs of LangGraph, which may be too old

        import_module(f".saver_{saver}", __package__)
    except ImportError as error:
        wire.tell("unusable", missing=error.name or "", message=str(error))
        raise SystemExit(3) from error
    try:
        known = version("langgraph")
    except PackageNotFoundError:
        known = "of unknown version"
    return {"python": platform.python_version(), "langgraph": known}


def _serve(wire: Wire, lines: Any, setup: Mapping[str, Any]) -> None:
    from .desk import Desk

    loop = asyncio.new_event_loop()
    desk = Desk(wire, setup["graphs"], loop)
    inbox: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    reader = threading.Thread(target=_read, args=(lines, desk, inbox), daemon=True, name="requests")
    reader.start()
    while (request := inbox.get()) is not _REQUESTS_END:
        desk.handle(request)


def _read(lines: Any, desk: Any, inbox: queue.SimpleQueue[dict[str, Any] | None]) -> None:
    """Hand requests on; a cancellation takes effect while the main thread still runs."""
    for line in lines:
        request = json.loads(line)
        if request["do"] == "cancel":
            desk.cancel(request["run_id"])
        else:
            desk.expect(request)
            inbox.put(request)
    inbox.put(_REQUESTS_END)
