"""Attempts as rows of the journal's table, and back."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hitl_tui.journal.clock import ticking
from hitl_tui.journal.owner import holds
from hitl_tui.model.attempts import Attempt, Owner
from hitl_tui.model.runs import Outcome, Verb


def to_row(attempt: Attempt, lease: float) -> dict[str, Any]:
    """The row of an attempt that begins and holds for `lease` seconds: its end is not known."""
    return lease_row(lease) | {
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
        alive=row["outcome"] is None and holds(owner, row["lease_until"], row["lease_tick"]),
    )


def lease_row(lease: float) -> dict[str, float]:
    """The columns of a lease that holds for so many seconds from now."""
    return {"lease_until": time.time() + lease, "lease_tick": ticking() + lease}


def storable(text: str) -> str:
    """SQLite stores UTF-8, which cannot hold a lone surrogate."""
    return text.encode("utf-8", "replace").decode()
