"""What is sent to a server to have a thread run, exactly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from hitl_tui.backends.agent_server.answers import ATTEMPT, is_uuid
from hitl_tui.backends.agent_server.events import MODES
from hitl_tui.errors import AnswerRefused, UsageError
from hitl_tui.model.runs import RunRequest, Verb

_SERVERS_OWN = frozenset(
    {"graph_id", "assistant_id", "user_id", "created_by", "run_attempt", ATTEMPT}
)
_WIDEST = 2**64


def order(request: RunRequest) -> dict[str, Any]:
    """The arguments of `runs.create`; raises UsageError or AnswerRefused for what cannot be sent.

    Strictly by interrupt id, and only if no other run of the thread is going on. The run keeps the
    attempt's id, by which it is found again; it goes on when whoever asked for it is gone.
    """
    if not is_uuid(request.thread_id):
        raise UsageError("A thread of a server has a UUID for its id.")
    check(request.input, "The input")
    for answer in request.resume.values():
        check(answer, "The answer")
    metadata = _kept(request.metadata) | {ATTEMPT: request.run_id}
    configurable = {**_kept(request.configurable), "__pregel_strict_resume": True}
    found: dict[str, Any] = {
        "thread_id": request.thread_id,
        "assistant_id": _assistant(request),
        "metadata": metadata,
        "config": {"configurable": configurable},
        "stream_mode": list(MODES),
        "stream_subgraphs": True,
        "stream_resumable": True,
        "multitask_strategy": "reject",
    }
    if request.verb is Verb.START:
        return found | {"input": request.input, "if_not_exists": "create"}
    if request.verb is Verb.ANSWER:
        return found | {"command": {"resume": dict(request.resume)}}
    if request.verb is Verb.REOPEN:
        return found | {"checkpoint_id": request.checkpoint_id}
    return found


def check(value: Any, what: str) -> None:
    """Raise AnswerRefused for a value that would not arrive as it is: JSON here is UTF-8.

    Whole numbers have at most 64 bits on the way, and text no half of a surrogate pair.
    """
    reason = _flaw(value)
    if reason:
        raise AnswerRefused(f"{what} cannot be sent to a server: {reason}.")


def _flaw(value: Any) -> str:
    match value:
        case bool() | None:
            bad = ""
        case int():
            fits = -_WIDEST // 2 <= value < _WIDEST
            bad = "" if fits else "a whole number has more than 64 bits"
        case float():
            bad = "" if math.isfinite(value) else "a number is not finite"
        case str():
            whole = value.encode("utf-8", "replace").decode() == value
            bad = "" if whole else "a text holds half a character"
        case Mapping():
            bad = next(filter(None, (_flaw(part) for pair in value.items() for part in pair)), "")
        case list() | tuple():
            bad = next(filter(None, map(_flaw, value)), "")
        case _:
            bad = f"a {type(value).__name__} is no JSON"
    return bad


def _assistant(request: RunRequest) -> str:
    """The assistant that ran the thread before, else its graph's own."""
    found = request.metadata.get("assistant_id")
    return found if isinstance(found, str) and is_uuid(found) else request.graph_id


def _kept(found: Mapping[str, Any]) -> dict[str, Any]:
    """What the thread's own configuration holds, without what the server adds by itself."""
    return {key: value for key, value in found.items() if key not in _SERVERS_OWN}
