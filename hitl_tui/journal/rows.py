"""Attempts as rows of the journal's table, and back."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hitl_tui.journal.clock import ticking
from hitl_tui.journal.owner import holds, silence
from hitl_tui.journal.storable import storable
from hitl_tui.model.attempts import Attempt, Owner
from hitl_tui.model.runs import Outcome, Verb
from hitl_tui.model.threads import NOTHING


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
        "place": attempt.owner.place,
        "begun_at": attempt.begun_at.isoformat(),
        "resolved": 0,
    }


def to_attempt(row: Mapping[str, Any]) -> Attempt:
    """The attempt of a row, with whether its owner lives now; older rows lack some columns."""
    owner = Owner(row["host"], row["pid"], row["started"], row.get("place") or "")
    untold = row["outcome"] is None
    holding = untold and holds(owner, row.get("lease_until"), row.get("lease_tick"))
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
        reason=row["reason"] or (silence(owner) if untold and not holding else ""),
        alive=holding,
        drift=json.loads(row["drift"]) if row.get("drift") else NOTHING,
        unsent=bool(row.get("unsent")),
    )


def lease_row(lease: float) -> dict[str, float]:
    """The columns of a lease that holds for so many seconds from now."""
    return {"lease_until": time.time() + lease, "lease_tick": ticking() + lease}
