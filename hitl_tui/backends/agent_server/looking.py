"""One thread of a server in full: its row, the state of its head and its runs, of one moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from hitl_tui.backends.agent_server import reading
from hitl_tui.backends.agent_server.answers import Run, is_uuid, run_of
from hitl_tui.errors import HitlError, SourceError, ThreadNotFound
from hitl_tui.model.threads import Asked, Thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from langgraph_sdk.client import SyncLangGraphClient
    from langgraph_sdk.schema import RunSelectField

    from hitl_tui.backends.agent_server.server import Server

T = TypeVar("T")

_RUNS = 100  # of a thread's latest
_HISTORY = 50  # of its latest checkpoints
_MOST_ASKED = 20
_TRIES = 5
_FIELDS: list[RunSelectField] = ["run_id", "status", "created_at", "metadata", "kwargs"]


class ThreadUnreadable(SourceError):
    """What a server tells of one thread makes no sense; its other threads may be well."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A thread, and its latest runs, newest first."""

    thread: Thread
    runs: Sequence[Run]


def look(server: Server, thread_id: str) -> Looked:
    """The thread as of one moment; raises ThreadNotFound, or SourceError if it cannot be read."""
    raw = _asked(server, thread_id, lambda client: client.threads.get(thread_id))
    for _ in range(_TRIES):
        state = _asked(
            server, thread_id, lambda client: client.threads.get_state(thread_id, subgraphs=True)
        )
        runs = runs_of(server, thread_id)
        before, raw = raw, _asked(server, thread_id, lambda client: client.threads.get(thread_id))
        if _stamp(before) == _stamp(raw):
            break
    try:
        return Looked(reading.thread(raw, state, runs), runs)
    except ValueError as error:
        raise _unreadable(server, error) from error


def head_of(server: Server, thread_id: str) -> reading.Head:
    """Where the thread stands, of one small request; raises as `look` does."""
    state = _asked(server, thread_id, lambda client: client.threads.get_state(thread_id))
    try:
        return reading.head(state)
    except ValueError as error:
        raise _unreadable(server, error) from error


def _unreadable(server: Server, error: ValueError) -> ThreadUnreadable:
    told = f"{server.name} tells nothing of this thread that can be read: {error}."
    return ThreadUnreadable(told)


def runs_of(server: Server, thread_id: str) -> Sequence[Run]:
    """The thread's latest runs, newest first."""
    found = _listed(server, thread_id, _RUNS, _FIELDS)
    try:
        return [run_of(each) for each in found]
    except ValueError as error:
        raise SourceError(f"{server.name} tells of runs that cannot be read: {error}.") from error


def ended_well(server: Server, thread_id: str) -> bool:
    """Whether the thread's last run ended by itself, and without an error."""
    found = _listed(server, thread_id, 1, ["status"])
    return all(isinstance(run, dict) and run.get("status") == "success" for run in found)


def status_of(server: Server, thread_id: str, run_id: str) -> str:
    """How a run stands; raises ThreadNotFound if the server does not know it, or its thread."""
    found = _asked(server, thread_id, lambda client: client.runs.get(thread_id, run_id))
    status = found.get("status")
    if not isinstance(status, str):
        raise SourceError(f"{server.name} does not tell how the run stands.")
    return status


def asked_before(server: Server, thread_id: str) -> tuple[Asked, ...]:
    """The questions that runs answered, oldest first, as far as checkpoints and runs are kept."""
    runs = runs_of(server, thread_id)
    answers = {key: value for run in reversed(runs) for key, value in run.answers.items()}
    if not answers:
        return ()
    history = _asked(
        server,
        thread_id,
        lambda client: client.threads.get_history(thread_id, limit=_HISTORY),
        kind=list,
    )
    found = [each for later, state in _pairs(history) for each in _told(state, later, answers)]
    return tuple(found[:_MOST_ASKED][::-1])


def _pairs(history: list[Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each checkpoint but the head, newest first, after the one that followed it."""
    states = [state for state in history if isinstance(state, dict)]
    return pairwise(states)


def _told(state: dict[str, Any], later: dict[str, Any], answers: dict[str, Any]) -> Iterator[Asked]:
    """The questions of a checkpoint that were answered; those that cannot be read are left out."""
    for task in state.get("tasks") or ():
        for raw in (task.get("interrupts") if isinstance(task, dict) else None) or ():
            try:
                asked = reading.interrupt(raw, str(task.get("name") or ""))
            except ValueError:
                continue
            if asked.id in answers:
                at = reading.time_of(later.get("created_at"))
                yield Asked(asked.value, asked.node, answers[asked.id], at)


def _listed(server: Server, thread_id: str, limit: int, fields: list[RunSelectField]) -> list[Any]:
    """The thread's runs as the server tells them, newest first; in part where it can do that."""
    from hitl_tui.backends.agent_server.failures import status_told

    able = server.abilities
    while True:
        selected = able.selects_of_runs
        select = fields if selected else None
        ask = partial(_runs, thread_id=thread_id, limit=limit, select=select)
        try:
            found: list[Any] = _asked(server, thread_id, ask, kind=list)
        except SourceError as error:
            if not able.ask_for_whole_runs(status_told(error), selected=selected):
                raise
        else:
            return found


def _runs(
    client: SyncLangGraphClient, thread_id: str, limit: int, select: list[RunSelectField] | None
) -> Any:
    return client.runs.list(thread_id, limit=limit, select=select)


def _asked(
    server: Server,
    thread_id: str,
    ask: Callable[[SyncLangGraphClient], Any],
    kind: type[Any] = dict,
) -> Any:
    """An answer of that kind; raises ThreadNotFound where the server knows no such thread.

    An id that is no UUID is no thread's, might lead to another path, and is not asked about.
    """
    from hitl_tui.backends.agent_server.failures import status_told

    if not is_uuid(thread_id):
        raise ThreadNotFound(f"{server.name} has no thread {thread_id}.")
    try:
        found = server.read(ask)
    except HitlError as error:
        if status_told(error) == 404:
            raise ThreadNotFound(f"{server.name} has no thread {thread_id}.") from error
        raise
    if not isinstance(found, kind):
        told = f"{server.name} answers what no Agent Server does."
        raise SourceError(told, hint="Check the address.")
    return found


def _stamp(raw: dict[str, Any]) -> tuple[Any, Any]:
    return raw.get("updated_at"), raw.get("status")
