"""The rows of a server's queue: which a query means, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hitl_tui.backends.agent_server import reading
from hitl_tui.backends.priority import priority
from hitl_tui.backends.words import Describe, fold, words
from hitl_tui.model.threads import Interrupt, Query, Sort, ThreadState, ThreadSummary

_NEVER = datetime.min.replace(tzinfo=UTC)
_STATES = tuple(ThreadState)
_SURE = {ThreadState.RUNNING, ThreadState.DONE}


@dataclass(slots=True, eq=False)
class Row:
    """A thread in the queue. `stamp` differs whenever the server changed it.

    `summary` is what its row tells; it is `sure` unless only a look at the thread tells its state.
    A row that asks is `checked` once its thread's last run is known: one that another program
    stopped may have taken the answer, and its row still asks.
    """

    stamp: tuple[str, str]
    summary: ThreadSummary
    sure: bool
    described: tuple[str, str] | None = None
    checked: bool = False

    @property
    def thread_id(self) -> str:
        """The thread's id."""
        return self.summary.thread_id

    def learn(self, summary: ThreadSummary) -> None:
        """Keep what a look at the thread found out. Doing it twice does no harm."""
        self.summary, self.sure, self.checked, self.described = summary, True, True, None

    @property
    def wants_check(self) -> bool:
        """Whether it asks, and nobody looked yet how its thread's last run ended."""
        return self.summary.state is ThreadState.OPEN and not self.checked

    def told(self, describe: Describe) -> tuple[str, str]:
        """The kind of its first question, and its words as they are searched."""
        if self.described is None:
            asked = self.summary.interrupts
            kind, title = describe(asked[0]) if asked else ("", "")
            self.described = kind, words(self.summary, title)
        return self.described


def row_of(raw: Any) -> Row:
    """A thread as a search tells it; raises ValueError if it has not even an id."""
    if not isinstance(raw, dict):
        raise ValueError("a thread is no object")
    thread_id, status = reading.text(raw, "thread_id"), str(raw.get("status"))
    stamp = (str(raw.get("updated_at")), status)
    try:
        asked = _asked(raw.get("interrupts"))
    except ValueError as error:
        reason = f"The server tells no question that can be read: {error}."
        unread = ThreadSummary(thread_id, ThreadState.UNREADABLE, reason)
        return Row(stamp, unread, sure=True)
    written = reading.time_of(raw.get("updated_at"))
    state, sure = _state(status, asked)
    metadata = raw.get("metadata")
    summary = ThreadSummary(
        thread_id=thread_id,
        state=state,
        reason="The server is running it." if state is ThreadState.RUNNING else "",
        graph_id=reading.graph_of(raw),
        waiting_since=written if asked and state is not ThreadState.DONE else None,
        updated_at=written,
        interrupts=asked if state is not ThreadState.DONE else (),
        priority=priority(metadata if isinstance(metadata, dict) else {}, asked),
    )
    return Row(stamp, summary, sure)


def _state(status: str, asked: tuple[Interrupt, ...]) -> tuple[ThreadState, bool]:
    """The state that a row tells, and whether it is sure.

    A run that failed or was stopped may have taken an answer, which only the thread's runs tell. It
    leaves a row whose status is an error, or that tells no question.
    """
    if status == reading.BUSY:
        return ThreadState.RUNNING, True
    if status == reading.IDLE and not asked:
        return ThreadState.DONE, True
    if status == reading.INTERRUPTED and asked:
        return ThreadState.OPEN, True
    return (ThreadState.OPEN if asked else ThreadState.PAUSED), False


def _asked(found: Any) -> tuple[Interrupt, ...]:
    """The questions of a row: lists by task, each question once."""
    tasks = found if isinstance(found, dict) else {}
    asked = [
        reading.interrupt(each, task_id=task)
        for task, questions in tasks.items()
        for each in (questions if isinstance(questions, list) else ())
    ]
    return tuple({interrupt.id: interrupt for interrupt in asked}.values())


def unsure(rows: Iterable[Row], query: Query) -> list[Row]:
    """The rows that must be looked at before the query's rows can be told."""
    if query.states and query.states <= _SURE:
        return []
    found = (row for row in rows if not row.sure and query.holds(row.thread_id))
    return [row for row in found if _known(row, query) is None]


def matching(rows: Iterable[Row], query: Query, describe: Describe) -> list[Row]:
    """The rows of the query, in its order."""
    sought = fold(query.search)
    found = [
        row
        for row in rows
        if query.holds(row.thread_id)
        and (not query.states or state_of(row, query) in query.states)
        and (query.graph is None or (row.summary.graph_id or "") == query.graph)
        and (query.kind is None or row.told(describe)[0] == query.kind)
        and _in_time(row, query)
        and (not sought or sought in row.told(describe)[1])
    ]
    found.sort(key=_waiting)
    if query.sort is not Sort.WAITING:
        found.sort(key=lambda row: _sorted_by(row, query, describe))
    return found[::-1] if query.backwards else found


def state_of(row: Row, query: Query) -> ThreadState:
    """The row's state as the caller of the query knows it."""
    return _known(row, query) or row.summary.state


def _known(row: Row, query: Query) -> ThreadState | None:
    return query.overlay.get(row.thread_id)


def _in_time(row: Row, query: Query) -> bool:
    written = row.summary.updated_at or _NEVER
    if query.since is not None and written < query.since:
        return False
    return query.until is None or written <= query.until


def _waiting(row: Row) -> tuple[int, float, str]:
    """Those that ask, oldest first, then the others, newest first."""
    written = (row.summary.updated_at or _NEVER).timestamp()
    asks = bool(row.summary.interrupts)
    return (0, written, row.thread_id) if asks else (1, -written, row.thread_id)


def _sorted_by(row: Row, query: Query, describe: Describe) -> tuple[Any, ...]:
    """The order beside which the queue's own one decides among equals."""
    found = row.summary
    match query.sort:
        case Sort.AGE:
            return ((found.updated_at or _NEVER).timestamp(), found.thread_id)
        case Sort.GRAPH:
            return (found.graph_id is None, found.graph_id or "")
        case Sort.KIND:
            kind = row.told(describe)[0]
            return (not kind, kind)
        case Sort.STATE:
            return (_STATES.index(state_of(row, query)),)
        case _:
            own = found.priority
            given = query.priorities.get(found.graph_id or "", 0.0)
            return (-(given if own is None else own),)
