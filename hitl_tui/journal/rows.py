"""Attempts as rows of the journal's table, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hitl_tui.journal.owner import alive
from hitl_tui.model.attempts import Attempt, Owner
from hitl_tui.model.runs import Outcome, Verb


def to_row(attempt: Attempt) -> dict[str, Any]:
    """The row of an attempt that begins: nothing is known of its end."""
    return {
        "attempt_id": attempt.attempt_id,
        "thread_id": storable(attempt.thread_id),
        "verb": attempt.verb.value,
        "checkpoint_id": attempt.checkpoint_id,
        "answers": json.dumps(dict(attempt.answers)),
        "operator": storable(attempt.operator),
        "host": attempt.owner.host,
        "pid": attempt.owner.pid,
        "started": attempt.owner.started,
        "begun_at": attempt.begun_at.isoformat(),
        "resolved": 0,
    }


def to_attempt(row: Mapping[str, Any]) -> Attempt:
    """The attempt of a row, with whether its owner lives now."""
    owner = Owner(row["host"], row["pid"], row["started"])
    return Attempt(
        attempt_id=row["attempt_id"],
        thread_id=row["thread_id"],
        verb=Verb(row["verb"]),
        operator=row["operator"],
        owner=owner,
        begun_at=datetime.fromisoformat(row["begun_at"]),
        checkpoint_id=row["checkpoint_id"],
        answers=json.loads(row["answers"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        reason=row["reason"] or "",
        alive=row["outcome"] is None and alive(owner),
    )


def storable(text: str) -> str:
    """SQLite stores UTF-8, which cannot hold a lone surrogate."""
    return text.encode("utf-8", "replace").decode()
