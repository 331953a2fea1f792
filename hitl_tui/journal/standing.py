"""What the journal holds at one moment, and what was written in it since."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from hitl_tui.model.queries import NOTHING

if TYPE_CHECKING:
    from hitl_tui.journal.store import Store
    from hitl_tui.model.attempts import Attempt

_HEAD = "SELECT seq FROM audit_head WHERE id = 1"

_UNRESOLVED = """
    SELECT * FROM attempts
    WHERE seq IN (SELECT max(seq) FROM attempts WHERE resolved = 0 GROUP BY thread_id)
"""
"""The newest attempt of each thread of which it is not known, or not accepted, how it ended. It
names no column that older journals lack: they must be read before they are ever written."""

_DRIFTED = """
    SELECT * FROM attempts a
    WHERE drift IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM attempts b
        WHERE b.thread_id = a.thread_id AND (b.resolved = 0 OR b.seq > a.seq)
    )
"""
"""Of the other threads the last attempt, if it was refused because the graph had changed."""

_SINCE = "SELECT DISTINCT thread_id FROM audit WHERE seq > ?"


class Standing(NamedTuple):
    """By thread id, the attempt that says more of a thread than its source does.

    `seq` counts what was ever written of attempts: two equal ones have nothing between them.
    """

    attempts: Mapping[str, Attempt] = NOTHING
    seq: int = 0


def standing(store: Store) -> Standing:
    """What stands now, read in one transaction."""
    return _standing(*_read(store))


def glance(store: Store) -> Standing:
    """The same for a row's sake, read only if somebody wrote; who lives is found out now."""
    return _standing(*store.remembered("standing", partial(_read, store)))


def _read(store: Store) -> list[list[dict[str, Any]]]:
    return store.reads(_HEAD, _UNRESOLVED, _DRIFTED)


def _standing(
    heads: list[dict[str, Any]], unresolved: list[dict[str, Any]], drifted: list[dict[str, Any]]
) -> Standing:
    return Standing(_attempts(unresolved + drifted), heads[0]["seq"] if heads else 0)


def touched(store: Store, since: int) -> frozenset[str]:
    """The threads of which something was written since the journal stood at `since`."""
    return frozenset(row["thread_id"] for row in store.read(_SINCE, [since]))


def _attempts(rows: list[dict[str, Any]]) -> dict[str, Attempt]:
    """By thread id; what reads them is loaded only where there are any."""
    if not rows:
        return {}
    from hitl_tui.journal.rows import to_attempt

    return {attempt.thread_id: attempt for attempt in map(to_attempt, rows)}
