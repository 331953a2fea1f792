"""Attempts in doubt that somebody decides about: set aside, replaced, and in doubt again.

A doubt that was replaced stands again when what was to replace it turns out not to be sent: then
it is as unknown as before what became of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hitl_tui.journal.rows import to_attempt
from hitl_tui.journal.trail import Trail
from hitl_tui.model.attempts import Attempt

if TYPE_CHECKING:
    from hitl_tui.journal.store import Transaction

_ASIDE = "UPDATE attempts SET resolved = 1, replaced_by = ? WHERE attempt_id = ?"
_REPLACED = "SELECT * FROM attempts WHERE replaced_by = ?"
_AGAIN = "UPDATE attempts SET resolved = 0, replaced_by = NULL WHERE replaced_by = ?"


def set_aside(
    db: Transaction, trail: Trail, doubt: Attempt, operator: str, why: str, by: str | None = None
) -> None:
    """The doubt no longer stands in the way, and its owner may not send; `by` replaces it."""
    db.execute(_ASIDE, [by, doubt.attempt_id])
    data = {"of": doubt.operator, "why": why, "by": operator}
    trail.tell(db, "set aside", doubt, data, operator)


def restore(db: Transaction, trail: Trail, unsent: Attempt) -> None:
    """Nothing was sent: what the attempt had replaced is in doubt as before."""
    for doubt in map(to_attempt, list(db.query(_REPLACED, [unsent.attempt_id]))):
        trail.tell(db, "in doubt again", doubt, {"unsent": unsent.attempt_id}, unsent.operator)
    db.execute(_AGAIN, [unsent.attempt_id])
