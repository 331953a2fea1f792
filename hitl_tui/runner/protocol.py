"""What owner and worker say to each other: one JSON object a line, both ways.

To the worker go a setup, then requests: `{"do": "run" | "describe" | "schema" | "cancel", …}`.
Back come frames: `ready` or `unusable`; for a request `sent` and events, or `refused`, or
`described`, or `schema`; then `idle`. `stale` asks for a new worker, because the graphs' files
have changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hitl_tui.errors import (
    AnswerRefused,
    Conflict,
    Drifted,
    GraphError,
    HitlError,
    SourceError,
)
from hitl_tui.model.question import Problem
from hitl_tui.model.runs import EventType, RunEvent, RunRequest

_REFUSALS: Mapping[str, type[HitlError]] = {
    "conflict": Conflict,
    "graph": GraphError,
    "source": SourceError,
}
_EVENTS = frozenset(EventType)
_JSON = json.JSONEncoder(default=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """One thing a worker said; `at` is seconds since the epoch."""

    kind: str
    at: float
    data: Mapping[str, Any]

    @property
    def is_event(self) -> bool:
        """Whether the frame is an event of a run, and not about the worker itself."""
        return self.kind in _EVENTS


def decode(line: bytes) -> Frame:
    """A frame from its line."""
    frame = json.loads(line)
    return Frame(frame["kind"], frame["at"], frame["data"])


def encode(message: Mapping[str, Any]) -> bytes:
    """A setup or a request as its line; ASCII, so lone surrogates pass too."""
    return _JSON.encode(message).encode("ascii") + b"\n"


def run_message(request: RunRequest, source: str, until: float | None = None) -> dict[str, Any]:
    """The request to run, with the place of the checkpoints and until when it may begin."""
    return {
        "do": "run",
        "run_id": request.run_id,
        "verb": request.verb.value,
        "thread_id": request.thread_id,
        "graph_id": request.graph_id,
        "resume": dict(request.resume),
        "contracts": dict(request.contracts),
        "pending": list(request.pending),
        "checkpoint_id": request.checkpoint_id,
        "input": request.input,
        "configurable": dict(request.configurable),
        "metadata": dict(request.metadata),
        "imprints": dict(request.imprints),
        "until": until,
        "source": source,
    }


def event(frame: Frame, request: RunRequest) -> RunEvent:
    """The frame as an event of the request's run."""
    time = datetime.fromtimestamp(frame.at, UTC)
    return RunEvent(
        EventType(frame.kind), request.thread_id, frame.data, time=time, run_id=request.run_id
    )


def refusal(frame: Frame) -> HitlError:
    """The error that a `refused` frame stands for."""
    data = frame.data
    if data["why"] == "answer":
        problems = [Problem(each["path"], each["message"]) for each in data["problems"]]
        return AnswerRefused(data["message"], problems, hint=data["hint"])
    if data["why"] == "drifted":
        return Drifted(data["message"], hint=data["hint"], graph={"files": data["files"]})
    return _REFUSALS[data["why"]](data["message"], hint=data["hint"])
