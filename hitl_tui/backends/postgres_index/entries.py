"""Threads of a database as an index holds them, and what proves that they are unchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from hitl_tui.backends.heads import HeadRow
from hitl_tui.backends.index.entry import signature
from hitl_tui.backends.postgres_heads import WRITES
from hitl_tui.backends.postgres_index.moment import SEEN
from hitl_tui.backends.postgres_page import PostgresPage
from hitl_tui.backends.postgres_tables import storable
from hitl_tui.backends.summaries import summaries

if TYPE_CHECKING:
    from hitl_tui.database import Connection
    from hitl_tui.model.threads import ThreadSummary


class Proof(NamedTuple):
    """A thread's keys, counted and added up; what is shown of it is unchanged while they are.

    A row that is new or replaced has a greater `xmin` than all that were there, so the sum grows;
    one that is gone is counted. `inner` is that sum of what subgraphs wrote; `is_forked` tells
    whether several checkpoints follow one.
    """

    head: HeadRow
    inner: int
    is_forked: bool

    @property
    def signature(self) -> tuple[object, ...]:
        """The same as an index holds it."""
        return signature(self.head, self.inner)


CHECKED = 200
"""Checkpoints before the head that alarms are looked for on."""
HAS_INNER = """EXISTS (
        SELECT 1 FROM checkpoints n WHERE n.thread_id = {thread} AND n.checkpoint_ns > ''
    )"""
"""Whether a thread has subgraphs."""
INNER = f"""CASE WHEN {HAS_INNER} THEN (
        SELECT coalesce(sum(n.xmin::text::bigint + 1), 0)::bigint FROM checkpoint_writes n
        WHERE n.thread_id = {{thread}} AND n.checkpoint_ns > ''
    ) + (
        SELECT sum(n.xmin::text::bigint + 1)::bigint FROM checkpoints n
        WHERE n.thread_id = {{thread}} AND n.checkpoint_ns > ''
    ) ELSE 0 END"""
"""What subgraphs wrote of a thread, added up."""
HEADS = f"""
SELECT h.id, c.head, c.checkpoints, w.writes, c.written + w.written AS written,
    w.asks::int AS asks, w.doubt::int AS doubt, {INNER.format(thread="h.id")} AS inside, c.forked
FROM {{threads}} AS h (id) CROSS JOIN LATERAL (
    SELECT max(k.checkpoint_id) AS head, count(*) AS checkpoints,
        coalesce(sum(k.written), 0)::bigint AS written,
        count(k.parent) > count(DISTINCT k.parent) AS forked
    FROM (
        SELECT checkpoint_id, parent_checkpoint_id AS parent, xmin::text::bigint AS written
        FROM checkpoints
        WHERE thread_id = h.id AND checkpoint_ns = '' ORDER BY checkpoint_id DESC LIMIT {CHECKED}
    ) k
) c CROSS JOIN LATERAL (
    {WRITES}
    FROM checkpoint_writes q
    WHERE q.thread_id = h.id AND q.checkpoint_ns = '' AND q.checkpoint_id = c.head
) w WHERE c.head IS NOT NULL
"""
"""The proofs of `threads`: what follows FROM, one column of ids."""
_AFTER = """(
    SELECT thread_id AS id FROM checkpoints WHERE checkpoint_ns = '' AND thread_id {compared} %s
    GROUP BY thread_id ORDER BY thread_id LIMIT %s
)"""
PROOFS = HEADS.format(threads="unnest(%s::text[])")
PROVEN = f"SELECT {SEEN}, p.* FROM (SELECT) now LEFT JOIN ({PROOFS}) p ON true"
NEXT = HEADS.format(threads=_AFTER.format(compared=">")) + " ORDER BY h.id"
FIRST = HEADS.format(threads=_AFTER.format(compared=">=")) + " ORDER BY h.id"


def proofs_of(connection: Connection, threads: Sequence[str]) -> dict[str, Proof]:
    """The proofs of those of the threads that exist."""
    ids = [each for each in threads if storable(each)]
    return _proofs(connection, PROOFS, [ids]) if ids else {}


def proven(connection: Connection, threads: Sequence[str]) -> tuple[str, dict[str, Proof]]:
    """What a moment is told by, see `seen`, and the proofs of that moment."""
    ids = [each for each in threads if storable(each)]
    rows = connection.execute(PROVEN, [ids], binary=True).fetchall()
    proofs = (proof_of(row[2:]) for row in rows if row[2] is not None)
    return f"{rows[0][0]} {rows[0][1]}", {proof.head.thread_id: proof for proof in proofs}


def proofs_after(connection: Connection, thread: str, limit: int) -> dict[str, Proof]:
    """Those of the next threads in the database's own order of ids."""
    return _proofs(connection, NEXT if thread else FIRST, [thread, limit])


def read_summaries(
    connection: Connection, path: str, proofs: Sequence[Proof]
) -> list[ThreadSummary | None]:
    """What is shown of the threads, in their order; None for one that is not there any more."""
    threads = [proof.head.thread_id for proof in proofs]
    nested = {proof.head.thread_id for proof in proofs if proof.inner}
    forked = {proof.head.thread_id for proof in proofs if proof.is_forked}
    page = PostgresPage(connection, threads, path=path, nested=nested, forked=forked)
    return summaries(page, threads)


def changed(proofs: Mapping[str, Proof], known: Mapping[str, tuple[object, ...]]) -> list[Proof]:
    """Those that an index with these signatures has not."""
    return [proof for name, proof in proofs.items() if known.get(name) != proof.signature]


def _proofs(connection: Connection, sql: str, values: list[object]) -> dict[str, Proof]:
    return {row[0]: proof_of(row) for row in connection.execute(sql, values, binary=True)}


def proof_of(row: Sequence[Any]) -> Proof:
    """The proof that a row of `HEADS` tells."""
    return Proof(HeadRow(*row[:7]), row[7], row[8])
