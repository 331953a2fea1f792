"""The rows of a server's queue: which a query means, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from hitl_tui.backends.agent_server import reading
from hitl_tui.backends.agent_server.reading import Head
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
    stopped may have taken the answer, and its row still asks. It is `whole` once the thread's head
    is known, of which a search tells nothing. One that is too much to be read in passing has a
    `size` in bytes.
    """

    stamp: tuple[str, str]
    summary: ThreadSummary
    sure: bool
    described: tuple[str, str] | None = None
    checked: bool = False
    whole: bool = False
    size: int = 0
    thread_id: str = field(init=False)
    state: ThreadState = field(init=False)
    order: tuple[int, float, str] = field(init=False)

    def __post_init__(self) -> None:
        self._note()

    def learn(self, summary: ThreadSummary) -> None:
        """Keep what a look at the thread found out. Doing it twice does no harm."""
        self.summary, self.described = summary, None
        self.sure = self.checked = self.whole = True
        self._note()

    def place(self, head: Head) -> bool:
        """Keep where its thread stands; False, and nothing is kept, if the row tells otherwise."""
        asked = self.summary.interrupts
        if {interrupt.id for interrupt in asked} != head.nodes.keys():
            return False
        if self.state is ThreadState.DONE and head.next:
            return False
        self.summary = replace(
            self.summary,
            checkpoint_id=head.checkpoint_id,
            interrupts=tuple(replace(each, node=head.nodes[each.id]) for each in asked),
            next=head.next,
        )
        self.whole = True
        return True

    def _note(self) -> None:
        """What a queue of many threads asks for most: their ids, states and places."""
        self.thread_id, self.state = self.summary.thread_id, self.summary.state
        self.order = _waiting(self.summary)

    @property
    def status(self) -> str:
        """The thread's status as the server calls it."""
        return self.stamp[1]

    @property
    def is_known(self) -> bool:
        """Whether its state is, or all but certain: it asks, and is still being read."""
        return not self.summary.unread or self.state is ThreadState.OPEN

    @property
    def wants_check(self) -> bool:
        """Whether it asks, and nobody looked yet how its thread's last run ended."""
        return self.state is ThreadState.OPEN and not self.checked and not self.summary.unread

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
    changed = reading.time_of(raw.get("updated_at"))  # its metadata alone, too
    written = reading.time_of(raw.get("state_updated_at")) or changed
    state, sure = _state(status, asked, told=isinstance(raw.get("interrupts"), dict))
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


def _state(status: str, asked: tuple[Interrupt, ...], *, told: bool) -> tuple[ThreadState, bool]:
    """The state that a row tells, and whether it is sure.

    A run that failed or was stopped may have taken an answer, which only the thread's runs tell. It
    leaves a row whose status is an error, or that tells no question. A thread that was copied is
    idle, whatever it asks, and its row has nothing `told` of questions.
    """
    if status == reading.BUSY:
        return ThreadState.RUNNING, True
    if status == reading.IDLE and told and not asked:
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
    found = [row for row in rows if not row.sure]
    return [r for r in found if r.thread_id not in query.overlay and query.holds(r.thread_id)]


def matching(rows: Iterable[Row], query: Query, describe: Describe) -> list[Row]:
    """Those of the rows, which stand in the queue's order, that the query means, in its order.

    Each condition is one pass: most queries have one or two.
    """
    states, overlay = query.states, query.overlay
    if not states:
        found = list(rows)
    elif overlay:
        found = [row for row in rows if overlay.get(row.thread_id, row.state) in states]
    else:
        found = [row for row in rows if row.state in states]
    if query.snoozed is not None or query.among is not None or query.beside:
        found = [row for row in found if query.holds(row.thread_id)]
    if query.graph is not None:
        found = [row for row in found if (row.summary.graph_id or "") == query.graph]
    if query.kind is not None:
        found = [row for row in found if row.told(describe)[0] == query.kind]
    if query.since is not None or query.until is not None:
        found = [row for row in found if _in_time(row, query)]
    if query.search:
        sought = fold(query.search)
        found = [row for row in found if sought in row.told(describe)[1]]
    if query.sort is not Sort.WAITING:
        found.sort(key=lambda row: _sorted_by(row, query, describe))
    return found[::-1] if query.backwards else found


def state_of(row: Row, query: Query) -> ThreadState:
    """The row's state as the caller of the query knows it."""
    return query.overlay.get(row.thread_id, row.state)


def _in_time(row: Row, query: Query) -> bool:
    written = row.summary.updated_at or _NEVER
    if query.since is not None and written < query.since:
        return False
    return query.until is None or written <= query.until


def _waiting(found: ThreadSummary) -> tuple[int, float, str]:
    """Those that ask, oldest first, then the others, newest first."""
    written = (found.updated_at or _NEVER).timestamp()
    if found.interrupts or found.waiting_since:
        return (0, written, found.thread_id)
    return (1, -written, found.thread_id)


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
            given = query.priorities.get(found.graph_id or "", 0.0)
            return (-(given if found.priority is None else found.priority),)
