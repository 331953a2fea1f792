"""The JSON Schema of models that contracts name, told by a worker."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

from hitl_tui.errors import GraphError
from hitl_tui.runner.crew import Crew
from hitl_tui.runner.process import Process, WorkerDied

_TURN = 10.0  # seconds to wait for a worker while all of them run graphs
_LOADING = 60.0  # seconds for the imports of one model
_ATTEMPTS = 3


class _Stale(Exception):
    """The worker is of no use any more: another one is needed."""


def schema(crew: Crew, place: str) -> Mapping[str, Any]:
    """The schema of the model at "module:Class"; raises GraphError if it cannot be had."""
    for _ in range(_ATTEMPTS):
        process = _borrow(crew)
        reusable = False
        try:
            found, reusable = _ask(process, place)
            return found
        except _Stale:
            continue
        except GraphError:
            reusable = process.is_alive()
            raise
        finally:
            crew.give_back(process, reusable=reusable)
    raise GraphError(f"{place}: no worker lives long enough to load it.")


def _borrow(crew: Crew) -> Process:
    """A worker, soon: a look at a question must not wait until somebody's run ends."""
    end = time.monotonic() + _TURN
    waker = threading.Timer(_TURN, crew.look_again)
    waker.daemon = True
    waker.start()
    try:
        process = crew.borrow(lambda: time.monotonic() >= end)
    finally:
        waker.cancel()
    if process is None:
        raise GraphError("All workers are busy.", hint="Look again when a run has ended.")
    return process


def _ask(process: Process, place: str) -> tuple[Mapping[str, Any], bool]:
    found: Mapping[str, Any] | None = None
    refused: GraphError | None = None
    process.say({"do": "schema", "place": place})
    try:
        while (frame := process.hear(_LOADING)).kind != "idle":
            if frame.kind == "stale":
                raise _Stale
            if frame.kind == "schema":
                found = frame.data["schema"]
            elif frame.kind == "refused":
                refused = GraphError(frame.data["message"], hint=frame.data["hint"])
    except WorkerDied as died:
        if process.has_served:
            raise _Stale from died
        raise GraphError(f"Loading {place} ended the worker: it {died}.") from died
    except TimeoutError as error:
        process.kill()
        message = f"{place} did not load within {_LOADING:.0f} seconds."
        raise GraphError(message) from error
    if refused is not None or found is None:
        raise refused or GraphError(f"{place} told no schema.")
    return found, bool(frame.data["reusable"])
