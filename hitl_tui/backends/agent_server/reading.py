"""What a server tells of a thread becomes a Thread: what it asks, what runs next, its state.

Pure functions; what is not shaped as it should be raises ValueError. The server tells no answers
that a task took: those are found in the runs that brought them. LangGraph replays a taken answer
whenever the task runs again, so where it cannot be told the thread counts as locked: a retry or
re-opening does no harm there, a second answer would be ignored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from hitl_tui.backends.agent_server.answers import Run, in_this_step, taken
from hitl_tui.backends.decode import Unreadable, plain
from hitl_tui.backends.priority import priority
from hitl_tui.model.threads import Interrupt, Thread, ThreadState

BUSY, IDLE, INTERRUPTED, ERROR = "busy", "idle", "interrupted", "error"
_STOPPED = "CancelledError()"


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a thread's head. `asks` are the questions that it waits with."""

    id: str
    node: str
    error: str
    asks: tuple[Interrupt, ...]
    finished: bool


@dataclass(frozen=True, slots=True)
class Head:
    """Where a thread stands: its checkpoint, what runs next, by interrupt id the node that asks."""

    checkpoint_id: str | None
    next: tuple[str, ...]
    nodes: Mapping[str, str]


def head(state: Mapping[str, Any]) -> Head:
    """The head that a thread's state tells."""
    upcoming = _upcoming(state)
    tasks = [_task(each, upcoming) for each in items(state, "tasks")]
    nodes = {asks.id: task.node for task in tasks if not task.finished for asks in task.asks}
    return Head(_head(state), upcoming, nodes)


def thread(raw: Mapping[str, Any], state: Mapping[str, Any], runs: Sequence[Run]) -> Thread:
    """The thread, of its row `raw`, the state of its head, and its latest runs."""
    upcoming = _upcoming(state)
    tasks = [_task(each, upcoming) for each in items(state, "tasks")]
    asked = [i for task in tasks if not task.finished for i in task.asks]
    waiting = {i.id: replace(i, before=in_this_step(i, runs)) for i in asked}
    errors = tuple(t.error for t in tasks if t.error and not t.finished and t.error != _STOPPED)
    written = time_of(state.get("created_at"))
    failed = {i.id for task in tasks if task.error for i in task.asks}
    given = taken(tuple(waiting.values()), runs, written, failed, _latest_error(raw))
    metadata = mapping(state, "metadata")
    shown, reason = _state(raw, state, waiting, given, errors, upcoming, runs)
    return Thread(
        thread_id=text(raw, "thread_id"),
        state=shown,
        reason=reason,
        graph_id=graph_of(raw) or graph_of(state),
        checkpoint_id=_head(state),
        waiting_since=written if waiting else None,
        updated_at=written or time_of(raw.get("state_updated_at")),
        interrupts=tuple(waiting.values()),
        next=upcoming,
        priority=priority(metadata, waiting.values()),
        values=_values(state.get("values")),
        metadata=metadata,
        given=given,
        errors=errors,
    )


def _state(
    raw: Mapping[str, Any],
    state: Mapping[str, Any],
    waiting: Mapping[str, Interrupt],
    given: Mapping[str, Any],
    errors: Sequence[str],
    upcoming: Sequence[str],
    runs: Sequence[Run],
) -> tuple[ThreadState, str]:
    """The state, and a sentence that says why."""
    if raw.get("status") == BUSY:
        going = next((f": run {run.run_id}" for run in runs if run.is_going), "")
        return ThreadState.RUNNING, f"The server is running it{going}."
    if _head(state) is None and raw.get("status") == ERROR:
        reason = "The server has no checkpoint of it; its last run failed."
        return ThreadState.UNREADABLE, reason
    if raw.get("status") == INTERRUPTED and raw.get("interrupts") and not (waiting or upcoming):
        reason = "The server contradicts itself: it lists the thread as one that asks, but tells"
        return ThreadState.UNREADABLE, f"{reason} nothing that it could go on with."
    return _rest(waiting, given, errors[-1] if errors else "", upcoming)


def _rest(
    waiting: Mapping[str, Interrupt],
    given: Mapping[str, Any],
    failure: str,
    upcoming: Sequence[str],
) -> tuple[ThreadState, str]:
    """The states of a thread that nothing runs in."""
    if given:
        end = f"the node failed: {failure}" if failure else "the run was stopped."
        return ThreadState.LOCKED, f"The answer was taken, then {end}"
    if waiting:
        return ThreadState.OPEN, ""
    if failure:
        return ThreadState.FAILED, f"A task failed: {failure}"
    if upcoming:
        before = f"Stopped before {', '.join(upcoming)}"
        return ThreadState.PAUSED, f"{before}: at a breakpoint, or the run was cut off."
    return ThreadState.DONE, ""


def _task(raw: Any, upcoming: Collection[str]) -> Task:
    if not isinstance(raw, dict):
        raise ValueError("a task is no object")
    task_id, node = text(raw, "id"), text(raw, "name")
    finished = raw.get("result") is not None or node not in upcoming
    nested = list(_below(raw.get("state")))
    asks = tuple(interrupt(each, node, task_id, nested) for each in items(raw, "interrupts"))
    error = raw.get("error")
    return Task(task_id, node, str(error) if error else "", asks, finished)


def interrupt(
    raw: Any, node: str = "", task_id: str = "", nested: Sequence[tuple[str, str]] = ()
) -> Interrupt:
    """A question as the server tells it. `nested` are namespaces below, by interrupt id."""
    if not isinstance(raw, dict) or "value" not in raw:
        raise ValueError("a question is no object")
    schema = raw.get("response_schema")
    interrupt_id = text(raw, "id")
    below = [namespace for key, namespace in nested if key == interrupt_id]
    deepest = max(below, key=len, default="")
    return Interrupt(
        id=interrupt_id,
        value=made_plain(raw["value"]),
        node=node,
        task_id=task_id,
        asked_by=tuple(deepest.split("|")) if deepest else (),
        response_schema=schema if isinstance(schema, dict) else None,
    )


def _below(state: Any) -> Iterator[tuple[str, str]]:
    """By interrupt id, the namespaces of the subgraphs that asked, outermost first."""
    if not isinstance(state, dict):
        return
    place = state.get("checkpoint")
    namespace = place.get("checkpoint_ns") if isinstance(place, dict) else None
    for task in state.get("tasks") or ():
        if not isinstance(task, dict):
            continue
        for each in task.get("interrupts") or ():
            if isinstance(each, dict) and isinstance(namespace, str):
                yield str(each.get("id")), namespace
        yield from _below(task.get("state"))


def _upcoming(state: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(node for node in items(state, "next") if isinstance(node, str)))


def _head(state: Mapping[str, Any]) -> str | None:
    place = state.get("checkpoint")
    found = place.get("checkpoint_id") if isinstance(place, dict) else None
    return found if isinstance(found, str) else None


def _latest_error(raw: Mapping[str, Any]) -> str:
    error = raw.get("error")
    name = error.get("error") if isinstance(error, dict) else None
    return name if isinstance(name, str) else ""


def _values(found: Any) -> Mapping[str, Any]:
    if found is None:
        return {}
    values = made_plain(found)
    return values if isinstance(values, dict) else {"__root__": values}


def graph_of(raw: Mapping[str, Any]) -> str | None:
    """The graph that a thread's metadata names."""
    metadata = raw.get("metadata")
    found = metadata.get("graph_id") if isinstance(metadata, dict) else None
    return found if isinstance(found, str) and found else None


def made_plain(value: Any) -> Any:
    """The value; ValueError if it is nested too deep for what comes after."""
    try:
        return plain(value)
    except (Unreadable, RecursionError) as error:
        raise ValueError(str(error)) from error


def text(raw: Mapping[str, Any], key: str) -> str:
    """A text that must be there."""
    found = raw.get(key)
    if not isinstance(found, str) or not found:
        raise ValueError(f"{key} is no text")
    return found


def items(raw: Mapping[str, Any], key: str) -> Sequence[Any]:
    """A list that may be missing."""
    found = raw.get(key) or ()
    if not isinstance(found, list | tuple):
        raise ValueError(f"{key} is no list")
    return found


def mapping(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """An object that may be missing."""
    found = made_plain(raw.get(key) or {})
    if not isinstance(found, dict):
        raise ValueError(f"{key} is no object")
    return found


def time_of(found: Any) -> datetime | None:
    """A time as the server writes it, in UTC; None if it is none."""
    try:
        moment = datetime.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment and moment.tzinfo else None
