"""The audit trail: rows that are only ever added, each sealed with a hash over the one before.

A row's hash covers the previous row's hash and the row itself as canonical JSON, so a changed, a
removed or a reordered row breaks the chain; the head's hash, kept apart, shows a missing last row.
What the trail cannot show: that somebody who may write the file computed the whole chain anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hitl_tui.journal.clock import now
from hitl_tui.journal.owner import this_process
from hitl_tui.journal.storable import storable

if TYPE_CHECKING:
    from hitl_tui.journal.store import Transaction

_FIELDS = ("seq", "at", "kind", "thread_id", "attempt_id", "operator", "host", "data")
_NONE = ""
_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str)

ROWS = "SELECT * FROM audit ORDER BY seq"
HEAD = "SELECT seq, hash FROM audit_head WHERE id = 1"


def append(
    db: Transaction,
    kind: str,
    thread_id: str,
    operator: str,
    data: Mapping[str, Any],
    attempt_id: str | None = None,
) -> None:
    """Add a row in the transaction that `db` is in: it stands if what it tells of stands."""
    head: Mapping[str, Any] = next(iter(db.query(HEAD)), {"seq": 0, "hash": _NONE})
    row: dict[str, Any] = {
        "seq": head["seq"] + 1,
        "at": now(),
        "kind": kind,
        "thread_id": storable(thread_id),
        "attempt_id": attempt_id,
        "operator": storable(operator),
        "host": this_process().host,
        "data": canonical(data),
    }
    row["hash"] = sealed(head["hash"], row)
    db.table("audit").insert(row)
    new_head = {"id": 1, "seq": row["seq"], "hash": row["hash"]}
    db.table("audit_head").insert(new_head, replace=True)


def sealed(before: str, row: Mapping[str, Any]) -> str:
    """The hash of a row that follows one with the hash `before`."""
    body = canonical({name: row[name] for name in _FIELDS})
    return hashlib.sha256(f"{before}\n{body}".encode()).hexdigest()


def faults(rows: Iterable[Mapping[str, Any]], head: Mapping[str, Any] | None) -> Iterator[str]:
    """What is wrong with a trail, a sentence each; nothing if it is intact."""
    before, last = _NONE, 0
    for row in rows:
        if row["seq"] != last + 1:
            yield f"Row {last + 1} is missing."
        elif sealed(before, row) != row["hash"]:
            yield f"Row {row['seq']} is not what was written, or stands in another's place."
        before, last = row["hash"], row["seq"]
    if head is None and last:
        yield "The head of the trail is missing."
    elif head is not None and (head["seq"], head["hash"]) != (last, before):
        yield f"The last row should be row {head['seq']}, with another seal."


def canonical(value: Any) -> str:
    """One text for one value: sorted keys, no spaces, ASCII."""
    return _JSON.encode(value)
