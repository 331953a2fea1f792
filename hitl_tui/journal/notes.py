"""Drafts, snoozes and claims in the journal: what operators note, for themselves and each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hitl_tui.errors import Conflict
from hitl_tui.journal.clock import now
from hitl_tui.journal.storable import storable

if TYPE_CHECKING:
    from hitl_tui.journal.store import Store, Transaction
    from hitl_tui.model.notes import Mark

_DRAFT = "thread_id = ? AND interrupt_id = ? AND operator = ?"
_CLAIM = "SELECT operator, until FROM claims WHERE thread_id = :thread_id AND until > :now"


class Notes:
    """Access to the notes of a journal; raises JournalError where it cannot be used."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def marks(self, operator: str) -> Mapping[str, Mark]:
        """By thread id, what is noted and holds now; `operator` is whose drafts are named."""
        at = now()
        rows = [row for row in self._noted(operator) if not row["until"] or row["until"] > at]
        if not rows:
            return {}
        from hitl_tui.model.notes import Mark

        found: dict[str, dict[str, Any]] = defaultdict(dict)
        for row in rows:
            mark = found[row["thread_id"]]
            if row["kind"] == "drafts":
                mark["drafts"] = mark.get("drafts", frozenset()) | {row["interrupt_id"]}
            else:
                mark[f"{row['kind']}_by"] = row["operator"]
                mark[f"{row['kind']}_until"] = datetime.fromisoformat(row["until"])
        return {thread_id: Mark(**fields) for thread_id, fields in found.items()}

    def _noted(self, operator: str) -> list[dict[str, Any]]:
        """The rows of all that is noted; some of it may hold no more."""
        values = {"now": now(), "operator": storable(operator)}
        return self._store.remembered(("marks", operator), lambda: self._store.read(_MARKS, values))

    def drafts(self, thread_id: str, operator: str) -> Mapping[str, Any]:
        """The operator's unsent answers to a thread, by interrupt id."""
        import json

        sql = "SELECT interrupt_id, draft FROM drafts WHERE thread_id = ? AND operator = ?"
        rows = self._store.read(sql, [storable(thread_id), storable(operator)])
        return {row["interrupt_id"]: json.loads(row["draft"]) for row in rows}

    def save_draft(self, thread_id: str, interrupt_id: str, operator: str, draft: Any) -> None:
        """Keep an unsent answer, plain JSON; it is never sent by itself."""
        import json

        row = {
            "thread_id": storable(thread_id),
            "interrupt_id": interrupt_id,
            "operator": storable(operator),
            "draft": json.dumps(draft),
            "saved_at": now(),
        }
        with self._store.writing() as db:
            db.table("drafts").insert(row, replace=True)

    def drop_draft(self, thread_id: str, interrupt_id: str, operator: str) -> None:
        """Forget an unsent answer."""
        with self._store.writing() as db:
            key = [storable(thread_id), interrupt_id, storable(operator)]
            db.execute(f"DELETE FROM drafts WHERE {_DRAFT}", key)

    def drop_left(self, thread_id: str, interrupt_ids: Iterable[str], operator: str) -> None:
        """Forget drafts of questions that are asked no more; the trail tells that they were."""
        from hitl_tui.journal.audit import append

        with self._store.writing() as db:
            for interrupt_id in interrupt_ids:
                key = [storable(thread_id), interrupt_id, storable(operator)]
                db.execute(f"DELETE FROM drafts WHERE {_DRAFT}", key)
                append(db, "draft dropped", thread_id, operator, {"interrupt_id": interrupt_id})

    def snooze(self, thread_id: str, until: datetime | None, operator: str) -> None:
        """Put a thread off until then; None wakes it."""
        with self._store.writing() as db:
            _note(db, "snoozes", thread_id, until, operator)

    def claim(self, thread_id: str, until: datetime, operator: str) -> None:
        """Say that the operator is at a thread; Conflict if another says so now."""
        with self._store.writing() as db:
            refuse_claimed(db, thread_id, operator)
            _note(db, "claims", thread_id, until, operator)

    def release(self, thread_id: str, operator: str) -> None:
        """End the operator's own claim; Conflict if it is another's."""
        with self._store.writing() as db:
            refuse_claimed(db, thread_id, operator)
            _note(db, "claims", thread_id, None, operator)


def refuse_claimed(db: Transaction, thread_id: str, operator: str) -> None:
    """Raise Conflict, naming who and until when, if another operator claims the thread now."""
    for row in db.query(_CLAIM, {"thread_id": storable(thread_id), "now": now()}):
        if row["operator"] != storable(operator):
            until = datetime.fromisoformat(row["until"]).astimezone()
            raise Conflict(f"{row['operator']} claims this thread until {until:%H:%M on %Y-%m-%d}.")


def _note(
    db: Transaction, table: str, thread_id: str, until: datetime | None, operator: str
) -> None:
    """Write or delete a thread's row, and the trail's."""
    from hitl_tui.journal.audit import append

    key = storable(thread_id)
    kind = {"snoozes": "snooze", "claims": "claim"}[table]
    if until is None:
        db.execute(f"DELETE FROM {table} WHERE thread_id = ?", [key])
        append(db, {"snooze": "wake", "claim": "release"}[kind], thread_id, operator, {})
        return
    row = {"operator": storable(operator), "until": until.astimezone(UTC).isoformat()}
    db.table(table).insert({"thread_id": key, **row}, replace=True)
    append(db, kind, thread_id, operator, {"until": row["until"]})


_MARKS = """
SELECT 'snoozed' AS kind, thread_id, operator, until, '' AS interrupt_id
FROM snoozes WHERE until > :now
UNION ALL
SELECT 'claimed', thread_id, operator, until, '' FROM claims WHERE until > :now
UNION ALL
SELECT 'drafts', thread_id, '', '', interrupt_id FROM drafts WHERE operator = :operator
"""
