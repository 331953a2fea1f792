"""The journal: who set out to do what to which thread, and what became of it.

One SQLite file beside the source, shared by all operators of that source, readable by its owner
alone. Nothing is sent before it stands here; looking never makes the file.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hitl_tui.errors import Conflict, JournalError
from hitl_tui.journal.rows import storable, to_attempt, to_row
from hitl_tui.journal.schema import UNRESOLVED, prepare
from hitl_tui.model.attempts import Attempt
from hitl_tui.model.runs import Outcome

if TYPE_CHECKING:
    from sqlite_utils import Database

_BUSY = 10.0  # seconds to wait for another operator's write
_NEEDS_LOOK = (Outcome.IN_DOUBT, Outcome.CANCELLED)


class Journal:
    """Access to the journal at `path`; safe to use from several threads.

    Reading a journal that is not there finds nothing in it and does not make it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._db: Database | None = None

    def version(self) -> Hashable:
        """A cheap token that differs when anybody wrote to the journal."""
        return tuple(_signature(f"{self._path}{suffix}") for suffix in ("", "-wal"))

    def unresolved(self) -> Mapping[str, Attempt]:
        """By thread id, the newest attempt that is under way or whose end nobody knows."""
        return {a.thread_id: a for a in map(to_attempt, self._read(UNRESOLVED))}

    def graph_choices(self) -> Mapping[str, str]:
        """The graph that an operator picked, by thread id."""
        rows = self._read("SELECT thread_id, graph_id FROM graph_choices")
        return {row["thread_id"]: row["graph_id"] for row in rows}

    def begin(self, attempt: Attempt) -> None:
        """Write the intent, in one transaction with the check that nobody else is at it.

        Raises Conflict, naming who and since when, if an attempt on the thread is under way, or one
        on the same head may have run; JournalError if it cannot be written.
        """
        with self._writing() as db:
            sql = f"{UNRESOLVED} AND thread_id = ?"
            for other in [to_attempt(row) for row in db.query(sql, [storable(attempt.thread_id)])]:
                if other.alive or other.checkpoint_id == attempt.checkpoint_id:
                    raise Conflict(_taken(other))
            db.table("attempts").insert(to_row(attempt))

    def settle(self, attempt_id: str, outcome: Outcome, reason: str = "") -> None:
        """Write what became of an attempt; one that may have run stays unresolved."""
        values = {
            "outcome": outcome.value,
            "reason": storable(reason),
            "settled_at": datetime.now(UTC).isoformat(),
            "resolved": int(outcome not in _NEEDS_LOOK),
        }
        self._update(attempt_id, values)

    def resolve(self, attempt_id: str) -> None:
        """An operator looked and decided: the attempt no longer stands in the way."""
        self._update(attempt_id, {"resolved": 1})

    def choose_graph(self, thread_id: str, graph_id: str, operator: str) -> None:
        """Remember which graph a thread belongs to."""
        row = {"thread_id": thread_id, "graph_id": graph_id, "operator": operator}
        with self._writing() as db:
            row["chosen_at"] = datetime.now(UTC).isoformat()
            db.table("graph_choices").insert(row, replace=True)

    def close(self) -> None:
        """Close the file; the journal can be used again afterwards."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    def _update(self, attempt_id: str, values: Mapping[str, object]) -> None:
        with self._writing() as db:
            sets = ", ".join(f"{name} = :{name}" for name in values)
            db.execute(
                f"UPDATE attempts SET {sets} WHERE attempt_id = :attempt_id",
                {**values, "attempt_id": attempt_id},
            )

    def _read(self, sql: str) -> list[dict[str, Any]]:
        """Rows over a connection of its own: sqlite-utils is not loaded merely to look.

        `mode=rw` never makes the file, and lets the last one to close remove the -wal beside it.
        """
        if not self._path.exists():
            return []
        try:
            uri = f"{self._path.resolve().as_uri()}?mode=rw"
            with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY)) as connection:
                connection.row_factory = sqlite3.Row
                return [dict(row) for row in connection.execute(sql)]
        except sqlite3.Error as error:
            if "no such table" in str(error):
                return []  # made, and not yet migrated, by another process this very moment
            raise self._unusable(error) from error

    @contextmanager
    def _writing(self) -> Iterator[Database]:
        """One immediate transaction: nobody else writes between its checks and its writes."""
        with self._lock:
            try:
                db = self._db = self._db or self._open()
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield db
                except BaseException:
                    db.rollback()
                    raise
                db.commit()
            except (sqlite3.Error, OSError) as error:
                raise self._unusable(error) from error

    def _open(self) -> Database:
        from sqlite_utils import Database

        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL, 0o600))
        connection = sqlite3.connect(self._path, timeout=_BUSY, check_same_thread=False)
        try:
            db = Database(connection, execute_plugins=False)
            _patiently(lambda: prepare(db))
        except BaseException:
            connection.close()
            raise
        return db

    def _unusable(self, error: Exception) -> JournalError:
        return JournalError(
            f"{self._path.name}: {error}.",
            hint="Nothing is sent without it: make its folder writable, or move the damaged file.",
        )


def _patiently(prepare: Callable[[], None]) -> None:
    """Prepare the file though others do so too: a change to WAL does not wait for them itself."""
    end = time.monotonic() + _BUSY
    while True:
        try:
            return prepare()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.02)


def _taken(other: Attempt) -> str:
    since = other.begun_at.astimezone().strftime("%H:%M:%S on %Y-%m-%d")
    if other.alive:
        return f"{other.operator} on {other.owner.host} has been at this thread since {since}."
    return (
        f"Nobody knows what became of the {other.verb.value} that {other.operator} sent at {since}."
        " Look at the thread, then retry or abandon it."
    )


def _signature(path: str) -> tuple[int, int] | None:
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
