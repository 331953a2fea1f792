"""A batch carried out: a few of its members at a time, each through the one ordinary send."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from queue import SimpleQueue
from threading import Event, Lock, Thread

from hitl_tui.errors import Conflict, HitlError, JournalError, UsageError
from hitl_tui.inbox import Inbox
from hitl_tui.model.batches import Member
from hitl_tui.model.runs import EventType, Outcome, RunEvent
from hitl_tui.model.threads import ThreadState
from hitl_tui.sending import Send

Feed = Callable[[RunEvent], object]
"""Takes the events of runs."""

_AHEAD = 16  # members that are looked at together
_FRESH = 1.0  # seconds for which a look counts


def carry(
    inbox: Inbox,
    batch_id: str,
    *,
    at_once: int,
    stop_at_failure: bool = False,
    stop: Event | None = None,
    feed: Feed = lambda event: None,
) -> Iterator[Member]:
    """Send what of a batch never began, `at_once` at a time; each member as it stands at its end.

    Those that began before come first and are only told: nothing is sent twice, whoever carries
    the batch beside us. `stop` begins no more, and lets those under way end; a failure does the
    same with `stop_at_failure`, and so does a journal that cannot be written, which is raised.
    `feed` is given every event of every run as it comes, from any thread. Raises Conflict if
    another operator decided the batch.
    """
    if inbox.read_only:
        raise UsageError("This is a read-only look: nothing can be sent.")
    batch = inbox.batches.get(batch_id)
    if batch.operator != inbox.notes.operator:
        raise Conflict(f"{batch.operator} decided this batch: only they can go on with it.")
    members = inbox.batches.members(batch_id)
    yield from (_as_shown(inbox, member) for member in members if member.begun)
    carriers = _Carriers(inbox, [member for member in members if not member.begun], stop, feed)
    yield from carriers.run(at_once, stop_at_failure=stop_at_failure)


class _Line:
    """Members still to be sent, in order; a few at a time are looked at, ahead of their turn."""

    def __init__(self, inbox: Inbox, members: Sequence[Member]) -> None:
        self._inbox = inbox
        self._left = deque(members)
        self._ready: deque[tuple[Member, Send | HitlError]] = deque()
        self._looked = 0.0
        self._lock = Lock()

    def take(self) -> tuple[Member, Send | HitlError] | None:
        """The next member and what sends it, or why it cannot be sent; None if all are gone.

        What was looked at too long ago is looked at again.
        """
        with self._lock:
            if not self._ready:
                several = [self._left.popleft() for _ in range(min(_AHEAD, len(self._left)))]
                self._looked = time.monotonic()
                self._ready.extend(zip(several, self._readied(several), strict=True))
            if not self._ready:
                return None
            member, found = self._ready.popleft()
            is_old = time.monotonic() - self._looked > _FRESH
        return member, (self._readied([member])[0] if is_old else found)

    def _readied(self, members: Sequence[Member]) -> Sequence[Send | HitlError]:
        return self._inbox.several.ready(members) if members else ()


class _Carriers:
    """Threads that take members from one line until it is empty or they are told to stop."""

    def __init__(
        self, inbox: Inbox, members: Sequence[Member], stop: Event | None, feed: Feed
    ) -> None:
        self._inbox = inbox
        self._feed = feed
        self._count = len(members)
        self._line = _Line(inbox, members)
        self._stop = stop or Event()
        self._told: SimpleQueue[Member | BaseException | None] = SimpleQueue()

    def run(self, at_once: int, *, stop_at_failure: bool) -> Iterator[Member]:
        """Each member as it ends; raises, when all have ended, what went wrong with the journal."""
        working = min(at_once, self._count)
        for number in range(working):
            Thread(target=self._work, args=(stop_at_failure,), daemon=True,
                   name=f"batch-{number}").start()  # fmt: skip
        fault: BaseException | None = None
        try:
            while working:
                told = self._told.get()
                if told is None:
                    working -= 1
                elif isinstance(told, Member):
                    yield told
                else:
                    fault = fault or told
        finally:
            self._stop.set()
        if fault is not None:
            raise fault

    def _work(self, stop_at_failure: bool) -> None:
        try:
            while not self._stop.is_set() and (taken := self._line.take()) is not None:
                ended = _sent(self._inbox, *taken, self._feed)
                if stop_at_failure and ended.failed:
                    self._stop.set()
                self._told.put(ended)
        except BaseException as error:  # noqa: BLE001 - raised where the batch is followed
            self._stop.set()
            self._told.put(error)
        finally:
            self._told.put(None)


def _sent(inbox: Inbox, member: Member, send: Send | HitlError, feed: Feed) -> Member:
    """Send one member, follow its run to the end, and tell how that was; JournalError is raised."""
    end: dict[str, object] = {}
    try:
        if isinstance(send, HitlError):
            raise send
        for event in send():
            feed(event)
            if event.type is EventType.END:
                end = dict(event.data)
    except JournalError:
        raise
    except HitlError as error:
        outcome = Outcome.CONFLICT if isinstance(error, Conflict) else Outcome.REFUSED
        inbox.batches.refuse(member.attempt_id, outcome, str(error))
        return inbox.batches.member(member.attempt_id)
    told = {"outcome": Outcome(str(end["outcome"])), "reason": str(end.get("reason") or "")}
    return replace(member, begun=True, **told)  # type: ignore[arg-type]  # as named above


def _as_shown(inbox: Inbox, member: Member) -> Member:
    """A member that began before; of one whose end nobody knows also what its thread shows."""
    if member.outcome is not Outcome.IN_DOUBT:
        return member
    with suppress(HitlError):
        thread = inbox.open(member.thread_id).thread
        if thread.state is not ThreadState.IN_DOUBT:
            shown = f"{member.reason.rstrip('.')}. Its thread is {thread.state.label} now."
            return replace(member, reason=shown)
    return member
