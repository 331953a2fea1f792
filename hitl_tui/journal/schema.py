"""The journal's tables, and how older files come to have them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hitl_tui.errors import JournalError

if TYPE_CHECKING:
    from sqlite_utils import Database


def prepare(db: Database) -> None:
    """Make `db` durable and bring its tables up to date; may be done again, and by many at once.

    What is deleted or masked is overwritten. Raises JournalError if a later version made it.
    """
    db.enable_wal()
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA secure_delete = ON")
    _migrate(db)


def _migrate(db: Database) -> None:
    from sqlite_utils import Migrations

    migrations = Migrations("hitl_tui")
    for step in _STEPS:
        migrations(name=step.__name__.lstrip("_"))(step)
    _refuse_unknown({each.name for each in migrations.applied(db)})
    if migrations.pending(db):
        with _alone(db):
            migrations.apply(db)


def _refuse_unknown(applied: set[str]) -> None:
    unknown = applied - {step.__name__.lstrip("_") for step in _STEPS}
    if unknown:
        raise JournalError(
            f"A later version of hitl-tui made the journal (it has {', '.join(sorted(unknown))}).",
            hint="Nothing is sent: use that version.",
        )


@contextmanager
def _alone(db: Database) -> Iterator[None]:
    """One immediate transaction: of many that would migrate the file, the first one does."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.rollback()
        raise
    db.commit()


def _attempts(db: Database) -> None:
    db.table("attempts").create(
        {
            "seq": int,
            "attempt_id": str,
            "thread_id": str,
            "verb": str,
            "checkpoint_id": str,
            "answers": str,
            "operator": str,
            "host": str,
            "pid": int,
            "started": str,
            "begun_at": str,
            "outcome": str,
            "reason": str,
            "settled_at": str,
            "resolved": int,
        },
        pk="seq",
        not_null={"attempt_id", "thread_id", "verb", "operator", "begun_at", "resolved"},
        defaults={"resolved": 0},
        if_not_exists=True,
    )
    db.table("attempts").create_index(["attempt_id"], unique=True, if_not_exists=True)
    db.table("attempts").create_index(["resolved", "thread_id"], if_not_exists=True)


def _graph_choices(db: Database) -> None:
    db.table("graph_choices").create(
        {"thread_id": str, "graph_id": str, "operator": str, "chosen_at": str},
        pk="thread_id",
        if_not_exists=True,
    )


def _leases(db: Database) -> None:
    """`lease_until` is in seconds since the epoch, `lease_tick` on the owner's host's own clock."""
    attempts = db.table("attempts")
    for name in ("lease_until", "lease_tick"):
        if name not in attempts.columns_dict:
            attempts.add_column(name, float)
    attempts.create_index(["thread_id"], if_not_exists=True)


def _audit(db: Database) -> None:
    """`audit_head` repeats the last row's number and hash, so that a missing last row shows."""
    db.table("audit").create(
        {
            "seq": int,
            "at": str,
            "kind": str,
            "thread_id": str,
            "attempt_id": str,
            "operator": str,
            "host": str,
            "data": str,
            "hash": str,
        },
        pk="seq",
        if_not_exists=True,
    )
    db.table("audit").create_index(["thread_id"], if_not_exists=True)
    db.table("audit_head").create({"id": int, "seq": int, "hash": str}, pk="id", if_not_exists=True)


def _notes(db: Database) -> None:
    db.table("drafts").create(
        {"thread_id": str, "interrupt_id": str, "operator": str, "draft": str, "saved_at": str},
        pk=("thread_id", "interrupt_id", "operator"),
        if_not_exists=True,
    )
    db.table("snoozes").create(
        {"thread_id": str, "operator": str, "until": str}, pk="thread_id", if_not_exists=True
    )
    db.table("claims").create(
        {"thread_id": str, "operator": str, "until": str}, pk="thread_id", if_not_exists=True
    )


def _places(db: Database) -> None:
    """`place` tells where the owner's number means anything; `replaced_by` who took over.

    `drift` holds, as JSON, what identifies the graph that knew no such question.
    """
    attempts = db.table("attempts")
    for name in ("place", "replaced_by", "drift"):
        if name not in attempts.columns_dict:
            attempts.add_column(name, str)
    db.execute("CREATE INDEX IF NOT EXISTS attempts_drift ON attempts(seq) WHERE drift IS NOT NULL")
    attempts.create_index(["replaced_by"], if_not_exists=True)


def _batches(db: Database) -> None:
    """`attempt_id` is chosen before it is begun; its intent takes over `value`, JSON till then."""
    db.table("batches").create(
        {"batch_id": str, "operator": str, "begun_at": str, "what": str},
        pk="batch_id",
        if_not_exists=True,
    )
    columns = ("thread_id", "interrupt_id", "checkpoint_id", "value", "attempt_id")
    db.table("batch_members").create(
        {"batch_id": str, "seq": int, **dict.fromkeys((*columns, "outcome", "reason"), str)},
        pk=("batch_id", "seq"),
        if_not_exists=True,
    )
    db.table("batch_members").create_index(["attempt_id"], unique=True, if_not_exists=True)


def _asked(db: Database) -> None:
    """`asked` is a digest of the question that a member answers."""
    members = db.table("batch_members")
    if "asked" not in members.columns_dict:
        members.add_column("asked", str)


_STEPS = (_attempts, _graph_choices, _leases, _audit, _notes, _places, _batches, _asked)
