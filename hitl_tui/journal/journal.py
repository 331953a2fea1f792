"""The journal: who set out to do what to which thread, and what became of it.

One SQLite file beside the source, shared by all operators of that source, readable by its owner
alone. Nothing is sent before it stands here; looking never makes the file.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hitl_tui.errors import Conflict, JournalError
from hitl_tui.journal import audit
from hitl_tui.journal.clock import LEASE, now
from hitl_tui.journal.file import JournalFile
from hitl_tui.journal.masks import Masks
from hitl_tui.journal.notes import Notes, refuse_claimed
from hitl_tui.journal.rows import lease_row, storable, to_attempt, to_row
from hitl_tui.journal.schema import UNRESOLVED
from hitl_tui.journal.trail import Trail
from hitl_tui.model.attempts import Attempt
from hitl_tui.model.runs import Outcome

if TYPE_CHECKING:
    from sqlite_utils import Database

_NEEDS_LOOK = (Outcome.IN_DOUBT, Outcome.CANCELLED)
_NOT_TAKEN = (Outcome.REFUSED, Outcome.CONFLICT)
_OF_THREAD = "SELECT * FROM attempts WHERE resolved = 0 AND thread_id = ? ORDER BY seq"


class Journal:
    """Access to the journal at `path`; safe to use from several threads.

    Reading a journal that is not there finds nothing in it and does not make it. `lease` is how
    many seconds an attempt holds its thread unless it is renewed, `masks` what the trail hides.
    """

    def __init__(self, path: Path, *, lease: float = LEASE, masks: Sequence[str] = ()) -> None:
        self._file = JournalFile(path)
        self.lease = lease
        self.notes = Notes(self._file)
        self.trail = Trail(self._file, Masks(masks))

    def version(self) -> Hashable:
        """A cheap token that differs when anybody wrote to the journal."""
        return self._file.version()

    def unresolved(self) -> Mapping[str, Attempt]:
        """By thread id, the newest attempt that is under way or whose end nobody knows."""
        return {a.thread_id: a for a in map(to_attempt, self._file.read(UNRESOLVED))}

    def graph_choices(self) -> Mapping[str, str]:
        """The graph that an operator picked, by thread id."""
        rows = self._file.read("SELECT thread_id, graph_id FROM graph_choices")
        return {row["thread_id"]: row["graph_id"] for row in rows}

    def attempts(self, thread_id: str) -> Sequence[Attempt]:
        """Everything that was set out on a thread, in order."""
        sql = "SELECT * FROM attempts WHERE thread_id = ? ORDER BY seq"
        return [to_attempt(row) for row in self._file.read(sql, [storable(thread_id)])]

    def begin(self, attempt: Attempt, *, instead_of: str | None = None) -> None:
        """Take the lease and write the intent, in one transaction with the check that both may be.

        `instead_of` is an attempt in doubt that the operator looked at and decided to replace. An
        older doubt about another head is settled by the head itself; its owner cannot send any
        more. Raises Conflict, naming who and since when, if an attempt on the thread is under way,
        one on the same head may have run, or another operator claims the thread; JournalError if
        it cannot be written.
        """
        with self._file.writing() as db:
            refuse_claimed(db, attempt.thread_id, attempt.operator)
            for other in map(to_attempt, list(db.query(_OF_THREAD, [storable(attempt.thread_id)]))):
                same = other.checkpoint_id == attempt.checkpoint_id
                if other.alive or (same and other.attempt_id != instead_of):
                    raise Conflict(taken(other))
                why = "replaced" if same else "the thread moved on"
                self._resolve(db, other, attempt.operator, why)
            db.table("attempts").insert(to_row(attempt, self.lease))
            self.trail.intent(db, attempt)

    def hold(self, attempt_id: str) -> float:
        """Make sure, right before sending, that the attempt still holds its thread; renew it.

        Returns until when it may send, on the host's own clock; raises Conflict if another operator
        decided about it meanwhile.
        """
        lease = lease_row(self.lease)
        if not self._renew([attempt_id], lease):
            raise Conflict("Another operator took over while this was held up; nothing was sent.")
        return lease["lease_tick"]

    def renew(self, attempt_ids: Sequence[str]) -> bool:
        """Say that the owner of these lives; False if one of them was taken over."""
        return self._renew(attempt_ids, lease_row(self.lease))

    def settle(
        self, attempt_id: str, outcome: Outcome, reason: str = "", *, sent: bool = True
    ) -> bool:
        """Write what became of an attempt; one that may have run stays unresolved.

        False, and only the trail tells, if another operator took it over meanwhile.
        """
        with self._file.writing() as db:
            attempt = _attempt(db, attempt_id)
            ours = bool(_changed(db, _SETTLE, {
                "outcome": outcome.value,
                "reason": storable(reason),
                "settled_at": now(),
                "resolved": int(not sent or outcome not in _NEEDS_LOOK),
                "attempt_id": attempt_id,
            }))  # fmt: skip
            data = {"outcome": outcome.value, "reason": reason, "sent": sent}
            kind = "outcome" if ours else "late outcome"
            self.trail.tell(db, kind, attempt, data)
            if ours and sent and outcome not in (*_NOT_TAKEN, *_NEEDS_LOOK):
                for interrupt_id in attempt.answers:
                    db.execute("DELETE FROM drafts WHERE interrupt_id = ?", [interrupt_id])
            return ours

    def resolve(self, attempt_id: str, operator: str = "", why: str = "abandoned") -> None:
        """An operator looked and decided: the attempt no longer stands in the way, nor may send.

        Raises Conflict if its owner is at it after all.
        """
        with self._file.writing() as db:
            attempt = _attempt(db, attempt_id)
            if attempt.alive:
                raise Conflict(taken(attempt))
            self._resolve(db, attempt, operator or attempt.operator, why)

    def choose_graph(self, thread_id: str, graph_id: str, operator: str) -> None:
        """Remember which graph a thread belongs to."""
        row = {"thread_id": thread_id, "graph_id": graph_id, "operator": operator}
        with self._file.writing() as db:
            db.table("graph_choices").insert(row | {"chosen_at": now()}, replace=True)
            audit.append(db, "graph", thread_id, operator, {"graph_id": graph_id})

    def close(self) -> None:
        """Close the file; the journal can be used again afterwards."""
        self._file.close()

    def _renew(self, attempt_ids: Sequence[str], lease: Mapping[str, float]) -> bool:
        with self._file.writing() as db:
            return all(
                [_changed(db, _RENEW, {**lease, "attempt_id": each}) for each in attempt_ids]
            )

    def _resolve(self, db: Database, attempt: Attempt, operator: str, why: str) -> None:
        db.execute("UPDATE attempts SET resolved = 1 WHERE attempt_id = ?", [attempt.attempt_id])
        data = {"of": attempt.operator, "why": why, "by": operator}
        self.trail.tell(db, "set aside", attempt, data, operator)


def taken(other: Attempt) -> str:
    """Who is at a thread, or left it in doubt, and since when."""
    since = other.begun_at.astimezone().strftime("%H:%M:%S on %Y-%m-%d")
    if other.alive:
        return f"{other.operator} on {other.owner.host} has been at this thread since {since}."
    return (
        f"Nobody knows what became of the {other.verb.value} that {other.operator} sent at {since}."
        " Look at the thread, then retry, re-open or abandon it."
    )


def _attempt(db: Database, attempt_id: str) -> Attempt:
    for row in db.query("SELECT * FROM attempts WHERE attempt_id = ?", [attempt_id]):
        return to_attempt(row)
    raise JournalError("The journal was deleted or replaced: it does not know what was begun.")


def _changed(db: Database, sql: str, values: Mapping[str, object]) -> int:
    return int(db.execute(sql, dict(values)).rowcount)


_MINE = "WHERE attempt_id = :attempt_id AND resolved = 0 AND outcome IS NULL"
_RENEW = f"UPDATE attempts SET lease_until = :lease_until, lease_tick = :lease_tick {_MINE}"
_SETTLE = f"""
    UPDATE attempts SET outcome = :outcome, reason = :reason, settled_at = :settled_at,
        resolved = :resolved {_MINE}
"""
