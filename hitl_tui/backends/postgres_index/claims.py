"""What rows that were shown claim of their threads, and SQL that tells of which it is not so.

The server compares, so that nothing is fetched of what is unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from hitl_tui.backends.postgres_index.entries import CHECKED, HAS_INNER, INNER, Proof

if TYPE_CHECKING:
    from hitl_tui.model.threads import ThreadSummary

Found = Mapping[str, "tuple[Proof, ThreadSummary]"]
"""Rows by thread, each with the proof that it was read by."""

_CHECKPOINT, _WRITE = 2**50, 2**60
"""What each row adds to its transaction's number: so the sum tells how many rows of both there are.

There are at most `CHECKED` checkpoints, and a quarter of a million writes on one.
"""
_REFUTED = f"""
SELECT k.id FROM unnest(%s::text[], %s::text[], %s::numeric[]{{more}}) AS k (id, head, sum{{name}})
WHERE k.sum <> (
    SELECT coalesce(sum(r.written), 0) FROM (
        (SELECT xmin::text::bigint + {_CHECKPOINT} AS written FROM checkpoints
        WHERE thread_id = k.id AND checkpoint_ns = '' ORDER BY checkpoint_id DESC LIMIT {CHECKED})
        UNION ALL SELECT xmin::text::bigint + {_WRITE} FROM checkpoint_writes
        WHERE thread_id = k.id AND checkpoint_ns = '' AND checkpoint_id = k.head
    ) r
) OR {{inside}}
"""
PLAIN = _REFUTED.format(more="", name="", inside=HAS_INNER.format(thread="k.id"))
NESTED = _REFUTED.format(
    more=", %s::bigint[]", name=", inside", inside=f"k.inside <> {INNER.format(thread='k.id')}"
)
"""The threads whose keys are not, counted and added up, what is claimed; `PLAIN` is for claims of
threads without subgraphs.

What else a proof tells follows from these rows, the head too: it is the same while they are.
"""


class Claims(NamedTuple):
    """Rows that were read, and the SQL and values, arrays as Postgres writes them, to try them."""

    rows: Found
    sql: str = ""
    values: tuple[str, ...] = ()


def claims_of(rows: Found) -> Claims:
    """What the rows claim."""
    if not rows:
        return NOTHING
    proofs = [proof for proof, _ in rows.values()]
    values = (
        _array(_quoted(proof.head.thread_id) for proof in proofs),
        _array(_quoted(proof.head.checkpoint_id) for proof in proofs),
        _array(map(_sum, proofs)),
    )
    if not any(proof.inner for proof in proofs):
        return Claims(dict(rows), PLAIN, values)
    return Claims(dict(rows), NESTED, (*values, _array(str(proof.inner) for proof in proofs)))


NOTHING = Claims({})


def _sum(proof: Proof) -> str:
    head = proof.head
    return str(head.last_write + _CHECKPOINT * head.checkpoints + _WRITE * head.writes)


def _array(texts: Iterable[str]) -> str:
    return "{" + ",".join(texts) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
