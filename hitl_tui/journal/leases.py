"""Leases: who may send on a thread, until when, and why somebody may not any more.

Those given a `db` work in the transaction that it is in. A lease that ran out before anything was
sent is gone for good: whoever looks meanwhile may have decided by what they saw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hitl_tui.errors import Conflict, JournalError
from hitl_tui.journal.clock import ticking
from hitl_tui.journal.rows import lease_row, to_attempt
from hitl_tui.model.attempts import Attempt

if TYPE_CHECKING:
    from hitl_tui.journal.store import Store, Transaction

MINE = "WHERE attempt_id = :attempt_id AND resolved = 0 AND outcome IS NULL"
"""An attempt that is still its owner's: not settled, and nobody decided about it."""

_RENEW = f"UPDATE attempts SET lease_until = :lease_until, lease_tick = :lease_tick {MINE}"
_IN_TIME = " AND lease_tick > :tick"
_HELD = f"SELECT lease_tick FROM attempts {MINE}{_IN_TIME}"


def renewed(db: Transaction, attempt_id: str, lease: float, *, lapsed: bool) -> float | None:
    """Renew a lease; until when it holds, by `ticking()`, or None if it cannot be renewed.

    `lapsed` also renews one that ran out, of a run that is under way: if nobody decided about it,
    it is still the truth that it runs.
    """
    row = lease_row(lease)
    sql = _RENEW if lapsed else _RENEW + _IN_TIME
    values = {**row, "attempt_id": attempt_id, "tick": ticking()}
    return row["lease_tick"] if db.execute(sql, values).rowcount else None


def lasting(store: Store, attempt_id: str, lease: float) -> float | None:
    """Until when an attempt holds its thread, by `ticking()`, if that is half a lease at least.

    As long nobody else can decide about it, so a look is enough: there is nothing to write.
    """
    values = {"attempt_id": attempt_id, "tick": ticking() + lease / 2}
    for row in store.read(_HELD, values):
        return float(row["lease_tick"])
    return None


def lost(lease: float, *, decided: bool) -> Conflict:
    """Why an attempt's owner may not send: its lease ran out, and perhaps somebody `decided`."""
    why = f"This was held up for longer than its lease of {lease:g} seconds"
    if decided:
        why = "Another operator took over while this was held up"
    return Conflict(f"{why}; nothing was sent.", hint="Look at the thread again.")


def attempt_of(db: Transaction, attempt_id: str) -> Attempt:
    """The attempt as it stands; raises JournalError if the journal is not the one it began in."""
    for row in db.query("SELECT * FROM attempts WHERE attempt_id = ?", [attempt_id]):
        return to_attempt(row)
    raise JournalError("The journal was deleted or replaced: it does not know what was begun.")


def is_resolved(db: Transaction, attempt_id: str) -> bool:
    """Whether somebody decided about the attempt, or it ended in a way that is known."""
    sql = "SELECT resolved FROM attempts WHERE attempt_id = ?"
    return any(row["resolved"] for row in db.query(sql, [attempt_id]))
