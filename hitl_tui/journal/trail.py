"""What the audit trail is told of, and what it tells."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hitl_tui.journal import audit
from hitl_tui.journal.storable import storable
from hitl_tui.journal.store import Store, Transaction
from hitl_tui.masked_payload import MaskedPayload
from hitl_tui.masks import Masks
from hitl_tui.model.attempts import Attempt

_DRAFT = "SELECT saved_at FROM drafts WHERE thread_id = ? AND interrupt_id = ? AND operator = ?"
_UNTOLD = """
    SELECT attempt_id FROM attempts
    WHERE attempt_id NOT IN (SELECT attempt_id FROM audit WHERE kind = 'intent')
    AND seq > (
        SELECT min(seq) FROM attempts
        WHERE attempt_id IN (SELECT attempt_id FROM audit WHERE kind = 'intent')
    )
    ORDER BY seq
"""
"""Attempts without their row in the trail, those aside that are older than the trail itself."""


_INTENT = "SELECT data FROM audit WHERE attempt_id = ? AND kind = 'intent'"
_OUTCOMES = "SELECT attempt_id, data FROM audit WHERE thread_id = ? AND kind = 'outcome'"


def unsent(store: Store, thread_id: str) -> frozenset[str]:
    """The attempts on a thread of which nothing was sent, as their outcomes tell."""
    rows = store.read(_OUTCOMES, [thread_id])
    return frozenset(row["attempt_id"] for row in rows if not json.loads(row["data"])["sent"])


class Trail:
    """The audit trail of a journal; what `masks` name is never written there."""

    def __init__(self, store: Store, masks: Masks) -> None:
        self._store = store
        self._masks = masks

    @property
    def hides(self) -> bool:
        """Whether anything is masked."""
        return bool(self._masks)

    def rows(self, thread_id: str | None = None) -> Sequence[dict[str, Any]]:
        """The rows in order, of one thread or of all; their `data` is JSON."""
        rows = self._store.read(audit.ROWS)
        return [row for row in rows if thread_id is None or row["thread_id"] == storable(thread_id)]

    def faults(self) -> Sequence[str]:
        """What is wrong with the trail, a sentence each; nothing if it is intact."""
        if not self._store.exists():
            return ["There is no trail: nothing was ever sent from here, or it was removed."]
        rows, heads, untold = self._store.reads(audit.ROWS, audit.HEAD, _UNTOLD)
        found = list(audit.faults(rows, heads[0] if heads else None))
        return found + [f"The intent of attempt {row['attempt_id']} is missing." for row in untold]

    def intent(self, db: Transaction, attempt: Attempt) -> None:
        """An attempt begins: what was proposed, and what will be sent."""
        data = {
            "verb": attempt.verb.value,
            "checkpoint_id": attempt.checkpoint_id,
            "pid": attempt.owner.pid,
            "asked": {key: self._asked(each) for key, each in attempt.asked.items()},
            "sent": self._shown(attempt, attempt.answers),
            "edited": {key: each.get("edited", []) for key, each in attempt.asked.items()},
            "replayed": self._shown(attempt, attempt.replayed),
        }
        self.tell(db, "intent", attempt, data)
        for interrupt_id in attempt.answers:
            key = [storable(attempt.thread_id), interrupt_id, storable(attempt.operator)]
            for row in list(db.query(_DRAFT, key)):
                self.tell(db, "draft sent", attempt, {"interrupt_id": interrupt_id, **row})

    def tell(
        self,
        db: Transaction,
        kind: str,
        attempt: Attempt,
        data: Mapping[str, Any],
        operator: str | None = None,
    ) -> None:
        """Something became of an attempt, by its own operator unless another is named."""
        who = attempt.operator if operator is None else operator
        audit.append(db, kind, attempt.thread_id, who, data, attempt.attempt_id)

    def shown(self, db: Transaction, attempt: Attempt) -> Mapping[str, Any]:
        """An attempt's answers as its intent tells them."""
        for row in db.query(_INTENT, [attempt.attempt_id]):
            told: Mapping[str, Any] = json.loads(row["data"])["sent"]
            return told
        return {key: self._masks.over(value) for key, value in attempt.answers.items()}

    def _shown(self, attempt: Attempt, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answers without what is masked, in them or in the payloads that they are for."""
        if not self._masks:
            return dict(answers)
        payloads = {key: attempt.asked.get(key, {}).get("value") for key in answers}
        return {
            key: MaskedPayload(self._masks, payloads[key]).over(item)
            for key, item in answers.items()
        }

    def _asked(self, each: Mapping[str, Any]) -> dict[str, Any]:
        told = {key: item for key, item in each.items() if key != "edited"}
        value = each.get("value")
        return {
            **told,
            "value": MaskedPayload(self._masks, value).payload if self._masks else value,
        }
