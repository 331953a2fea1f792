"""Batches in the journal: what is to be sent to which threads, kept before any of it is sent.

What became of a member is told by its attempt alone. The intent of an attempt takes the member's
value over, in the same transaction: from then on the member cannot be sent again, by nobody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hitl_tui.errors import Conflict, UsageError
from hitl_tui.journal.clock import now
from hitl_tui.journal.rows import to_attempt
from hitl_tui.journal.storable import storable
from hitl_tui.journal.store import Store, Transaction
from hitl_tui.model.batches import Batch, Member
from hitl_tui.model.runs import Outcome

_MEMBERS = "SELECT * FROM batch_members WHERE batch_id = ? ORDER BY seq"
_MEMBER = "SELECT * FROM batch_members WHERE attempt_id = ?"
_ATTEMPTS = """
    SELECT * FROM attempts WHERE attempt_id IN
        (SELECT attempt_id FROM batch_members WHERE batch_id = ?)
"""
_BATCHES = """
    SELECT b.*, count(m.seq) AS size, count(
        CASE WHEN m.value IS NOT NULL AND m.outcome IS NULL THEN 1 END
    ) AS waiting
    FROM batches b JOIN batch_members m USING (batch_id) GROUP BY b.batch_id ORDER BY b.begun_at
"""
_REFUSED = "UPDATE batch_members SET outcome = ?, reason = ? WHERE attempt_id = ?"
_BEGUN = "UPDATE batch_members SET value = NULL, outcome = NULL WHERE attempt_id = ?"
_KNOWN = "SELECT 1 FROM attempts WHERE attempt_id = ?"


class Batches:
    """Access to the batches of a journal; raises JournalError where it cannot be used."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, batch_id: str, operator: str, what: str, members: Sequence[Member]) -> None:
        """Write a batch with its members down; nothing of them is sent yet."""
        head = {"operator": storable(operator), "what": storable(what), "begun_at": now()}
        rows = [_row(batch_id, seq, member) for seq, member in enumerate(members)]
        with self._store.writing() as db:
            db.table("batches").insert({"batch_id": batch_id, **head})
            for row in rows:
                db.table("batch_members").insert(row)

    def all(self) -> Sequence[Batch]:
        """Every batch, oldest first."""
        return [_batch(row) for row in self._store.read(_BATCHES)]

    def get(self, batch_id: str) -> Batch:
        """One batch; raises UsageError if there is none of that id."""
        for batch in self.all():
            if batch.batch_id == batch_id:
                return batch
        raise UsageError(f"There is no batch {batch_id} here.")

    def members(self, batch_id: str) -> Sequence[Member]:
        """A batch's members in order, each as it stands now."""
        rows = self._store.read(_MEMBERS, [batch_id])
        attempts = {row["attempt_id"]: row for row in self._store.read(_ATTEMPTS, [batch_id])}
        return [_member(row, attempts.get(row["attempt_id"])) for row in rows]

    def member(self, attempt_id: str) -> Member:
        """One member as it stands now."""
        row = self._store.read(_MEMBER, [attempt_id])[0]
        attempts = self._store.read("SELECT * FROM attempts WHERE attempt_id = ?", [attempt_id])
        return _member(row, attempts[0] if attempts else None)

    def refuse(self, attempt_id: str, outcome: Outcome, reason: str) -> None:
        """Say why a member was not sent; it may be tried again."""
        with self._store.writing() as db:
            db.execute(_REFUSED, [outcome.value, storable(reason), attempt_id])


def take_over(db: Transaction, attempt_id: str) -> None:
    """An attempt begins in this transaction; Conflict if it did before: it is made only once."""
    if list(db.query(_KNOWN, [attempt_id])):
        raise Conflict("This was begun before, and is not sent again.")
    db.execute(_BEGUN, [attempt_id])


def _row(batch_id: str, seq: int, member: Member) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "seq": seq,
        "attempt_id": member.attempt_id,
        "thread_id": member.thread_id,
        "interrupt_id": member.interrupt_id,
        "checkpoint_id": member.checkpoint_id,
        "value": json.dumps(member.value),
        "asked": member.asked,
        "outcome": None,
        "reason": "",
    }


def _member(row: Mapping[str, Any], attempt: Mapping[str, Any] | None) -> Member:
    place = (row["attempt_id"], row["thread_id"], row["interrupt_id"], row["checkpoint_id"])
    if attempt is None:
        value = json.loads(row["value"]) if row["value"] is not None else None
        outcome = Outcome(row["outcome"]) if row["outcome"] else None
        asked = row.get("asked") or ""
        return Member(*place, value, outcome=outcome, reason=row["reason"], asked=asked)
    told = to_attempt(attempt)
    outcome = told.outcome if told.outcome or told.alive else Outcome.IN_DOUBT
    value = told.answers.get(row["interrupt_id"])
    return Member(*place, value, True, told.alive, outcome, told.reason)


def _batch(row: Mapping[str, Any]) -> Batch:
    begun = datetime.fromisoformat(row["begun_at"])
    name = (row["batch_id"], row["operator"])
    return Batch(*name, begun, row["what"], row["size"], row["waiting"])
