"""Intents and their outcomes: all that is written of attempts, in transactions with its checks.

Apart from the `Journal`, because looking needs nothing of this.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from hitl_tui.errors import Conflict
from hitl_tui.journal import audit, leases
from hitl_tui.journal.batches import take_over
from hitl_tui.journal.clock import now
from hitl_tui.journal.doubts import restore, set_aside
from hitl_tui.journal.forgetting import drop_drafts, drop_secrets
from hitl_tui.journal.notes import refuse_claimed
from hitl_tui.journal.rows import to_attempt, to_row
from hitl_tui.journal.storable import storable
from hitl_tui.journal.store import Store, Transaction
from hitl_tui.journal.trail import Trail
from hitl_tui.masked_payload import gone
from hitl_tui.masks import Masks
from hitl_tui.model.attempts import Attempt
from hitl_tui.model.runs import Outcome
from hitl_tui.model.threads import NOTHING

_NEEDS_LOOK = (Outcome.IN_DOUBT, Outcome.CANCELLED)
_NOT_TAKEN = (Outcome.REFUSED, Outcome.CONFLICT)
_OF_THREAD = "SELECT * FROM attempts WHERE resolved = 0 AND thread_id = ? ORDER BY seq"


class Intents:
    """Writes to a journal; `lease` in seconds. What `masks` name is hidden in the trail."""

    def __init__(self, store: Store, lease: float, masks: Masks) -> None:
        self._store = store
        self.lease = lease
        self.trail = Trail(store, masks)

    def begin(
        self,
        attempt: Attempt,
        *,
        instead_of: str | None = None,
        pending: Collection[str] | None = None,
    ) -> None:
        """Take the lease and write the intent, in one transaction with the check that both may be.

        `instead_of` is an attempt in doubt that the operator looked at and decided to replace; it
        stands again if nothing is sent. An older doubt about another head, or about questions that
        are no longer among those `pending` on the same head, is settled by the source itself; its
        owner cannot send any more. Raises Conflict, naming who and since when, if an
        attempt on the thread is under way, one on the same head may have run, or another operator
        claims the thread; JournalError if it cannot be written.
        """
        with self._store.writing() as db:
            take_over(db, attempt.attempt_id)
            refuse_claimed(db, attempt.thread_id, attempt.operator)
            for other in map(to_attempt, list(db.query(_OF_THREAD, [storable(attempt.thread_id)]))):
                same = other.checkpoint_id == attempt.checkpoint_id and _asks(pending, other)
                if other.alive or (same and other.attempt_id != instead_of):
                    raise Conflict(taken(other))
                why = "replaced" if same else "the thread moved on"
                by = attempt.attempt_id if same else None
                set_aside(db, self.trail, other, attempt.operator, why, by)
            db.table("attempts").insert(to_row(attempt, self.lease))
            self.trail.intent(db, attempt)

    def hold(self, attempt_id: str) -> float:
        """See `Journal.hold`; nobody waits for the disk to look at a lease that lasts."""
        until = leases.lasting(self._store, attempt_id, self.lease)
        if until is not None:
            return until
        with self._store.writing() as db:
            until = leases.renewed(db, attempt_id, self.lease, lapsed=False)
            if until is None:
                leases.attempt_of(db, attempt_id)
                raise leases.lost(self.lease, decided=leases.is_resolved(db, attempt_id))
            return until

    def renew(self, attempt_id: str, *, sent: bool = True) -> bool:
        """See `Journal.renew`."""
        with self._store.writing() as db:
            leases.attempt_of(db, attempt_id)
            return leases.renewed(db, attempt_id, self.lease, lapsed=sent) is not None

    def settle(
        self,
        attempt_id: str,
        outcome: Outcome,
        reason: str = "",
        *,
        sent: bool = True,
        drift: Mapping[str, Any] = NOTHING,
        along: Callable[[], None] | None = None,
    ) -> bool:
        """See `Journal.settle`."""
        unsent = not sent or outcome in _NOT_TAKEN
        known = not sent or outcome not in _NEEDS_LOOK
        with self._store.writing(along) as db:
            attempt = leases.attempt_of(db, attempt_id)
            told = self._told(db, attempt, reason)
            ours = bool(db.execute(_SETTLE, {
                "outcome": outcome.value,
                "reason": storable(told),
                "settled_at": now(),
                "resolved": int(known),
                "drift": json.dumps(dict(drift)) if drift else None,
                "attempt_id": attempt_id,
            }).rowcount)  # fmt: skip
            data = {"outcome": outcome.value, "reason": told, "sent": sent}
            self.trail.tell(db, "outcome" if ours else "late outcome", attempt, data)
            if ours and unsent:
                restore(db, self.trail, attempt)
            elif ours and known:
                drop_drafts(db, attempt)
            if ours and known:
                drop_secrets(db, attempt, self.trail)
            return ours

    def resolve(self, attempt_id: str, operator: str = "", why: str = "abandoned") -> None:
        """See `Journal.resolve`."""
        with self._store.writing() as db:
            attempt = leases.attempt_of(db, attempt_id)
            if attempt.alive:
                raise Conflict(taken(attempt))
            set_aside(db, self.trail, attempt, operator or attempt.operator, why)
            drop_secrets(db, attempt, self.trail)

    def _told(self, db: Transaction, attempt: Attempt, reason: str) -> str:
        """A reason without what is masked of the answers."""
        if not self.trail.hides:
            return reason
        return gone(attempt.answers, self.trail.shown(db, attempt)).hide(reason)

    def choose_graph(self, thread_id: str, graph_id: str, operator: str) -> None:
        """Remember which graph a thread belongs to; what another one refused no longer counts."""
        key = storable(thread_id)
        row = {"thread_id": key, "graph_id": graph_id, "operator": storable(operator)}
        with self._store.writing() as db:
            db.table("graph_choices").insert(row | {"chosen_at": now()}, replace=True)
            db.execute("UPDATE attempts SET drift = NULL WHERE thread_id = ?", [key])
            audit.append(db, "graph", thread_id, operator, {"graph_id": graph_id})


def _asks(pending: Collection[str] | None, other: Attempt) -> bool:
    """Whether what an attempt was sent to is still asked, on the head that it saw."""
    return pending is None or not other.answers or not other.answers.keys().isdisjoint(pending)


def taken(other: Attempt) -> str:
    """Who is at a thread, or left it in doubt, and since when."""
    since = other.begun_at.astimezone().strftime("%H:%M:%S on %Y-%m-%d")
    if other.alive:
        return f"{other.operator} on {other.owner.host} has been at this thread since {since}."
    return (
        f"Nobody knows what became of the {other.verb.value} that {other.operator} sent at {since}."
        " Look at the thread, then retry, re-open or abandon it."
    )


_SETTLE = f"""
    UPDATE attempts SET outcome = :outcome, reason = :reason, settled_at = :settled_at,
        resolved = :resolved, drift = :drift {leases.MINE}
"""
