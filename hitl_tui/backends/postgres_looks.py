"""A Postgres database as a source of which the sizes of its rows tell how much there is to read.

A value's size is known without fetching it: that of a blob exactly, that of JSON as it is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from hitl_tui.backends.apart import Apart, HeavyRow, held_still
from hitl_tui.backends.postgres_index.entries import Proof, proofs_of, read_summaries
from hitl_tui.backends.postgres_tables import BLOBS, PostgresTables
from hitl_tui.backends.summaries import summaries, whole
from hitl_tui.backends.weight import HEAVY, SHORT, Weight

if TYPE_CHECKING:
    from hitl_tui.backends.postgres_reader import PostgresReader
    from hitl_tui.backends.rows import ThreadRows
    from hitl_tui.database import Connection
    from hitl_tui.model.threads import Thread, ThreadSummary

T = TypeVar("T")


class WeighedDatabase:
    """The threads of one database, as `Weighed`: as queues show them, or in `full`."""

    def __init__(self, reader: PostgresReader, *, full: bool = False) -> None:
        self._reader = reader
        self._full = full

    @property
    def is_light(self) -> bool:
        """No: any thread may be heavy."""
        return False

    def read(self, thread_ids: Sequence[str]) -> list[ThreadSummary | None]:
        """What is shown of the threads, however heavy."""
        return self._reader.read(partial(self._read, thread_ids=thread_ids))

    def lightly(
        self, thread_ids: Sequence[str]
    ) -> tuple[dict[str, ThreadSummary | None], dict[str, Weight]]:
        """The same of those that are light, and the weights of the others."""
        return self._reader.read(partial(self._lightly, thread_ids=thread_ids))

    def weights(self, thread_ids: Sequence[str]) -> dict[str, Weight]:
        """Those of the heavy ones among the threads."""
        return self._reader.read(partial(self._weights, thread_ids=thread_ids))

    def weight(self, thread_id: str) -> Weight | None:
        """How heavy a thread is; None if it is not."""
        return self.weights([thread_id]).get(thread_id)

    def row(self, thread_id: str) -> HeavyRow | None:
        """A heavy thread's."""
        weight, found = self._apart(thread_id, partial(summaries, thread_ids=[thread_id]))
        return HeavyRow(weight, found[0], b"") if weight and found else None

    def thread(self, thread_id: str) -> Thread | None:
        """A heavy thread in full; None if it is not heavy, or never holds still."""
        return self._apart(thread_id, partial(whole, thread_id=thread_id))[1]

    def _apart(
        self, thread_id: str, work: Callable[[ThreadRows], T]
    ) -> tuple[Weight | None, T | None]:
        fetch = partial(self._reader.read, partial(self._fetched, thread_id=thread_id))
        return held_still(fetch, partial(self.weight, thread_id), work)

    def _read(
        self, connection: Connection, thread_ids: Sequence[str]
    ) -> list[ThreadSummary | None]:
        proofs = proofs_of(connection, thread_ids)
        read = read_summaries(connection, self._reader.path(connection), list(proofs.values()))
        found = dict(zip(proofs, read, strict=True))
        return [found.get(name) for name in thread_ids]

    def _lightly(
        self, connection: Connection, thread_ids: Sequence[str]
    ) -> tuple[dict[str, ThreadSummary | None], dict[str, Weight]]:
        proofs = proofs_of(connection, thread_ids)
        weights = heavy(connection, proofs.values())
        light = [proof for name, proof in proofs.items() if name not in weights]
        read = read_summaries(connection, self._reader.path(connection), light)
        found = {proof.head.thread_id: row for proof, row in zip(light, read, strict=True)}
        return {name: found.get(name) for name in thread_ids if name not in weights}, weights

    def _weights(self, connection: Connection, thread_ids: Sequence[str]) -> dict[str, Weight]:
        proofs = proofs_of(connection, thread_ids)
        return heavy(connection, proofs.values(), full=self._full)

    def _fetched(self, connection: Connection, thread_id: str) -> tuple[Weight, Apart] | None:
        weight = self._weights(connection, [thread_id]).get(thread_id)
        if weight is None:
            return None
        rows = PostgresTables(connection, path=self._reader.path(connection))
        return weight, Apart(self._lend, rows.head(thread_id, full=self._full))

    def _lend(self, work: Callable[[ThreadRows], T]) -> T:
        return self._reader.read(lambda c: work(PostgresTables(c, path=self._reader.path(c))))


def heavy(
    connection: Connection, proofs: Iterable[Proof], *, full: bool = False
) -> dict[str, Weight]:
    """The heavy ones among the threads, as a queue reads them, or in `full`."""
    proved = {proof.head.thread_id: proof for proof in proofs}
    if not proved:
        return {}
    heads = [proof.head.checkpoint_id for proof in proved.values()]
    rows = connection.execute(WHOLE if full else SIZES, [[*proved], heads])
    return {
        name: _weight(proved[name], size, metadata and metadata.encode())
        for name, size, metadata in rows
    }


def _weight(proof: Proof, size: int, metadata: bytes | None) -> Weight:
    return Weight(max(size, HEAVY), proof.head, (proof.inner, int(proof.is_forked)), metadata)


_PACKED = 10
"""JSON that Postgres packed may be so many times as long: it is told only by unpacking it."""
_SIZES = f"""
SELECT h.id, s.size, CASE WHEN pg_column_size(c.metadata) <= {SHORT} THEN c.metadata::text END
FROM unnest(%s::text[], %s::text[]) AS h (id, head) CROSS JOIN LATERAL (
    SELECT * FROM checkpoints k
    WHERE k.thread_id = h.id AND k.checkpoint_ns = '' AND k.checkpoint_id = h.head LIMIT 1
) c CROSS JOIN LATERAL (
    SELECT coalesce(sum(octet_length(w.blob)), 0) AS size FROM checkpoint_writes w
    WHERE w.thread_id = h.id AND w.checkpoint_ns = '' AND w.checkpoint_id = h.head
) w CROSS JOIN LATERAL ({{blobs}}) b CROSS JOIN LATERAL (
    SELECT (w.size + b.size + pg_column_size(c.checkpoint) + pg_column_size(c.metadata))::bigint
        AS size, CASE WHEN pg_column_compression(c.checkpoint) IS NULL THEN 0
        ELSE {_PACKED - 1} * pg_column_size(c.checkpoint) END AS packed
) s WHERE s.size + s.packed >= {HEAVY}
"""
SIZES = _SIZES.format(
    blobs="""
    SELECT coalesce(sum(n.size), 0) AS size FROM (
        VALUES ('__start__'), ('__pregel_tasks')
    ) AS v (channel) CROSS JOIN LATERAL (
        SELECT octet_length(k.blob) AS size FROM checkpoint_blobs k
        WHERE k.thread_id = h.id AND k.checkpoint_ns = '' AND k.channel = v.channel
        ORDER BY k.version DESC LIMIT 1
    ) n"""
)
"""What a queue reads: the head, the writes on it, and of the channels those that schedule."""
WHOLE = _SIZES.format(blobs=f"SELECT coalesce(sum(octet_length(b.blob)), 0) AS size FROM {BLOBS}")
