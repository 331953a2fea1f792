"""A batch carried out: a few of its members at a time, each through the one ordinary send."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from queue import SimpleQueue
from threading import Event, Thread

from hitl_tui.errors import Conflict, HitlError, JournalError, UsageError
from hitl_tui.inbox import Inbox
from hitl_tui.lining import Line, Taken
from hitl_tui.model.batches import Member
from hitl_tui.model.runs import EventType, Outcome, RunEvent
from hitl_tui.model.threads import ThreadState
from hitl_tui.relaying import Relay

Feed = Callable[[RunEvent], object]
"""Takes the events of runs."""


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


class _Carriers:
    """Threads that take members from one line until it is empty or they are told to stop."""

    def __init__(
        self, inbox: Inbox, members: Sequence[Member], stop: Event | None, feed: Feed
    ) -> None:
        self._inbox = inbox
        self._feed = feed
        self._count = len(members)
        self._line = Line(inbox, members)
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
        """One after the other; whatever goes wrong, what was begun is carried to its end."""
        relay = None if stop_at_failure else Relay(self._line, self._stop)
        try:
            taken = self._taken()
            while taken is not None:
                try:
                    ended = self._sent(taken, relay)
                    if stop_at_failure and ended.failed:
                        self._stop.set()
                    self._told.put(ended)
                except BaseException as error:  # noqa: BLE001 - raised where the batch is followed
                    self._stop.set()
                    self._told.put(error)
                taken = (relay and relay.taken()) or self._taken()
        except BaseException as error:  # noqa: BLE001 - as above
            self._stop.set()
            self._told.put(error)
        finally:
            self._told.put(None)

    def _taken(self) -> Taken | None:
        return None if self._stop.is_set() else self._line.take()

    def _sent(self, taken: Taken, relay: Relay | None) -> Member:
        """Send one member and tell how its run ended; JournalError is raised."""
        member, send = taken
        try:
            if isinstance(send, HitlError):
                raise send
            end = self._end(send(relay))
        except JournalError:
            raise
        except HitlError as error:
            batches = self._inbox.batches
            outcome = Outcome.CONFLICT if isinstance(error, Conflict) else Outcome.REFUSED
            batches.refuse(member.attempt_id, outcome, str(error))
            return batches.member(member.attempt_id)
        outcome, reason = Outcome(str(end["outcome"])), str(end.get("reason") or "")
        return replace(member, begun=True, outcome=outcome, reason=reason)

    def _end(self, events: Iterator[RunEvent]) -> Mapping[str, object]:
        """Follow a run; what its end tells. While it runs, the next members are looked at."""
        end: Mapping[str, object] = {}
        for number, event in enumerate(events):
            self._feed(event)
            if event.type is EventType.END:
                end = event.data
            elif number == 0:
                self._line.look_ahead()
        return end


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
