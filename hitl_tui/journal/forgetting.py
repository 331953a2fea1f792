"""What is not kept once an attempt's end is known: its drafts, and the secrets in its answers.

Until then the full answer stands in the journal whatever the masks say, to be sent again if an
operator decides so. The file is its owner's alone, and what is deleted in it is overwritten.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hitl_tui.journal.rows import to_attempt
from hitl_tui.journal.storable import storable
from hitl_tui.model.attempts import Attempt

if TYPE_CHECKING:
    from hitl_tui.journal.store import Transaction
    from hitl_tui.journal.trail import Trail

_ANSWERS = """
    SELECT * FROM attempts
    WHERE resolved = 1 AND (attempt_id = ? OR replaced_by = ?)
"""
_MASKED = "UPDATE attempts SET answers = ? WHERE seq = ?"
_DRAFT = "DELETE FROM drafts WHERE thread_id = ? AND interrupt_id = ? AND operator = ?"


def drop_drafts(db: Transaction, attempt: Attempt) -> None:
    """The answers were taken: their operator needs no draft of them, and others keep theirs."""
    for interrupt_id in attempt.answers:
        key = [storable(attempt.thread_id), interrupt_id, storable(attempt.operator)]
        db.execute(_DRAFT, key)


def drop_secrets(db: Transaction, attempt: Attempt, trail: Trail) -> None:
    """Neither it nor what it replaced is sent again: of both is kept what the trail tells."""
    if not trail.hides:
        return
    key = [attempt.attempt_id] * 2
    for row in list(db.query(_ANSWERS, key)):
        db.execute(_MASKED, [json.dumps(trail.shown(db, to_attempt(row))), row["seq"]])
